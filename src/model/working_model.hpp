// Moment estimators and working weights of robust variance estimation: correlated and hierarchical effects.
//
//   Var(y_j) = V_j + omega2 I + tau2 J for study j with k_j effects, J the matrix of ones; e residuals of weighted
//   least squares with weights w (M = (X'WX)^-1), and for a symmetric A
//     E(e'A e) = tr(A S) - 2 tr(M X'W S A X) + tr(M X'A X M X'W S W X),   S = Var(y),
//   which is linear in the components, so that sums of squares give them.
//
//   CORR  V_j = vbar_j ((1 - rho) I + rho J), vbar_j the study's mean variance; w = 1 / (k_j vbar_j), omega2 = 0;
//         tau2 from e'We; then w = 1 / (k_j (vbar_j + tau2))
//   HIER  V_j = diag(v); w = 1 / v; omega2 and tau2 from e'We and e'Je (blocks J);
//         then w = 1 / (v + tau2 + omega2)
//
// Negative estimates become 0: omega2 first, then tau2 given omega2. The reciprocal weights are the working variances
// of the effects, taken as independent, as robumeta does; sandwich tests make good for it.
//
// Source: hedges2010 (estimators), tipton2015 (working variances in small-sample adjustments).
// Tests:  model/working_model_test.cpp (expectations from dense matrices; a simulation's mean).
#pragma once

#include <cstdint>
#include <span>

#include "base/expected.hpp"
#include "model/problem.hpp"

namespace hedgerow::model {

struct WorkingVariances {
  double tau2 = 0, omega2 = 0;
  stats::Vector values;  ///< k, reciprocals of the weights
};

/// Correlated effects; `study` is dense from 0. Errors: rho outside [0, 1], a variance of 0, fewer studies than
/// coefficients + 1, a singular design.
Expected<WorkingVariances> correlated_effects(const Data& data, std::span<const std::uint32_t> study, double rho);

/// Hierarchical effects; same errors, and no study with two effects.
Expected<WorkingVariances> hierarchical_effects(const Data& data, std::span<const std::uint32_t> study);

}  // namespace hedgerow::model
