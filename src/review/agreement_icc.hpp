// Intraclass correlations: agreement of raters about numbers, from the mean squares of items x raters.
//
//   n items, k raters; R, C, E mean squares of items, raters, residual; W within items.
//   ICC(1,1) = (R - W)/(R + (k-1) W)                        ICC(1,k) = (R - W)/R
//   ICC(2,1) = (R - E)/(R + (k-1) E + k (C - E)/n)          ICC(2,k) = (R - E)/(R + (C - E)/n)
//   ICC(3,1) = (R - E)/(R + (k-1) E)                        ICC(3,k) = (R - E)/R
//   Tests: F = R/W with n-1, n(k-1); F = R/E with n-1, (n-1)(k-1) degrees of freedom.
//   Limits of single ratings: (1,1), (3,1): (F/f - 1)/(F/f + k - 1) with quantiles f of F; (2,1): Satterthwaite's
//   degrees of freedom v. Limits of means of k by k L / (1 + (k - 1) L), which is what the paper's formulas amount to.
//   Two raters: mean difference and limits of agreement, mean -+ 1.96 SD of the differences.
//
// Source:     shrout1979 (forms); mcgraw1996, table 7 (limits); bland1986 (limits of agreement).
// Conditions: items rated by every rater; n >= 2, k >= 2.
// Tests:      review/agreement_icc_test.cpp
#pragma once

#include "review/agreement.hpp"

namespace hedgerow::review {

struct MeanSquares {
  std::size_t n = 0, k = 0;  ///< items, raters
  double rows = 0, columns = 0, error = 0, within = 0;
};

/// Items by raters, without missing values.
MeanSquares mean_squares(const stats::Matrix& values);
/// The six forms: icc_1_1, icc_2_1, icc_3_1, icc_1_k, icc_2_k, icc_3_k.
std::vector<Coefficient> icc(const MeanSquares& squares, double level);
/// Values of the items that every one of these raters rated. Needs Ratings::values.
stats::Matrix complete_values(const Ratings& ratings, const std::vector<std::size_t>& raters);
/// Mean difference (first minus second) with its t interval, and the two limits of agreement. `values`: n x 2.
std::vector<Coefficient> differences(const stats::Matrix& values, double level);

}  // namespace hedgerow::review
