// Marginal means of a factor and their pairwise comparisons.
//
//   mean of level a   l_a'b, l_a the design at level a with the other moderators averaged (data::level_rows)
//   comparison a - b  (l_a - l_b)'b
//
// Both are linear combinations, so tests, intervals and degrees of freedom are those of infer::contrasts: any model,
// any test. p-values of the comparisons are adjusted (Holm by default); their intervals are not.
//
// Source: searle1980.
// Tests:  infer/marginal_means_test.cpp, data/level_rows_test.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "infer/inference.hpp"

namespace hedgerow::infer {

struct MarginalMeans {
  Contrasts means;                                         ///< one row per level
  Contrasts comparisons;                                   ///< a row per pair; pval as it is
  std::vector<std::pair<std::size_t, std::size_t>> pairs;  ///< levels a, b of the comparison a - b, a < b
  stats::Vector adjusted;                                  ///< adjusted p-values of the comparisons
  double q_m = 0, q_m_p = 0, q_m_df1 = 0, q_m_df2 = 0;     ///< test that all means are equal
};

/// `x` is levels x p, two levels or more; `adjust` as in infer/p_adjust.hpp ("none", "bonferroni", "holm", "bh").
/// Errors: those of contrasts; an unknown adjustment.
Expected<MarginalMeans> marginal_means(const model::Fit& fit, const stats::Matrix& x, const Options& options,
                                       const std::string& adjust = "holm");

}  // namespace hedgerow::infer
