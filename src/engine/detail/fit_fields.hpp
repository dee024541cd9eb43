// Parts of the fit block that belong to one kind of model.
#pragma once

#include <string>

#include "engine/block.hpp"
#include "engine/detail/context.hpp"
#include "model/fit.hpp"

namespace hedgerow::engine {

/// "Mantel-Haenszel common effect of OR"
std::string counts_method(const model::CountModel& spec);
/// tau2, I2, H2, the tests and variances of the model.
void add_counts(Block& block, const model::Fit& fit);

/// "location-scale model, log link, REML"
std::string scale_method(const model::Fit& fit);
/// tau2 of each row, alpha with its tests, and the omnibus test of the scale.
void add_scale(Block& block, const Context& context, double s2w);
/// An Error if the job asks for an omnibus test of coefficients that the scale does not have.
Checked check_scale(const Context& context);

}  // namespace hedgerow::engine
