// Sampling covariance V of effects that are not independent, from the table itself.
//
// Two effects of one cluster (and subgroup) have
//
//   V_ij = c_ij * s_ij / (d_i d_j) * sqrt(vi_i vi_j)
//
//   c_ij  1 for equal type and obs, rho_obs for one type and different obs, rho_type for different types
//   s_ij  [g1i = g1j] phi^|t1i - t1j| sqrt(a1i a1j) - [g1i = g2j] phi^|t1i - t2j| sqrt(a1i a2j)
//         - [g2i = g1j] phi^|t2i - t1j| sqrt(a2i a1j) + [g2i = g2j] phi^|t2i - t2j| sqrt(a2i a2j)
//   d_i   sqrt(s_ii);  a1 = 1 / w1, a2 = 1 / w2 are the shares of the two conditions in the variance of a contrast
//
// as metafor's vcalc has it. Without grp1 and grp2 s_ij / (d_i d_j) is phi^|t1i - t1j|. Where the effects were computed
// by a measure, the shares are known and the covariance is that of the measure itself ("exact"):
//
//   MD, ROM, OR, RR, RD, AS   V_ij = c_ij s_ij       with the shares v1i, v2i of effect::Effects (sd^2/n for MD, ...)
//   SMD                       V_ij = c_ij s_ij + c_ij^2 d_i d_j / (2 N)  with shares 1/n, N over all groups of the
//                             cluster; the second term for effects that share a group   [gleser2009]
//
// This second term is that of an SD pooled over all groups of the cluster. Where each d has that of its own two groups
// (as effect::compute has it), shared = pairwise puts, summed over the groups g that the effects share,
//
//   c_ij^2 d_i d_j sum_g phi^(2 lag) (n_g - 1) / (2 (n1i + n2i - 2)(n1j + n2j - 2))
//
// Cost: linear in the number of rows, quadratic in the size of a cluster.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/named_matrix.hpp"
#include "data/table.hpp"
#include "effect/effects.hpp"
#include "stats/block_matrix.hpp"

namespace hedgerow::effect {

/// Correlation of the levels of a variable: one number for all pairs, or by level.
struct Correlation {
  double value = 0;
  std::shared_ptr<const data::NamedMatrix> by_level{};  ///< scaled to correlations; used instead of `value`
};

/// What to do with a block that is not positive definite.
enum class NotDefinite {
  refuse,   ///< an Error that names the cluster and the rows
  nearest,  ///< Higham's nearest correlation matrix, with a warning
  keep,     ///< as it is, with a warning: M = V + random effects may still be positive definite
};

/// Where the covariance of effects that share a group comes from.
enum class SharedGroups {
  automatic,  ///< the measure's own formula where the effects were computed and w1 is not given, else the weights
  exact,      ///< the measure's own formula
  pairwise,   ///< exact, and for SMD with the standardiser of each effect's own two groups
  weights,    ///< w1 and w2, equal where they are not given
};

/// What makes sampling errors dependent. Texts are columns (time1, time2, w1, w2 also expressions); empty: not used.
struct CovarianceRules {
  std::string cluster, subgroup, type, obs, time1, time2, grp1, grp2, w1, w2;
  std::optional<Correlation> rho_obs;   ///< of different obs of one type; needed with obs
  std::optional<Correlation> rho_type;  ///< of different types; needed with type
  std::optional<double> phi;            ///< needed with time1
  /// Columns with the rows of each cluster's correlation (or, with covariances, covariance) matrix; "a:d" for all from
  /// a to d. Its lower triangle is read. All other rules but cluster and subgroup are refused beside it.
  std::vector<std::string> rvars;
  bool covariances = false;  ///< rvars hold covariances; their diagonal replaces vi
  NotDefinite not_definite = NotDefinite::refuse;
  SharedGroups shared = SharedGroups::automatic;
};

/// V over all rows of a table, NaN where vi is missing.
struct SamplingCovariance {
  std::shared_ptr<const stats::BlockMatrix> v;
  std::vector<std::string> assumed;  ///< what V rests on, in sentences
  stats::Vector ni{};                ///< k, sample sizes that V rests on; empty: those of the effects
  std::vector<std::string> warnings;
};

/// Applies the rules to the rows of `table`, whose effects are `effects` (vi is used; measure, yi, n1i, n2i, v1i, v2i
/// for the exact formulas) and whose labels, for messages, are `slab` (k or empty). Errors: unknown columns, rules that
/// lack their correlation, missing cells, correlations outside [-1, 1], blocks that are not positive definite (unless
/// `not_definite` says otherwise), clusters that are too large to be stored.
Expected<SamplingCovariance> sampling_covariance(const data::Table& table, const Effects& effects,
                                                 const std::vector<std::string>& slab, const CovarianceRules& rules);

/// V from a k x k matrix, whose rows are those of the table or have the labels `slab` as names. A missing diagonal is
/// filled from vi. Blocks are checked like the others.
Expected<SamplingCovariance> sampling_covariance(const data::Table& table, const Effects& effects,
                                                 const std::vector<std::string>& slab, const data::NamedMatrix& matrix,
                                                 NotDefinite not_definite);

}  // namespace hedgerow::effect
