// What all standardised mean differences of two groups share: correction and the choice of variance.
#pragma once

#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {

/// A standardised difference before its correction.
struct StandardisedDifference {
  double d = kMissing;       ///< difference in units of the standardiser
  double m = kMissing;       ///< degrees of freedom of the standardiser
  double a = kMissing;       ///< variance of the difference in units of the squared standardiser (1/n1 + 1/n2)
  double n_last = kMissing;  ///< N of the last term d^2 / (2N)
  double n_total = kMissing;
  double n1 = kMissing, n2 = kMissing;  ///< where a = 1/n1 + 1/n2: the groups' shares in the variance
};

/// Variances of smd_estimate, the default first.
inline const std::vector<std::string_view> kSmdVtypes = {"LS", "LS2", "UB", "HO", "AV"};
/// The same with that of two independent groups in RevMan and Stata.
inline const std::vector<std::string_view> kSmdGroupVtypes = {"LS", "LS2", "UB", "HO", "AV", "RM"};

/// g = J d with its variance: LS a + g^2/(2N); LS2 J^2 (a + d^2/(2N)); UB a + (1 - (m-2)/(m J^2)) g^2;
/// HO J^2 a m/(m-2); AV as LS with the average of g over all rows, weighted by n_total; RM a + g^2/(2(N - 3.94))
/// [hedgesolkin1985], as RevMan prints it with the approximate J.
Estimate smd_estimate(Row& row, const StandardisedDifference& difference);

/// sqrt of the mean of two variances weighted by n - 1.
double pooled_sd(double sd1, double n1, double sd2, double n2);

/// Cohen's d of two groups from the first source that the row gives: d itself (di), t (ti), a two-sided p whose sign is
/// the direction (pi), or means and SDs (m1i sd1i m2i sd2i) over the pooled SD.
double cohens_d(Row& row, double n1, double n2);

/// Arguments of the measures that start from cohens_d, and the sets of them that are enough.
std::vector<Argument> cohens_d_arguments();
std::vector<std::vector<std::string_view>> cohens_d_ways();

/// |t| of a p-value with the given number of tails (missing means two).
double t_from_p(double p, double tails, double df);

}  // namespace hedgerow::effect::detail
