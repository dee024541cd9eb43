// Two raters: coefficients of their table of counts.
//
//   po = sum w_ij p_ij,  pe = sum w_ij p_i. p_.j,  kappa = (po - pe) / (1 - pe)
//   var(kappa) = [ sum p_ij (w_ij - (w_i. + w_.j)(1 - kappa))^2 - (kappa - pe (1 - kappa))^2 ] / (n (1 - pe)^2)
//     with w_i. = sum_j w_ij p_.j and w_.j = sum_i w_ij p_i.; w = 1 on the diagonal alone gives Cohen's kappa.
//   kappa max = (sum min(p_i., p_.i) - pe) / (1 - pe):  the highest kappa that these margins allow.
//   PABAK = (q po - 1) / (q - 1).   Agreement on class c = 2 n_cc / (n_c. + n_.c).
//   Bias index |b - c| / n, prevalence index |a - d| / n (two classes).
//
// Source:     cohen1960, cohen1968; fleiss1969 (variance); byrt1993 (PABAK, indices); cicchetti1990 and graham1998
//             (agreement on a class); mcnemar1947, exact; wilson1927 (intervals of shares).
// Conditions: kappa is undefined, not 0, where both raters use one and the same class only (pe = 1).
// Intervals:  kappa: estimate -+ z SE, cut at -1 and 1. po and PABAK: Wilson's. Agreement on a class: with p =
//             n_cc / (n_c. + n_.c - n_cc) it is 2p / (1 + p), so Wilson's limits of p give its limits.
// Tests:      review/agreement_pair_test.cpp
#pragma once

#include "review/agreement.hpp"

namespace hedgerow::review {

/// Items that both rated: counts(i, j) items are class i for rater a and class j for rater b; q x q.
stats::Matrix pair_table(const Ratings& ratings, std::size_t a, std::size_t b);

/// Share of items with the same class; with weights, the mean weight (without interval).
Coefficient observed_agreement(const stats::Matrix& counts, double level);
/// Kappa with weights (identity_weights: Cohen's). `p`: test with the standard error under independence.
Coefficient cohen_kappa(const stats::Matrix& counts, const stats::Matrix& weights, double level);
Coefficient kappa_max(const stats::Matrix& counts);
Coefficient pabak(const stats::Matrix& counts, double level);
/// 2 n_cc / (n_c. + n_.c) for each class.
std::vector<Coefficient> agreement_by_class(const stats::Matrix& counts, const std::vector<std::string>& classes,
                                            double level);
/// Two classes only (an empty vector otherwise): bias index, with McNemar's exact p, and prevalence index.
std::vector<Coefficient> indices(const stats::Matrix& counts);

}  // namespace hedgerow::review
