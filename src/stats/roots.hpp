// Bracketed root finding (TOMS 748; Alefeld, Potra and Shi 1995).
#pragma once

#include <functional>
#include <optional>

namespace hedgerow::stats {

/// A root of a continuous f in [low, high], to the last bits of a double. Nothing if f has the same sign at both ends.
std::optional<double> find_root(const std::function<double(double)>& f, double low, double high);

/// A root of an f that decreases from f(0) > 0: the upper bound is doubled from `scale` until the sign changes.
/// Nothing if it does not below `limit`.
std::optional<double> find_decreasing_root(const std::function<double(double)>& f, double scale, double limit);

}  // namespace hedgerow::stats
