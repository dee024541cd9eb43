// Intervals of differences and ratios of two proportions or two rates.
//
//   newcombe   d - sqrt((p1 - l1)^2 + (u2 - p2)^2), d + sqrt((u1 - p1)^2 + (p2 - l2)^2) from the Wilson intervals
//              (l, u) of the two proportions (Newcombe's methods 10 and 11)                   [newcombe1998difference]
//   score      limits where the score statistic under the restricted maximum likelihood estimates R1, R2 is z^2;
//              N = n1 + n2, c = x1 + x2                                                            [miettinen1985]
//     difference  (p1 - p2 - d)^2 / (V N/(N-1)),   V = R1 (1-R1)/n1 + R2 (1-R2)/n2,  R1 = R2 + d
//     ratio       (p1 - r p2)^2 / (V N/(N-1)),     V = R1 (1-R1)/n1 + r^2 R2 (1-R2)/n2,  R1 = r R2
//     odds ratio  (x1 - n1 R1)^2 (1/(n1 R1 (1-R1)) + 1/(n2 R2 (1-R2))) (N-1)/N,  R1 = R2 o / (1 + R2 (o - 1))
//   rate ratio  given x1 + x2 events x1 is binomial with proportion t1 r / (t1 r + t2): the limits of the proportion,
//               turned into ratios                                                              [rothman2008]

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/missing.hpp"
#include "effect/single_study_intervals.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::effect {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Groups {
  double x1, n1, x2, n2;
  double p1() const { return x1 / n1; }
  double p2() const { return x2 / n2; }
  double n() const { return n1 + n2; }
  double events() const { return x1 + x2; }
};

Interval square_and_add(double e1, const Interval& one, double e2, const Interval& two) {
  return {e1 - e2 - std::hypot(e1 - one.lb, two.ub - e2), e1 - e2 + std::hypot(one.ub - e1, e2 - two.lb)};
}

// p2 under p1 = p2 + d: the root of the cubic likelihood equation that lies in range.
double restricted_for_difference(const Groups& g, double d) {
  const double l3 = g.n();
  const double l2 = (g.n1 + 2 * g.n2) * d - g.n() - g.events();
  const double l1 = (g.n2 * d - g.n() - 2 * g.x2) * d + g.events();
  const double l0 = g.x2 * d * (1 - d);
  const double b = l2 / (3 * l3);
  const double q = b * b * b - l1 * l2 / (6 * l3 * l3) + l0 / (2 * l3);
  const double p = std::copysign(std::sqrt(std::max(b * b - l1 / (3 * l3), 0.0)), q);
  const double cosine = p == 0 ? 0 : std::clamp(q / (p * p * p), -1.0, 1.0);
  const double root = 2 * p * std::cos((M_PI + std::acos(cosine)) / 3) - b;
  return std::clamp(root, std::max(0.0, -d), std::min(1.0, 1 - d));
}

// The signed square root of a score statistic; 0/0 counts as no difference. Where the variance vanishes it is kept
// finite, far beyond any quantile, for the search of a root.
double signed_score(double difference, double variance, double n) {
  constexpr double kFar = 1e6;
  if (difference == 0) return 0;
  return std::clamp(difference / std::sqrt(std::max(variance, 0.0) * n / (n - 1)), -kFar, kFar);
}

double difference_statistic(const Groups& g, double d) {
  const double r2 = restricted_for_difference(g, d);
  const double r1 = r2 + d;
  return signed_score(g.p1() - g.p2() - d, r1 * (1 - r1) / g.n1 + r2 * (1 - r2) / g.n2, g.n());
}

double ratio_statistic(const Groups& g, double r) {
  const double a = g.n() * r;
  const double b = g.n1 * r + g.x1 + g.n2 + g.x2 * r;
  const double root = std::sqrt(std::max(b * b - 4 * a * g.events(), 0.0));
  const double r2 = std::min(2 * g.events() / (b + root), 1.0);
  const double r1 = std::min(r * r2, 1.0);
  return signed_score(g.p1() - r * g.p2(), r1 * (1 - r1) / g.n1 + r * r * r2 * (1 - r2) / g.n2, g.n());
}

double odds_statistic(const Groups& g, double o) {
  const double a = g.n2 * (o - 1);
  const double b = g.n1 * o + g.n2 - g.events() * (o - 1);
  const double r2 = 2 * g.events() / (b + std::sqrt(b * b + 4 * a * g.events()));
  const double r1 = r2 * o / (1 + r2 * (o - 1));
  const double v1 = g.n1 * r1 * (1 - r1);
  const double v2 = g.n2 * r2 * (1 - r2);
  return signed_score(g.x1 - g.n1 * r1, v1 * v2 / (v1 + v2), g.n());
}

// Limits of a ratio whose signed statistic decreases in ln ratio.
Interval ratio_limits(const std::function<double(double)>& statistic, double estimate, double level) {
  const double z = stats::interval_quantile(level, kMissing);
  constexpr double kFar = 300;  // exp(300) is beyond any ratio of counts, and its square is a number.
  const double middle = estimate > 0 && std::isfinite(estimate) ? std::log(estimate) : 0;
  const double low = estimate > 0 ? -kFar : middle;
  const auto limit = [&](double wanted) -> double {
    const auto root = stats::find_root([&](double x) { return statistic(std::exp(x)) - wanted; }, -kFar, kFar);
    return root ? std::exp(*root) : kMissing;
  };
  return {low == middle ? 0 : limit(z), std::isfinite(estimate) ? limit(-z) : kInfinity};
}

}  // namespace

Interval difference_newcombe(double x1, double n1, double x2, double n2, double level, bool continuity) {
  const auto interval = continuity ? proportion_wilson_cc : proportion_wilson;
  return square_and_add(x1 / n1, interval(x1, n1, level), x2 / n2, interval(x2, n2, level));
}

Interval difference_score(double x1, double n1, double x2, double n2, double level) {
  const Groups g{x1, n1, x2, n2};
  const double z = stats::interval_quantile(level, kMissing);
  const double d = g.p1() - g.p2();
  const auto limit = [&](double wanted, double low, double high) {
    return stats::find_root([&](double x) { return difference_statistic(g, x) - wanted; }, low, high)
        .value_or(kMissing);
  };
  return {d <= -1 ? -1 : limit(z, -1, d), d >= 1 ? 1 : limit(-z, d, 1)};
}

Interval risk_ratio_score(double x1, double n1, double x2, double n2, double level) {
  const Groups g{x1, n1, x2, n2};
  if (x1 == 0 && x2 == 0) return {0, kInfinity};
  return ratio_limits([&](double r) { return ratio_statistic(g, r); }, g.p1() / g.p2(), level);
}

Interval odds_ratio_score(double x1, double n1, double x2, double n2, double level) {
  const Groups g{x1, n1, x2, n2};
  if (g.events() == 0 || g.events() == g.n()) return {0, kInfinity};
  return ratio_limits([&](double o) { return odds_statistic(g, o); }, x1 * (n2 - x2) / ((n1 - x1) * x2), level);
}

Interval rate_difference_score(double x1, double t1, double x2, double t2, double level) {
  return square_and_add(x1 / t1, rate_score(x1, t1, level), x2 / t2, rate_score(x2, t2, level));
}

Interval rate_ratio(double x1, double t1, double x2, double t2, double level,
                    Interval (*proportion)(double, double, double)) {
  if (x1 + x2 == 0) return {0, kInfinity};
  // The share of group 2 makes the upper limit without a difference from 1.
  const Interval one = proportion(x1, x1 + x2, level);
  const Interval two = proportion(x2, x1 + x2, level);
  return {one.lb / two.ub * t2 / t1, one.ub / two.lb * t2 / t1};
}

}  // namespace hedgerow::effect
