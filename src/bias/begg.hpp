// Begg and Mazumdar's rank correlation test for funnel plot asymmetry.
//
//   Kendall's tau between the standardised deviates y*_i = (y_i - mu) / sqrt(v_i - 1 / sum(1/v)) and the variances v_i,
//   mu = sum(y/v) / sum(1/v).
//
//   Without ties: exact p from the distribution of the number of inversions of a random permutation.
//   With ties, or on request: S / sqrt(Var S) is referred to the normal distribution, Var S with the tie correction, no
//   continuity correction. S is counted by merge sort, O(k log k).
//
// Sources:    begg1994; kendall1970 for the variance with ties.
// Conditions: independent effects, k >= 2, v_i > 0. A common mean is assumed: moderators of the fit are not used.
// Tests:      bias/begg_test.cpp (enumeration of all permutations, pairwise count, metafor's ranktest).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::bias {

struct RankTest {
  double tau = 0;      ///< Kendall's tau-b
  double pval = 0;     ///< two-sided
  bool exact = false;  ///< p from the exact distribution
  double zval = 0;     ///< S / sqrt(Var S); NaN if exact
  std::size_t k = 0;
  std::vector<std::string> notes;
};

/// Errors: dependent effects (multilevel fit), k < 2, a sampling variance of zero, all variances equal.
Expected<RankTest> rank_test(const model::Fit& fit, bool exact = true);

/// Kendall's tau-b of two samples of equal length, and its two-sided test. NaN where a sample is constant.
struct Kendall {
  double tau = 0, pval = 0, zval = 0;
  bool exact = false;
};
Kendall kendall(std::span<const double> x, std::span<const double> y, bool exact);

/// P(number of inversions of a random permutation of n <= q).
double inversions_cdf(std::size_t n, double q);

}  // namespace hedgerow::bias
