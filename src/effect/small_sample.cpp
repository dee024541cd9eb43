#include "effect/small_sample.hpp"

#include <cmath>

#include "base/missing.hpp"
#include "stats/hypergeometric.hpp"

namespace hedgerow::effect {
namespace {

constexpr double kSeriesFrom = 200;

// Gamma(y + 1/2) / Gamma(y) / sqrt(y) as y grows (DLMF 5.11.13); the first term left out is below 1e-15 at y = 100.
double gamma_half_ratio(double y) {
  const double u = 1 / y;
  return 1 + u * (-1.0 / 8 + u * (1.0 / 128 + u * (5.0 / 1024 + u * (-21.0 / 32768 + u * (-399.0 / 262144)))));
}

}  // namespace

double hedges_j_exact(double m) {
  if (!(m > 1)) return kMissing;
  if (m > kSeriesFrom) return std::sqrt((m - 1) / m) * gamma_half_ratio((m - 1) / 2);
  return std::exp(std::lgamma(m / 2) - 0.5 * std::log(m / 2) - std::lgamma((m - 1) / 2));
}

double hedges_j_approximate(double m) { return m > 1 ? 1 - 3 / (4 * m - 1) : kMissing; }

double olkin_pratt(double r, double n) {
  if (!(n > 4)) return kMissing;
  return r * stats::hypergeometric_2f1(0.5, 0.5, (n - 2) / 2, 1 - r * r);
}

}  // namespace hedgerow::effect
