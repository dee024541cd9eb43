// The true effects behind the rows, predicted from fit and data together (BLUPs): fitted value plus random effects; and
// the random effects of models that have one per row.
//
//   blup    theta_i = y_i - V_i M^-1 (y - X b)
//           se^2    = V_ii - V_i M^-1 V_i' + (V_i M^-1 X) vb (V_i M^-1 X)'
//   ranef   u_i     = (y_i - x_i'b) tau2_i / m_i,  m_i = vi + tau2_i
//           se^2    = tau2_i vi / m_i + (tau2_i / m_i)^2 x_i' vb x_i
//
// V is the sampling covariance, M = Var(y) under the fit, vb the covariance of b that the tests use (scaled for knha,
// adhoc). With diagonal V and one random effect per row theta_i is the familiar mean of y_i and x_i'b with weights
// tau2 / m_i and vi / m_i. In a multilevel model theta_i holds all random effects of row i; a given set of weights
// changes vb alone. Intervals take the quantile of the coefficients' tests.
//
// Source:     robinson1991; raudenbush2009.
// Conditions: multilevel fits cost one solution per row: at most kMostRows rows.
// Tests:      infer/predicted_effects_test.cpp (dense algebra; metafor 5.1-12).
#pragma once

#include "base/expected.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

inline constexpr std::size_t kMostRows = 20000;

struct PredictedEffects {
  stats::Vector pred, se, pi_lb, pi_ub;  ///< k
};

/// Fitted values plus random effects. Errors: models of counts, too many rows, an effect without any variance.
Expected<PredictedEffects> true_effects(const model::Fit& fit, const Options& options);

/// Random effects of two-level and location-scale fits, one per row. Error: other models (multilevel ones have
/// model::random_effects).
Expected<PredictedEffects> row_effects(const model::Fit& fit, const Options& options);

}  // namespace hedgerow::infer
