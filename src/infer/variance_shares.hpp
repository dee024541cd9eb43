// Heterogeneity by level of a multilevel model: I2, intraclass correlation and R2 of each component, with intervals.
//
//   I2_l  = 100 sigma2_l / (sum sigma2 + vt)     vt the typical sampling variance
//           (total: sum sigma2 in place of sigma2_l)
//   ICC_l = sigma2_l / sum sigma2                share of the heterogeneity that lies between the groups of level l
//   R2_l  = 100 max(0, 1 - sigma2_l / sigma2_l of the model without moderators)
//   Jackson: R = (|Var(b)| / |Var_F(b)|)^(1/(2p)), I2 = 100 (R^2 - 1) / R^2, Var_F without random effects; per
//   coefficient with the ratio of its own two variances
//
// Intervals are by profile likelihood of the share itself: the values g0 for which the log-likelihood, maximised over
// all components with g(sigma2) = g0, is within half a chi-square quantile (1 df) of the maximum. They stay inside
// their range and allow a component at 0, where the delta method has no answer.
//
// Source:     higgins2002; jackson2012; nakagawa2012 (by level).
// Conditions: intervals need every component estimated and no structured term (else NaN).
// Tests:      infer/variance_shares_test.cpp (dense grid of the likelihood; one level in closed form).
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "infer/inference.hpp"

namespace hedgerow::infer {

struct VarianceShare {
  std::string name;  ///< "study/es"
  double sigma2 = 0;
  Interval i2, icc;  ///< percent; share. NaN bounds where there is no interval; ICC NaN if there is no heterogeneity
  double r2 = 0;     ///< percent; NaN without moderators or where the model without them has no variance
};

struct VarianceShares {
  std::vector<VarianceShare> components;
  Interval i2;                   ///< total, percent
  double r2 = 0;                 ///< of the sum
  double i2_jackson = 0;         ///< percent
  stats::Vector i2_coefficient;  ///< p, percent
};

/// Errors: a two-level fit (infer/heterogeneity.hpp has its intervals), level outside (0, 1), a refit that fails.
Expected<VarianceShares> variance_shares(const model::Fit& fit, double level = 0.95);

}  // namespace hedgerow::infer
