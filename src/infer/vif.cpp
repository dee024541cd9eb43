#include "infer/vif.hpp"

#include "stats/linalg.hpp"

namespace hedgerow::infer {

Expected<VarianceInflation> variance_inflation(const model::Fit& fit) {
  const model::Data& data = fit.problem.data();
  const std::size_t first = data.intercept ? 1 : 0;
  const std::size_t m = data.p() - first;
  if (m == 0) return make_error(ErrorCode::not_defined, "variance inflation is defined for models with moderators");
  stats::Matrix v(m, m);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j) v(i, j) = fit.vb(i + first, j + first);
  const auto factor = stats::Cholesky::create(v);
  if (!factor) return make_error(ErrorCode::not_defined, "the covariance matrix of the coefficients is singular");
  const stats::Matrix inverse = factor->inverse();
  VarianceInflation out;
  for (std::size_t j = 0; j < m; ++j) {
    out.names.push_back(data.names[j + first]);
    out.vif.push_back(v(j, j) * inverse(j, j));
  }
  return out;
}

}  // namespace hedgerow::infer
