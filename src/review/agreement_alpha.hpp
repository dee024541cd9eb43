// Krippendorff's alpha: any number of raters, missing ratings, four scales.
//
//   alpha = 1 - Do / De
//   Do = (1/n) sum over items with m_i >= 2 ratings of 1/(m_i - 1) sum over ordered pairs of their ratings d(v, w)
//   De = 1/(n (n-1)) sum over ordered pairs of all n ratings of those items d(v, w)
//   d: nominal 1 if they differ; interval (v - w)^2; ratio ((v - w)/(v + w))^2; ordinal: (R(v) - R(w))^2 with R the
//   mean rank of a class among the n ratings, which is his sum of n_g between the classes.
//   Interval: items are drawn anew with replacement; percentiles of `replicates` values of alpha. Draws without any
//   variation have no alpha and are left out.
//
// Source:     krippendorff2011; krippendorff2004; davison1997 for the bootstrap of independent units.
// Conditions: two items with two ratings, and some variation. Fixed seed: the same data give the same interval.
// Tests:      review/agreement_alpha_test.cpp
#pragma once

#include <cstdint>

#include "review/agreement.hpp"

namespace hedgerow::review {

struct Bootstrap {
  std::size_t replicates = 2000;
  std::uint64_t seed = 1;
};

/// Interval and ratio need numbers (Ratings::values): not defined without them. Ratio: not defined with values below 0.
Coefficient krippendorff_alpha(const Ratings& ratings, Scale scale, double level, const Bootstrap& bootstrap = {});

}  // namespace hedgerow::review
