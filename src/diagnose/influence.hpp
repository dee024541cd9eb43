// Case diagnostics: what each effect, or each study, does to the fit.
//
// The model is fitted again without unit j (diagnose/refit.hpp), variance parameters included unless asked otherwise.
// With b, vb of the whole fit, b(-j), vb(-j), theta(-j) of the refit, and M(-j) = Var(y) of all rows at theta(-j):
//
//   rstudent    d_j = y_j - X_j b(-j),   S_j = s2w(-j) M(-j)_jj + X_j vb(-j) X_j',   z = d / root of diag(S_j)
//   X2          d_j' S_j^-1 d_j for all rows of the unit together
//   cook_d      (b - b(-j))' vb^-1 (b - b(-j))
//   dfbs        (b - b(-j))_c / root of s2w(-j) v_cc,   v = variance of b at theta(-j), all rows
//   cov_r       |vb(-j)| / |vb|
//   dffits      (x_i'b - x_i'b(-i)) / root of s2w(-i) h_i (vi + tau2(-i)); two-level models by effect. With given
//               weights the root is that of s2w(-i) x_i' v x_i.
//   hat, weight sums over the unit's rows
//
// s2w is the Knapp-Hartung factor for test knha or adhoc (then vb carries it too), 1 otherwise. A unit is marked if
//   |dffits| > 3 root(p / (n - p)),  P(chi2_p <= cook_d) > 0.5,  hat > 3 p / n,  or any |dfbs| > 1,   n units.
//
// Source:     viechtbauer2010; definitions of metafor's influence(), rstudent(), cooks.distance(), dfbetas().
// Fails when: there is one unit only. A unit that can't be left out is reported and does not stop the others.
// Tests:      diagnose/influence_test.cpp (refits by hand with dense matrices; metafor 5.1-12).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "diagnose/refit.hpp"
#include "diagnose/residuals.hpp"
#include "infer/inference.hpp"

namespace hedgerow::diagnose {

struct InfluenceOptions : UnitOptions {
  infer::Options inference{};  ///< the test decides whether variances carry the Knapp-Hartung factor
  bool reestimate = true;      ///< false: variance parameters stay as in the whole fit
};

/// Numbers of a unit that could not be left out are NaN.
struct Influence {
  Units units;
  Residuals internal;                        ///< k, internally standardised
  Residuals deleted;                         ///< k, without their unit
  std::vector<UnitResidual> internal_units;  ///< X2 by unit
  std::vector<UnitResidual> deleted_units;
  stats::Vector cook_d, cov_r, q_e, hat, weight;  ///< per unit
  stats::Vector dffits;                           ///< per unit; empty but for two-level models by effect
  std::vector<std::string> parameter_names;       ///< "tau2", or as model/parameters.hpp names them
  stats::Matrix parameters;                       ///< units x parameters, of the refits
  stats::Matrix dfbs;                             ///< units x p
  std::vector<bool> is_infl;
  std::vector<std::string> errors;  ///< per unit; empty where it was left out
  std::size_t failed = 0;
  // Limits of the marks.
  double dffits_limit = 0, cook_limit = 0, hat_limit = 0, dfbs_limit = 1;
};

Expected<Influence> influence(const model::Fit& fit, const InfluenceOptions& options = {});

}  // namespace hedgerow::diagnose
