#include "stats/roots.hpp"

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>

namespace hedgerow::stats {

std::optional<double> find_root(const std::function<double(double)>& f, double low, double high) {
  const double f_low = f(low);
  const double f_high = f(high);
  if (f_low == 0) return low;
  if (f_high == 0) return high;
  if (std::isnan(f_low) || std::isnan(f_high) || (f_low > 0) == (f_high > 0)) return std::nullopt;
  std::uintmax_t iterations = 200;
  const boost::math::tools::eps_tolerance<double> tolerance(52);
  const auto bracket = boost::math::tools::toms748_solve(f, low, high, f_low, f_high, tolerance, iterations);
  return 0.5 * (bracket.first + bracket.second);
}

std::optional<double> find_decreasing_root(const std::function<double(double)>& f, double scale, double limit) {
  if (f(0) <= 0) return 0.0;
  double low = 0;
  // A scale of zero (all effects equal) would never grow.
  for (double high = scale > 0 ? scale : 1; high <= limit; low = high, high *= 2)
    if (f(high) <= 0) return find_root(f, low, high);
  return std::nullopt;
}

}  // namespace hedgerow::stats
