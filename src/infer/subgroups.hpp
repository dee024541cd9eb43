// Subgroup analysis: estimates within the levels of a factor, and whether they differ.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "infer/inference.hpp"

namespace hedgerow::infer {

/// Whether each subgroup has its own variance components, or all share those of a model with the factor as moderator.
enum class SubgroupVariance { separate, common };

/// Estimates of one subgroup.
struct Subgroup {
  std::string name;
  std::vector<std::size_t> rows;  ///< rows of the problem
  model::Fit fit;                 ///< separate: the subgroup's own fit; common: the fit of all rows without intercept
  double estimate = 0, se = 0, zval = 0, pval = 0, ci_lb = 0, ci_ub = 0, ddf = 0;
};

/// Subgroups in the order of their ids, and the test for differences between them.
struct Subgroups {
  SubgroupVariance variance = SubgroupVariance::separate;
  std::vector<Subgroup> groups;
  double q_between = 0, q_between_p = 0;  ///< chi-square, or F where df2 is not NaN
  double q_between_df1 = 0, q_between_df2 = 0;
};

/// `group[i]` is the subgroup of row i, dense from 0, with its name in `names`. The problem must be intercept-only.
///   separate   each subgroup is fitted alone; Q_between = sum w_g (b_g - mean)^2 ~ chi2(G - 1), w_g = 1 / se_g^2 with
///              the se of the chosen test (so Knapp-Hartung se where asked for), as meta and Stata do
///   common     one model with the factor as moderator; Q_between is its omnibus test (F for t, knha, adhoc)
/// Errors: moderators in the problem, fewer than two subgroups, ids with gaps, a fit that fails (named by subgroup).
Expected<Subgroups> subgroups(const model::Problem& problem, const std::vector<std::uint32_t>& group,
                              const std::vector<std::string>& names, SubgroupVariance variance, const Options& options);

}  // namespace hedgerow::infer
