// Prediction interval of Nagashima, Noma and Furukawa, which carries the uncertainty of tau2.
//
//   theta_new = mu(T) + sqrt(T) Z - s(T) t,   Z normal, t Student with k - 1 df, T drawn from the confidence
//   distribution of tau2:  P(T <= x) = 1 - P(Q <= q_observed | tau2 = x), Q Cochran's statistic (weights 1/vi)
//   mu(T) the mean with weights w = 1 / (vi + T),  s(T)^2 = sum w (yi - mu)^2 / ((k - 1) sum w)
//
// The authors draw theta_new by bootstrap. Here its distribution is integrated: over T as a Stieltjes sum, over Z by
// the trapezoidal rule, which for a normal density is exact to rounding. So there is no seed and no Monte Carlo error.
//
// Source:     nagashima2019.
// Conditions: two-level model without moderators, vi > 0, k >= 3.
// Tests:      infer/nnf_test.cpp (drawing as the authors do; no heterogeneity; symmetry).
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

struct PredictionLimits {
  double lb = 0, ub = 0;
};
/// Errors: multilevel or moderator model, a sampling variance of 0, k < 3.
Expected<PredictionLimits> nnf_prediction(const model::Fit& fit, double level);

}  // namespace hedgerow::infer
