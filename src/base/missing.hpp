// The missing number.
#pragma once

#include <cmath>
#include <limits>

namespace hedgerow {

/// A missing or undefined number.
inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

inline bool is_missing(double value) { return std::isnan(value); }

}  // namespace hedgerow
