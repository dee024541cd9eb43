#include "infer/detail/clusters.hpp"

#include <algorithm>

#include "stats/linalg.hpp"

namespace hedgerow::infer::detail {
namespace {

stats::Vector user_weights(const model::Problem& problem) {
  if (const auto* multilevel = std::get_if<model::Multilevel>(&problem.spec())) return multilevel->weights;
  const auto* spec = std::get_if<model::Univariate>(&problem.spec());
  // The other models weight by their own variances.
  if (spec == nullptr) return {};
  return spec->weighted ? spec->weights : stats::Vector(problem.data().k(), 1.0);
}

}  // namespace

std::vector<std::vector<std::size_t>> rows_by_cluster(std::span<const std::uint32_t> clusters) {
  std::uint32_t count = 0;
  for (const std::uint32_t c : clusters) count = std::max(count, c + 1);
  std::vector<std::vector<std::size_t>> rows(count);
  for (std::size_t i = 0; i < clusters.size(); ++i) rows[clusters[i]].push_back(i);
  return rows;
}

Expected<ClusterReader> ClusterReader::create(const model::Fit& fit) {
  HR_TRY(model::Marginal marginal, model::Marginal::create(fit));
  ClusterReader out(fit, std::move(marginal));
  out.weights_ = user_weights(fit.problem);
  const model::Data& data = fit.problem.data();
  out.residuals_ = data.yi;
  for (std::size_t i = 0; i < data.k(); ++i) out.residuals_[i] -= stats::dot(data.x.row(i), fit.beta);
  return out;
}

ClusterBlock ClusterReader::block(std::span<const std::size_t> rows) const {
  const stats::Matrix& x = fit_->problem.data().x;
  const std::size_t p = x.cols();
  ClusterBlock out{stats::Matrix(rows.size(), p), stats::Matrix(rows.size(), p), {}, {}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(x.row(rows[i]), out.x.row(i).begin());
    if (inverse_variance()) std::ranges::copy(marginal_.solved_design().row(rows[i]), out.wx.row(i).begin());
    for (std::size_t j = 0; j < p && !inverse_variance(); ++j) out.wx(i, j) = weights_[rows[i]] * out.x(i, j);
    out.residuals.push_back(residuals_[rows[i]]);
  }
  out.theta_wx = inverse_variance() ? out.x : stats::multiply(theta(rows), out.wx);
  return out;
}

}  // namespace hedgerow::infer::detail
