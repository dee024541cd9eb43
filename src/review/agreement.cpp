#include "review/agreement.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stats/distributions.hpp"

namespace hedgerow::review {
namespace {

stats::Matrix power_weights(std::size_t q, int power) {
  stats::Matrix out(q, q, 1.0);
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j) {
      const double distance = i > j ? static_cast<double>(i - j) : static_cast<double>(j - i);
      const double share = q > 1 ? distance / static_cast<double>(q - 1) : 0.0;
      out(i, j) = 1.0 - (power == 1 ? share : share * share);
    }
  return out;
}

}  // namespace

std::size_t Ratings::count() const {
  std::size_t out = 0;
  for (const auto& row : codes)
    out += static_cast<std::size_t>(std::count_if(row.begin(), row.end(), [](int code) { return code != kNotRated; }));
  return out;
}

stats::Matrix identity_weights(std::size_t q) {
  stats::Matrix out(q, q, 0.0);
  for (std::size_t i = 0; i < q; ++i) out(i, i) = 1.0;
  return out;
}

stats::Matrix linear_weights(std::size_t q) { return power_weights(q, 1); }
stats::Matrix quadratic_weights(std::size_t q) { return power_weights(q, 2); }

Checked check_weights(const stats::Matrix& weights, std::size_t q) {
  if (weights.rows() != q || weights.cols() != q)
    return make_error(ErrorCode::input,
                      fmt::format("weights must be {0} x {0}, one row and column per class; found {1} "
                                  "x {2}",
                                  q, weights.rows(), weights.cols()));
  for (std::size_t i = 0; i < q; ++i) {
    if (weights(i, i) != 1.0)
      return make_error(ErrorCode::input, fmt::format("the weight of equal classes is 1; found {}", weights(i, i)));
    for (std::size_t j = 0; j < q; ++j) {
      if (!(weights(i, j) >= 0.0 && weights(i, j) <= 1.0))
        return make_error(ErrorCode::input, fmt::format("a weight lies in 0 to 1; found {}", weights(i, j)));
      if (weights(i, j) != weights(j, i))
        return make_error(ErrorCode::input, fmt::format("weights are symmetric; found {} and {} for the same two "
                                                        "classes",
                                                        weights(i, j), weights(j, i)));
    }
  }
  return {};
}

Limits wilson(double x, double n, double level) {
  const double z = stats::interval_quantile(level, kUnknown);
  const double p = x / n;
  const double centre = p + z * z / (2.0 * n);
  const double half = z * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  const double scale = 1.0 + z * z / n;
  return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

}  // namespace hedgerow::review
