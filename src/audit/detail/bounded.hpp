// What the two ends of a scale allow.
//
//   s^2 <= (x - a) (b - x) n / (n - 1)   for n scores from a to b with the mean x
//
// Source: bhatia2000.
// Tests:  audit/arithmetic_checks_test.cpp (scales of a table), audit/dictionary_test.cpp (scales of instruments).
#pragma once

#include "audit/range.hpp"

namespace hedgerow::audit::detail {

/// The largest SD of n scores, n > 1, for a mean within its rounding and the scale, low <= mean <= high somewhere.
Range largest_sd(const Range& mean, double low, double high, long n);

}  // namespace hedgerow::audit::detail
