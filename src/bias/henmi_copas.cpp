#include "bias/henmi_copas.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "bias/independent.hpp"
#include "stats/distributions.hpp"
#include "stats/integrate.hpp"
#include "stats/roots.hpp"
#include "stats/tails.hpp"

namespace hedgerow::bias {
namespace {

/// Sums of powers of the weights and what follows from them.
struct Pivot {
  double k = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0, tau2 = 0;

  double variance() const { return 1 + tau2 * w2; }

  /// P(Q <= q | r).
  double q_cdf(double q, double r) const {
    const double v = variance(), u2 = v * r * r;
    const double a = w3 - w2 * w2, shift = u2 / (v * v) - 1 / v, t2 = tau2 * tau2;
    const double mean = k - 1 + tau2 * (w1 - w2) + t2 * shift * a;
    const double spread = 2 * (k - 1) + 4 * tau2 * (w1 - w2) + 2 * t2 * (w1 * w2 - 2 * w3 + w2 * w2) +
                          4 * t2 * shift * a + 4 * tau2 * t2 * shift * (w4 - 2 * w2 * w3 + w2 * w2 * w2) +
                          2 * t2 * t2 * (1 / (v * v) - 2 * u2 / (v * v * v)) * a * a;
    return stats::gamma_cdf(q, mean * mean / spread, spread / mean);
  }

  /// The left side of the equation of t.
  double tail(double t) const {
    const auto integrand = [&](double r) {
      const double ratio = r / t, density = stats::normal_density(r);
      if (density == 0) return 0.0;
      const double p = q_cdf((w1 / w2 - 1) * (ratio * ratio - 1) + k - 1, r);
      // The approximate variance of Q can turn negative far out, where the density is all but 0.
      return std::isnan(p) ? 0.0 : p * density;
    };
    return stats::integrate(integrand, t, std::numeric_limits<double>::infinity());
  }
};

}  // namespace

Expected<HenmiCopas> henmi_copas(const model::Fit& fit, double level) {
  HR_CHECK(check_independent(fit, "the method of Henmi and Copas"));
  HR_CHECK(check_no_moderators(fit, "the method of Henmi and Copas"));
  if (!(level > 0 && level < 1))
    return make_error(ErrorCode::usage, fmt::format("the level is between 0 and 1, found {}", level), "level");
  const model::Data& data = fit.problem.data();
  if (data.k() < 2)
    return make_error(ErrorCode::not_defined, "the method of Henmi and Copas needs at least two studies; there is 1");
  Pivot p;
  p.k = static_cast<double>(data.k());
  double sum = 0, second = 0, third = 0, fourth = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double w = 1 / data.vi[i];
    p.w1 += w;
    second += w * w;
    third += w * w * w;
    fourth += w * w * w * w;
    sum += w * data.yi[i];
  }
  p.w2 = second / p.w1;
  p.w3 = third / p.w1;
  p.w4 = fourth / p.w1;
  HenmiCopas out;
  out.beta = sum / p.w1;
  double q = 0;
  for (std::size_t i = 0; i < data.k(); ++i) q += (data.yi[i] - out.beta) * (data.yi[i] - out.beta) / data.vi[i];
  out.tau2 = p.tau2 = std::max(0.0, (q - (p.k - 1)) / (p.w1 - p.w2));
  out.se = std::sqrt((p.tau2 * p.w2 + 1) / p.w1);
  const auto excess = [&](double t) { return p.tail(t) - (1 - level) / 2; };
  double high = 2;
  while (excess(high) > 0 && high < 64) high *= 2;
  const auto t = stats::find_root(excess, 1e-6, high);
  if (!t) return make_error(ErrorCode::not_converged, "the equation of Henmi and Copas' interval has no root");
  const double half = *t * std::sqrt(p.variance()) * out.se;
  out.ci_lb = out.beta - half;
  out.ci_ub = out.beta + half;
  return out;
}

}  // namespace hedgerow::bias
