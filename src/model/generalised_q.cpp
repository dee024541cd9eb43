#include "model/generalised_q.hpp"

#include <algorithm>
#include <cmath>

#include "stats/chi2_mixture.hpp"
#include "stats/linalg.hpp"
#include "stats/roots.hpp"

namespace hedgerow::model {

Expected<GeneralisedQ> GeneralisedQ::create(const stats::Matrix& x, std::span<const double> y,
                                            std::span<const double> vi, std::span<const double> a) {
  const auto solution = stats::weighted_least_squares(x, y, a);
  if (!solution)
    return make_error(ErrorCode::not_defined, "with these weights X'WX is singular: too few effects have weight",
                      "weights");
  GeneralisedQ out;
  const std::size_t k = y.size();
  out.observed_ = solution->rss;
  out.vi_.assign(vi.begin(), vi.end());
  const stats::Matrix xm = stats::multiply(x, solution->xtwx_inv);
  out.p_ = stats::Matrix(k, k);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j)
      out.p_(i, j) = (i == j ? a[i] : 0) - a[i] * a[j] * stats::dot(xm.row(i), x.row(j));
  return out;
}

double GeneralisedQ::cdf_at_observed(double tau2) const {
  const std::size_t k = vi_.size();
  stats::Matrix scaled(k, k);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) scaled(i, j) = p_(i, j) * std::sqrt((vi_[i] + tau2) * (vi_[j] + tau2));
  stats::Vector lambda = stats::symmetric_eigen(scaled).values;
  // Rounding leaves the p eigenvalues that are 0 slightly off it.
  const double largest = lambda.back();
  std::erase_if(lambda, [largest](double l) { return l <= 1e-12 * largest; });
  return stats::chi2_mixture_cdf(lambda, observed_);
}

Expected<double> GeneralisedQ::tau2_with_cdf(double probability) const {
  const auto excess = [&](double tau2) { return cdf_at_observed(tau2) - probability; };
  double scale = 0;
  for (const double v : vi_) scale = std::max(scale, v);
  if (const auto root = stats::find_decreasing_root(excess, scale, 1e12 * scale)) return *root;
  return make_error(ErrorCode::not_defined, "the generalised Q statistic is far beyond any tau2 searched", "tau2");
}

}  // namespace hedgerow::model
