// Transformations of a normal variable X ~ N(x, tau2) instead of a number.
//
//   .int   E[h(X)], for h with a bounded domain E[h(X) | X in it]: the mean of the back-transformed true effects, where
//          h(x) is their median. exp.int is exp(x + tau2/2).
//   .mode  of h(X): maximum of phi((z - x)/tau) / h'(z) over z: exp z = x - tau2; ilogit z = x + tau2 (2 ilogit z - 1);
//          ztor z = x + 2 tau2 tanh z. The last two have up to two maxima; the higher one is taken, the upper at a tie.

#include <cmath>

#include "effect/detail/transform_table.hpp"
#include "stats/normal_integral.hpp"

namespace hedgerow::effect::detail {

double integrated(const Transformation& h, double x, double tau2, const One& with, double lower, double upper) {
  if (is_missing(x) || is_missing(tau2) || tau2 < 0) return kMissing;
  if (tau2 == 0) return h.function(x, with);
  const bool whole_line = std::isinf(lower) && std::isinf(upper);
  if (h.name == "exp" && whole_line) return std::exp(x + tau2 / 2);
  return stats::truncated_normal_mean([&](double z) { return h.function(z, with); }, x, tau2, lower, upper);
}

namespace {

/// Half the slope of the log density of h(X) times 2 tau2: x - z + shift tanh(scale z), with its log density.
struct Density {
  double x, tau2, shift, scale;
  double slope(double z) const { return x - z + shift * std::tanh(scale * z); }
  double log(double z) const {
    const double a = std::fabs(scale * z);
    const double log_cosh = a + std::log1p(std::exp(-2 * a));
    return -(z - x) * (z - x) / (2 * tau2) + shift / (scale * tau2) * log_cosh;
  }
};

/// A root of the falling slope in [from, to].
double bisect(const Density& density, double from, double to) {
  for (int i = 0; i < 200 && from < to; ++i) {
    const double middle = from + (to - from) / 2;
    if (middle == from || middle == to) break;
    (density.slope(middle) > 0 ? from : to) = middle;
  }
  return from + (to - from) / 2;
}

double highest(const Density& density) {
  constexpr int kSteps = 2000;
  const double start = density.x - density.shift;
  const double step = 2 * density.shift / kSteps;
  double best = kMissing;
  for (int i = 0; i < kSteps; ++i) {
    const double from = start + i * step;
    const double to = from + step;
    if (!(density.slope(from) >= 0 && density.slope(to) <= 0)) continue;
    const double z = bisect(density, from, to);
    if (is_missing(best) || density.log(z) >= density.log(best)) best = z;
  }
  return best;
}

}  // namespace

double mode(const Transformation& h, double x, double tau2) {
  if (is_missing(x) || is_missing(tau2) || tau2 < 0) return kMissing;
  if (tau2 == 0) return h.function(x, {});
  if (h.name == "exp") return std::exp(x - tau2);
  if (h.name == "ilogit") return h.function(highest({x, tau2, tau2, 0.5}), {});
  if (h.name == "ztor") return h.function(highest({x, tau2, 2 * tau2, 1}), {});
  return kMissing;
}

}  // namespace hedgerow::effect::detail
