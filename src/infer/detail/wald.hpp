// Pieces of Wald-type tests that coefficients, contrasts and predictions share.
#pragma once

#include <span>

#include "infer/inference.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::infer::detail {

/// Chi-square (df2 NaN) or F statistic with its p-value; NaN if L vb L' is singular.
struct Wald {
  double statistic = 0;
  double pval = 0;
  double df2 = 0;
};
Wald wald_test(const stats::Matrix& l, std::span<const double> estimate, const stats::Matrix& vb, double df2);

/// Quantile of an interval: normal if df is NaN, t else; NaN if there are no degrees of freedom.
double critical_value(double level, double df);
/// Two-sided p-value with the same rules; 0 for an infinite statistic.
double p_value(double statistic, double df);

/// Test of L beta, with the df that belong to the combinations where `base` has them, else with `df2`.
Wald wald_test(const stats::Matrix& l, std::span<const double> estimate, const Coefficients& base, double df2);

/// Degrees of freedom of a linear combination: the smallest of the coefficients in it; NaN for normal tests.
double combined_df(std::span<const double> row, const stats::Vector& ddf);
/// The same, or the combination's own where `base` has them.
double combined_df(std::span<const double> row, const Coefficients& base);

}  // namespace hedgerow::infer::detail
