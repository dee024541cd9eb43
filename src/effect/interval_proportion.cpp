// Intervals of one proportion and one rate.
//
//   With p = x/n, q = 1 - p, z the normal quantile, Q_b(.; a, b) beta and Q_chi(.; df) chi-squared quantiles:
//   wald           p -+ z sqrt(p q / n)
//   wilson         (2 x + z^2 -+ z sqrt(z^2 + 4 x q)) / (2 (n + z^2))                                     [wilson1927]
//   wilson-cc      (2 x + z^2 - 1 - z sqrt(z^2 - 2 - 1/n + 4 p (n q + 1))) / (2 (n + z^2)) and
//                  (2 x + z^2 + 1 + z sqrt(z^2 + 2 - 1/n + 4 p (n q - 1))) / (2 (n + z^2))             [newcombe1998]
//   agresti-coull  p~ -+ z sqrt(p~ q~ / n~), n~ = n + z^2, p~ = (x + z^2/2) / n~                        [agresti1998]
//   jeffreys       Q_b(alpha/2; x + 1/2, n - x + 1/2), Q_b(1 - alpha/2; ...); 0 if x = 0, 1 if x = n       [brown2001]
//   arcsine        sin^2(asin sqrt((x + 3/8) / (n + 3/4)) -+ z / (2 sqrt n))                              [brown2001]
//   exact          Q_b(alpha/2; x, n - x + 1), Q_b(1 - alpha/2; x + 1, n - x)                           [clopper1934]
//   midp           p with P(X > x) + P(X = x)/2 = alpha/2, and with P(X < x) + P(X = x)/2 = alpha/2    [newcombe1998]
//   rate exact     Q_chi(alpha/2; 2x) / (2t), Q_chi(1 - alpha/2; 2x + 2) / (2t)                         [garwood1936]
//   rate score     (x + z^2/2 -+ z sqrt(x + z^2/4)) / t
//
// Upper tails are asked for as such, so that limits near 1 and extreme levels keep their digits.

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "effect/single_study_intervals.hpp"
#include "stats/beta.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::effect {
namespace {

double quantile(double level) { return stats::interval_quantile(level, kMissing); }

// Half of what lies outside the level.
double tail(double level) { return stats::normal_upper(quantile(level)); }

Interval within_unit(double lb, double ub) { return {std::max(lb, 0.0), std::min(ub, 1.0)}; }

// P(X > x) + P(X = x) / 2 for x events among n; increases with p.
double mid_upper(double x, double n, double p) {
  const double at_least = x == 0 ? 1 : stats::beta_cdf(p, x, n - x + 1);
  const double above = x == n ? 0 : stats::beta_cdf(p, x + 1, n - x);
  return (at_least + above) / 2;
}

// P(X < x) + P(X = x) / 2; decreases with p.
double mid_lower(double x, double n, double p) {
  const double at_most = x == n ? 1 : stats::beta_upper(p, x + 1, n - x);
  const double below = x == 0 ? 0 : stats::beta_upper(p, x, n - x + 1);
  return (at_most + below) / 2;
}

}  // namespace

Interval proportion_wald(double x, double n, double level) {
  const double p = x / n;
  const double half = quantile(level) * std::sqrt(p * (1 - p) / n);
  return within_unit(p - half, p + half);
}

Interval proportion_wilson(double x, double n, double level) {
  const double z = quantile(level);
  const double root = z * std::sqrt(z * z + 4 * x * (n - x) / n);
  const double below = 2 * x + z * z;
  const double above = 2 * (n - x) + z * z;
  // Each limit from the side where nothing cancels: lower (2x + z^2)^2 - root^2 = 4 x^2 (n + z^2) / n.
  const double lb = 2 * x * x / n / (below + root);
  const double rest = 2 * (n - x) * (n - x) / n / (above + root);
  return {lb, 1 - rest};
}

Interval proportion_wilson_cc(double x, double n, double level) {
  const double z = quantile(level);
  const double p = x / n;
  const double q = (n - x) / n;
  const double centre = 2 * x + z * z;
  const double lower = z * std::sqrt(std::max(z * z - 2 - 1 / n + 4 * p * (n * q + 1), 0.0));
  const double upper = z * std::sqrt(std::max(z * z + 2 - 1 / n + 4 * p * (n * q - 1), 0.0));
  const double scale = 2 * (n + z * z);
  return {x == 0 ? 0 : std::max((centre - 1 - lower) / scale, 0.0),
          x == n ? 1 : std::min((centre + 1 + upper) / scale, 1.0)};
}

Interval proportion_agresti_coull(double x, double n, double level) {
  const double z = quantile(level);
  const double size = n + z * z;
  const double p = (x + z * z / 2) / size;
  const double half = z * std::sqrt(p * (1 - p) / size);
  return within_unit(p - half, p + half);
}

Interval proportion_jeffreys(double x, double n, double level) {
  return {x == 0 ? 0 : stats::beta_quantile(tail(level), x + 0.5, n - x + 0.5),
          x == n ? 1 : stats::beta_quantile_upper(tail(level), x + 0.5, n - x + 0.5)};
}

Interval proportion_arcsine(double x, double n, double level) {
  const double centre = std::asin(std::sqrt((x + 0.375) / (n + 0.75)));
  const double half = quantile(level) / (2 * std::sqrt(n));
  const double low = std::sin(std::max(centre - half, 0.0));
  const double high = std::sin(std::min(centre + half, M_PI / 2));
  return {low * low, high * high};
}

Interval proportion_exact(double x, double n, double level) {
  return {x == 0 ? 0 : stats::beta_quantile(tail(level), x, n - x + 1),
          x == n ? 1 : stats::beta_quantile_upper(tail(level), x + 1, n - x)};
}

Interval proportion_mid_p(double x, double n, double level) {
  const double wanted = tail(level);
  const auto lower = [&](double p) { return mid_upper(x, n, p) - wanted; };
  const auto upper = [&](double p) { return mid_lower(x, n, p) - wanted; };
  return {x == 0 ? 0 : stats::find_root(lower, 0, 1).value_or(kMissing),
          x == n ? 1 : stats::find_root(upper, 0, 1).value_or(kMissing)};
}

Interval rate_exact(double x, double t, double level) {
  return {x == 0 ? 0 : stats::chi2_quantile(tail(level), 2 * x) / (2 * t),
          stats::chi2_quantile_upper(tail(level), 2 * x + 2) / (2 * t)};
}

Interval rate_score(double x, double t, double level) {
  const double z = quantile(level);
  const double upper = x + z * z / 2 + z * std::sqrt(x + z * z / 4);
  return {x * x / upper / t, upper / t};  // The product of the limits is (x/t)^2.
}

}  // namespace hedgerow::effect
