#include "effect/recover.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/missing.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect {
namespace {

double square(double x) { return x * x; }

double interval_multiplier(double level, double df, bool normal) {
  if (normal) return stats::interval_quantile(level, std::numeric_limits<double>::infinity());
  return df > 0 ? stats::interval_quantile(level, df) : kMissing;
}

bool any_missing(std::initializer_list<double> values) {
  return std::any_of(values.begin(), values.end(), [](double x) { return is_missing(x); });
}

}  // namespace

double sd_from_se(double se, double n) { return se * std::sqrt(n); }

double sd_from_ci(double lb, double ub, double n, double level, bool normal) {
  if (any_missing({lb, ub, n, level})) return kMissing;
  return std::sqrt(n) * (ub - lb) / (2 * interval_multiplier(level, n - 1, normal));
}

double sd_from_difference_se(double se, double n1, double n2) { return se / std::sqrt(1 / n1 + 1 / n2); }

double sd_from_difference_ci(double lb, double ub, double n1, double n2, double level, bool normal) {
  if (any_missing({lb, ub, n1, n2, level})) return kMissing;
  return sd_from_difference_se((ub - lb) / (2 * interval_multiplier(level, n1 + n2 - 2, normal)), n1, n2);
}

double sd_from_t(double difference, double t, double n1, double n2) {
  if (!(difference != 0 && t != 0)) return kMissing;
  return sd_from_difference_se(std::fabs(difference) / std::fabs(t), n1, n2);
}

double t_of_p(double p, double df, double tails) {
  if (any_missing({p, df, tails}) || !(df > 0)) return kMissing;
  return std::fabs(stats::t_quantile(p / tails, df));
}

// The integrand 1 - (1 - Phi)^n - Phi^n is smooth and vanishes like the normal density in both tails, so the
// trapezoidal rule converges faster than any power of its step.
double expected_range(double n) {
  if (!(n >= 2)) return kMissing;
  constexpr double kEnd = 13, kStep = 1.0 / 64;
  double sum = 0;
  for (double x = -kEnd; x <= kEnd; x += kStep) {
    const double below = stats::normal_cdf(x), above = stats::normal_upper(x);
    // 1 - p^n without cancellation, for the larger of the two tails.
    const double larger = std::max(below, above), smaller = std::min(below, above);
    sum += -std::expm1(n * std::log1p(-smaller)) - (larger < 1 ? std::pow(smaller, n) : 0);
  }
  return sum * kStep;
}

double sd_from_range(double min, double max, double n) {
  if (any_missing({min, max, n})) return kMissing;
  return (max - min) / (2 * stats::normal_quantile((n - 0.375) / (n + 0.25)));
}

double sd_from_iqr(double q1, double q3, double n) {
  if (any_missing({q1, q3, n})) return kMissing;
  return (q3 - q1) / (2 * stats::normal_quantile((0.75 * n - 0.125) / (n + 0.25)));
}

double change_sd_from_r(double sd_pre, double sd_post, double r) {
  return std::sqrt(square(sd_pre - sd_post) + 2 * (1 - r) * sd_pre * sd_post);
}

double r_from_change_sd(double sd_pre, double sd_post, double sd_change) {
  return (square(sd_pre) + square(sd_post) - square(sd_change)) / (2 * sd_pre * sd_post);
}

double sd_from_change_sd(double sd_change, double r) { return r < 1 ? sd_change / std::sqrt(2 * (1 - r)) : kMissing; }

Group combine_groups(std::span<const Group> groups) {
  Group out{0, 0, 0};
  for (const Group& group : groups) {
    out.n += group.n;
    out.mean += group.n * group.mean;
  }
  out.mean /= out.n;
  double squares = 0;
  for (const Group& group : groups)
    squares += (group.n - 1) * square(group.sd) + group.n * square(group.mean - out.mean);
  out.sd = std::sqrt(squares / (out.n - 1));
  return out;
}

Group raw_from_log(const Group& log) {
  const double mean = std::exp(log.mean + square(log.sd) / 2);
  return {log.n, mean, mean * std::sqrt(std::expm1(square(log.sd)))};
}

Group log_from_raw(const Group& raw) {
  const double log_factor = raw.mean > 0 ? std::log1p(square(raw.sd / raw.mean)) : kMissing;
  return {raw.n, std::log(raw.mean) - log_factor / 2, std::sqrt(log_factor)};
}

// The smaller root of (or - 1) a^2 - (or (n1 + n2) + n - n1 - n2) a + or n1 n2 = 0 in the form that has no cancellation
// and holds for or = 1.
double cell_from_or(double ratio, double n, double n1, double n2) {
  const double b = ratio * (n1 + n2) + n - n1 - n2;
  const double c = ratio * n1 * n2;
  return 2 * c / (b + std::sqrt(b * b - 4 * (ratio - 1) * c));
}

double cell_from_rr(double ratio, double n, double n1, double n2) { return ratio * n1 * n2 / (ratio * n1 + n - n1); }

double cell_from_rd(double difference, double n, double n1, double n2) { return n1 * (difference * (n - n1) + n2) / n; }

double cell_from_phi(double phi, double n, double n1, double n2) {
  return (phi * std::sqrt(n1 * (n - n1) * n2 * (n - n2)) + n1 * n2) / n;
}

double cell_from_chi2(double chi2, double n, double n1, double n2, bool yates) {
  const double product = n1 * (n - n1) * n2 * (n - n2);
  const double difference = std::sqrt(std::fabs(chi2) * product / n) + (yates ? n / 2 : 0);
  return (std::copysign(difference, chi2) + n1 * n2) / n;
}

}  // namespace hedgerow::effect
