// Predicted random effects of any multilevel fit, by model::Marginal.
#pragma once

#include <vector>

#include "base/expected.hpp"
#include "model/blup.hpp"

namespace hedgerow::model {

/// Components first, in their order, then structured terms. Error: M is singular.
Expected<std::vector<RandomEffects>> marginal_random_effects(const Fit& fit);

}  // namespace hedgerow::model
