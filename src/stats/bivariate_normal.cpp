// Owen's (1956) expression of the bivariate normal distribution function by his function T:
//
//   P(X <= h, Y <= k) = (Phi(h) + Phi(k)) / 2 - T(h, a_h) - T(k, a_k) - d
//   a_h = (k / h - rho) / sqrt(1 - rho^2),   a_k = (h / k - rho) / sqrt(1 - rho^2)
//   d = 0 if h k > 0, or if h k = 0 and h + k >= 0;  1/2 otherwise
//   T(h, a) = integral from 0 to a of exp(-h^2 (1 + x^2) / 2) / (1 + x^2) dx / (2 pi);   T(0, a) = atan(a) / (2 pi)
//
// Source: owen1956. T is that of Boost.Math (Patefield and Tandy 2000). The terms cancel in the tails, so the accuracy
// is absolute.

#include "stats/bivariate_normal.hpp"

#include <algorithm>
#include <boost/math/special_functions/owens_t.hpp>
#include <cmath>

#include "stats/distributions.hpp"

namespace hedgerow::stats {
namespace {

// T(h, (k/h - rho) / s), with its limit at h = 0.
double owens_term(double h, double k, double rho, double s) {
  if (h == 0) return k == 0 ? 0 : std::copysign(0.25, k);
  return boost::math::owens_t(h, (k / h - rho) / s);
}

// P(X <= min) on one line, or P(-k <= X <= h) on the other.
double degenerate(double h, double k, double rho) {
  if (rho > 0) return normal_cdf(std::min(h, k));
  if (h + k <= 0) return 0;
  // The difference of the smaller two of the four tails loses nothing.
  return h > 0 ? normal_upper(-k) - normal_upper(h) : normal_cdf(h) - normal_cdf(-k);
}

}  // namespace

double bivariate_normal_cdf(double h, double k, double rho) {
  if (std::isnan(h) || std::isnan(k) || !(std::fabs(rho) <= 1)) return std::nan("");
  if (std::isinf(h)) return h < 0 ? 0 : normal_cdf(k);
  if (std::isinf(k)) return k < 0 ? 0 : normal_cdf(h);
  if (std::fabs(rho) == 1) return degenerate(h, k, rho);
  if (h == 0 && k == 0) return 0.25 + std::asin(rho) / (2 * M_PI);
  const double s = std::sqrt((1 - rho) * (1 + rho));
  const bool same_side = h * k > 0 || (h * k == 0 && h + k >= 0);
  const double p = (normal_cdf(h) + normal_cdf(k)) / 2 - owens_term(h, k, rho, s) - owens_term(k, h, rho, s);
  return std::clamp(same_side ? p : p - 0.5, 0.0, 1.0);
}

double bivariate_normal_density(double h, double k, double rho) {
  const double q = (1 - rho) * (1 + rho);
  return std::exp(-(h * h - 2 * rho * h * k + k * k) / (2 * q)) / (2 * M_PI * std::sqrt(q));
}

}  // namespace hedgerow::stats
