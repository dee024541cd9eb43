// With z = (x - mean) / sd and z0 the point of the bounds that lies nearest to 0, the density relative to its highest
// value is exp((z0^2 - z^2) / 2). It is below 1e-39 of it where z^2 > z0^2 + 180. Adaptive Gauss-Kronrod quadrature of
// 31 points on each side of z = 0 [piessens1983].
#include "stats/normal_integral.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>

namespace hedgerow::stats {

double truncated_normal_mean(const std::function<double(double)>& h, double mean, double variance, double lower,
                             double upper) {
  if (!(variance > 0) || !(lower < upper) || !std::isfinite(mean)) return std::numeric_limits<double>::quiet_NaN();
  const double sd = std::sqrt(variance);
  const double z_lower = (lower - mean) / sd;
  const double z_upper = (upper - mean) / sd;
  const double nearest = std::clamp(0.0, z_lower, z_upper);
  const double reach = std::sqrt(nearest * nearest + 180);
  const double from = std::max(z_lower, -reach);
  const double to = std::min(z_upper, reach);
  const auto density = [nearest](double z) { return std::exp((nearest - z) * (nearest + z) / 2); };
  const auto integral = [&](const auto& f) {
    using Rule = boost::math::quadrature::gauss_kronrod<double, 31>;
    constexpr unsigned kDepth = 15;
    constexpr double kTolerance = 1e-14;
    const double middle = std::clamp(nearest, from, to);
    double sum = 0;
    if (from < middle) sum += Rule::integrate(f, from, middle, kDepth, kTolerance);
    if (middle < to) sum += Rule::integrate(f, middle, to, kDepth, kTolerance);
    return sum;
  };
  return integral([&](double z) { return h(mean + sd * z) * density(z); }) / integral(density);
}

}  // namespace hedgerow::stats
