// Coordinates of two plots of single studies.
//
//   Baujat  x_j = e_j' M_jj^-1 e_j              contribution to (residual) heterogeneity: squared Pearson residual
//           y_j = d_j' (X_j vb(-j) X_j')^+ d_j,  d_j = X_j (b(-j) - b): influence on the fitted value
//           Units j are effects in two-level models and independent clusters in multilevel ones; for one effect the
//           formulas are (y_i - x_i'b)^2 / (vi + tau2) and (x_i'b(-i) - x_i'b)^2 / Var(x_i'b(-i)).
//   radial  x_i = 1 / root m_i,  y_i = (y_i - c) / root m_i,  m_i = Var(y_i) under the fit, c = 0, or b if centred.
//           A line through 0 with slope b (centred: 0) is the mean; 1 on the vertical axis is one standard error.
//
// Source:     baujat2002; galbraith1988; definitions of metafor's baujat and radial for random effects and moderators.
// Tests:      diagnose/baujat_test.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::diagnose {

struct Baujat {
  std::vector<std::string> labels;
  stats::Vector x, y;               ///< per unit; NaN where the model can't be fitted without it
  std::vector<std::string> errors;  ///< why, per unit; empty where it could
};
/// `inference`: its test decides whether variances carry the Knapp-Hartung factor. Errors: one unit alone.
Expected<Baujat> baujat(const model::Fit& fit, const infer::Options& inference = {});

struct Radial {
  std::vector<std::string> labels;
  stats::Vector x, y;                         ///< k
  double estimate = 0, ci_lb = 0, ci_ub = 0;  ///< slopes of the line of the mean and of its interval; 0 if centred
};
/// Error: moderators (there is no common slope), an effect without any variance.
Expected<Radial> radial(const model::Fit& fit, bool center, const infer::Options& inference = {});

}  // namespace hedgerow::diagnose
