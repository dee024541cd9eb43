// Estimate and confidence interval of Henmi and Copas: the common-effect mean, whose weights resist publication bias,
// with an interval that allows for heterogeneity and for the error of its estimate.
//
//   w_i = 1 / vi,  W1 = sum w_i,  W_j = sum w_i^j / W1 (j = 2, 3, 4)
//   b   = sum w_i y_i / W1,   tau2 of DerSimonian and Laird,   se^2 = (tau2 W2 + 1) / W1
//   With V = 1 + tau2 W2 the pivot U = (b - theta) / root(1 / W1) is normal with variance V; given U = root(V) r the
//   statistic Q is approximated by a gamma distribution with mean and variance
//     E(r) = k - 1 + tau2 (W1 - W2) + tau2^2 (u^2 / V^2 - 1 / V) (W3 - W2^2),   u = root(V) r
//     D(r) = 2 (k - 1) + 4 tau2 (W1 - W2) + 2 tau2^2 (W1 W2 - 2 W3 + W2^2)
//            + 4 tau2^2 (u^2 / V^2 - 1 / V) (W3 - W2^2) + 4 tau2^3 (u^2 / V^2 - 1 / V) (W4 - 2 W2 W3 + W2^3)
//            + 2 tau2^4 (1 / V^2 - 2 u^2 / V^3) (W3 - W2^2)^2
//   t solves  int_t^inf P(Q <= (W1 / W2 - 1)((r / t)^2 - 1) + k - 1 | r) phi(r) dr = alpha / 2
//   interval  b -+ t root(V) se
//
// Source:     henmi2010, section 3 (the term of tau2^4 as printed).
// Conditions: two-level fit without moderators, k >= 2, vi > 0. The fit's estimator plays no part but for comparison.
// Tests:      bias/henmi_copas_test.cpp.
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::bias {

struct HenmiCopas {
  double beta = 0, se = 0, ci_lb = 0, ci_ub = 0;
  double tau2 = 0;  ///< DerSimonian and Laird
};

/// Errors: see Conditions; level outside (0, 1).
Expected<HenmiCopas> henmi_copas(const model::Fit& fit, double level = 0.95);

}  // namespace hedgerow::bias
