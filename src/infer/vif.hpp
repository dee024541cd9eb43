// Variance inflation factors: how much the correlation among the moderators inflates the variance of a coefficient.
//
//   vif_j = V_jj (V^-1)_jj, V the covariance matrix of the coefficients without the intercept.
//
// For a weighted least-squares fit this is 1 / (1 - R2_j) of the regression of moderator j on the others in the model's
// weights. 1 means no inflation.
//
// Source: fox1992 (one column a term).
// Tests:  infer/vif_test.cpp (regression of one moderator on the other).
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

struct VarianceInflation {
  std::vector<std::string> names;  ///< of the coefficients, without the intercept
  stats::Vector vif;
};
/// Error: the model has no moderators.
Expected<VarianceInflation> variance_inflation(const model::Fit& fit);

}  // namespace hedgerow::infer
