#include "audit/detail/bounded.hpp"

#include <algorithm>
#include <cmath>

namespace hedgerow::audit::detail {

Range largest_sd(const Range& mean, double low, double high, long n) {
  const Range x{std::max(mean.lo, low), std::min(mean.hi, high)};
  const double centre = 0.5 * (low + high), people = static_cast<double>(n);
  const auto at = [&](double m) { return std::sqrt((m - low) * (high - m) * people / (people - 1)); };
  Range out = monotone(x, at);
  if (x.contains(centre)) out.hi = at(centre);
  return out;
}

}  // namespace hedgerow::audit::detail
