// Sampling covariance of correlations that were computed from one sample.
//
//   cov(r_ij, r_kl) = [ r_ij r_kl (r_ik^2 + r_il^2 + r_jk^2 + r_jl^2) / 2 + r_ik r_jl + r_il r_jk
//                       - (r_ij r_ik r_il + r_ij r_jk r_jl + r_ik r_jk r_kl + r_il r_jl r_kl) ] / (n - 1)
//
// and for Fisher's z divided by (1 - r_ij^2)(1 - r_kl^2), with n - 3 in place of n - 1. n is common to the correlations
// of a cluster. Source: [olkin1990; steiger1980], with n - 1 as metafor's rcalc has it.
#pragma once

#include <string>
#include <vector>

#include "effect/sampling_covariance.hpp"

namespace hedgerow::effect {

/// Each row is the correlation of the variables that var1 and var2 name.
struct CorrelationRules {
  std::string cluster;       ///< column; empty: all rows are of one sample
  std::string var1, var2;    ///< columns
  std::string nfun = "min";  ///< common n of a cluster: min, harmonic, mean
  NotDefinite not_definite = NotDefinite::refuse;
};

/// `effects` are correlations (measure COR) or Fisher's z (ZCOR) with ni. The result holds the common n of each row; V
/// is NaN for clusters with n < 5. Errors: another measure, ni missing, a pair that occurs twice or names one variable
/// twice, a correlation that a covariance needs but the cluster does not report (with NotDefinite::keep that covariance
/// is NaN instead).
Expected<SamplingCovariance> correlation_covariance(const data::Table& table, const Effects& effects,
                                                    const std::vector<std::string>& slab,
                                                    const CorrelationRules& rules);

}  // namespace hedgerow::effect
