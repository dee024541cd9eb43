#include "infer/marginal_means.hpp"

#include "infer/p_adjust.hpp"

namespace hedgerow::infer {
namespace {

stats::Matrix differences(const stats::Matrix& x, const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  stats::Matrix out(pairs.size(), x.cols());
  for (std::size_t r = 0; r < out.rows(); ++r)
    for (std::size_t j = 0; j < x.cols(); ++j) out(r, j) = x(pairs[r].first, j) - x(pairs[r].second, j);
  return out;
}

}  // namespace

Expected<MarginalMeans> marginal_means(const model::Fit& fit, const stats::Matrix& x, const Options& options,
                                       const std::string& adjust) {
  if (x.rows() < 2)
    return make_error(ErrorCode::usage, "marginal means are compared between two levels or more", "means");
  MarginalMeans out;
  HR_TRY(out.means, contrasts(fit, x, options));
  std::vector<std::pair<std::size_t, std::size_t>> from_first;
  for (std::size_t a = 0; a < x.rows(); ++a)
    for (std::size_t b = a + 1; b < x.rows(); ++b) out.pairs.emplace_back(a, b);
  for (std::size_t b = 1; b < x.rows(); ++b) from_first.emplace_back(0, b);
  HR_TRY(out.comparisons, contrasts(fit, differences(x, out.pairs), options));
  HR_TRY(const Contrasts equality, contrasts(fit, differences(x, from_first), options));
  out.q_m = equality.q_m;
  out.q_m_p = equality.q_m_p;
  out.q_m_df1 = equality.q_m_df1;
  out.q_m_df2 = equality.q_m_df2;
  HR_TRY(out.adjusted, adjust_p_values(out.comparisons.pval, adjust));
  return out;
}

}  // namespace hedgerow::infer
