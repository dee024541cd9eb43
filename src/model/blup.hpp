// Predicted random effects (BLUPs) of multilevel fits, and fitted values. Hat values and standardised residuals are in
// diagnose/.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Random effects of one component or of one structured term.
struct RandomEffects {
  std::string name;                    ///< "study", "study/es", "~outcome | study"
  std::vector<std::size_t> first_row;  ///< per effect: the first row of its group (for labels)
  std::vector<std::string> level{};    ///< structured terms, per effect: its inner level or coefficient; else empty
  stats::Vector intrcpt;               ///< per group, in the order of the group ids
  stats::Vector se;                    ///< root of Var(u - u_hat), with beta estimated
};

/// Per component in the order of the model, then per structured term. Error: not a multilevel fit. Nested models with
/// independent sampling errors cost O(rows * (p + levels)).
Expected<std::vector<RandomEffects>> random_effects(const Fit& fit);

/// Covariance of the prediction errors u_hat - u of one component or term (in the order of random_effects), with beta
/// estimated and the variance parameters taken as known; its diagonal is se squared.
/// Errors: no such term, more than 2,000 effects.
Expected<stats::Matrix> random_effects_covariance(const Fit& fit, std::size_t term);

/// X beta.
stats::Vector fitted_values(const Fit& fit);

}  // namespace hedgerow::model
