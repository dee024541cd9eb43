// Two or more raters, each item rated by some of them: Fleiss's kappa, Conger's kappa, AC1 and AC2, uniform chance.
//
//   r_ik ratings of item i in class k, r_i in all, n items with a rating, n' with two or more.
//   pa_i = sum_k r_ik (sum_l w_kl r_il - 1) / (r_i (r_i - 1)),  pa = mean of pa_i over the n' items
//   pi_k = mean over items of r_ik / r_i
//   Fleiss:   pe = sum w_kl pi_k pi_l                    AC1, AC2: pe = sum(w) / (q (q - 1)) sum pi_k (1 - pi_k)
//   Uniform:  pe = sum(w) / q^2 (PABAK of many raters)   Conger:   pe = mean over pairs g != h of sum w_kl p_gk p_hl
//   coefficient c = (pa - pe) / (1 - pe)
//   var(c) = sum_i (c_i - 2 (1 - c) (pe_i - pe) / (1 - pe) - c)^2 / (n (n - 1)),
//     c_i = (n / n') (pa_i - pe) / (1 - pe), 0 for an item with one rating; pe_i is the linear part of pe in item i.
//   Intervals: t with n - 1 degrees of freedom, cut at -1 and 1.
//   Fleiss's test of no agreement (every item rated m times, no weights):
//     var0 = 2 (s^2 - sum p q (q - p)) / (n m (m - 1) s^2),  s = sum p q.
//
// Source:     fleiss1971; fleiss1979 (var0); conger1980; gwet2008 (AC1 and its variance); gwet2014 (AC2, missing
//             ratings, linear parts).
// Conditions: two classes at least, two items with two ratings for a variance.
// Tests:      review/agreement_many_test.cpp
#pragma once

#include "review/agreement.hpp"

namespace hedgerow::review {

/// Ratings of an item by class (q counts), and how many items have them.
struct ItemCounts {
  stats::Vector by_class;
  double times = 1;
};
/// One entry per item with at least one rating.
std::vector<ItemCounts> item_counts(const Ratings& ratings);
/// The same for a table of two raters.
std::vector<ItemCounts> item_counts(const stats::Matrix& table);

/// `weights`: q x q; the identity gives the unweighted coefficients.
Coefficient fleiss_kappa(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level);
/// AC1 with the identity, AC2 with other weights.
Coefficient gwet_ac(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level);
/// Chance agreement of equally likely classes (Brennan and Prediger 1981): PABAK for any number of raters.
Coefficient uniform_kappa(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level);
/// Cohen's kappa for many raters, whose margins may differ.
Coefficient conger_kappa(const Ratings& ratings, const stats::Matrix& weights, double level);
/// pa, with the interval of its mean over items.
Coefficient mean_agreement(const std::vector<ItemCounts>& items, const stats::Matrix& weights, double level);

}  // namespace hedgerow::review
