// Predicted random effects (BLUPs) of multilevel and two-level fits, and row quantities that the same pass gives.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Random effects of one component.
struct RandomEffects {
  std::string name;                    ///< "study", "study/es"
  std::vector<std::size_t> first_row;  ///< per group: its first row (for labels)
  stats::Vector intrcpt;               ///< per group, in the order of the group ids
  stats::Vector se;                    ///< root of Var(u - u_hat), with beta estimated
};

/// Per component, outermost first. Error: not a multilevel fit. O(rows * (p + levels)).
Expected<std::vector<RandomEffects>> random_effects(const Fit& fit);

/// X beta.
stats::Vector fitted_values(const Fit& fit);
/// Diagonal of the hat matrix X (X'M^-1 X)^-1 X'M^-1 of a fit with its own weights; O(rows p^2).
stats::Vector hat_values(const Fit& fit);

/// Internally standardised residuals: yi - fitted, root of the diagonal of M - X vb X', and their ratio.
struct StandardisedResiduals {
  stats::Vector resid, se, z;  ///< z is NaN where se is 0 (hat value 1)
};
StandardisedResiduals standardised_residuals(const Fit& fit);

}  // namespace hedgerow::model
