// Rubin's rules: one inference from the fits of m completed data sets.
//
//   beta = mean of the estimates, W = mean of their covariances, B = covariance between the estimates
//   T = W + (1 + 1/m) B,   per coefficient: lambda = (1 + 1/m) B / T, r = (1 + 1/m) B / W
//   df_old = (m - 1) / lambda^2,   df_obs = (v + 1) / (v + 3) v (1 - lambda),   1/df = 1/df_old + 1/df_obs
//   fmi = (r + 2 / (df + 3)) / (r + 1)
//
// v: degrees of freedom of the complete data; without them (normal tests) df = df_old.
//
// Source: rubin1987 (rules, fmi); barnard1999 (df).
// Tests:  infer/multiple_imputation_test.cpp.
#pragma once

#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::infer {

struct CompletedFit {
  stats::Vector beta;  ///< p
  stats::Matrix vb;    ///< p x p
  stats::Vector ddf;   ///< p, NaN for a normal test
};

struct Pooled {
  stats::Vector beta, se, zval, pval, ci_lb, ci_ub;
  stats::Vector ddf;               ///< infinite where nothing differs between the data sets of a normal test
  stats::Vector within, between;   ///< variances W and B
  stats::Vector fmi, lambda, riv;  ///< fraction of missing information; lambda; relative increase in variance
  stats::Matrix vb;                ///< T
};

/// Errors: fewer than two fits, fits of different lengths.
Expected<Pooled> pool(const std::vector<CompletedFit>& fits, double level);

}  // namespace hedgerow::infer
