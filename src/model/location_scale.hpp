// Location-scale models: entry points (Viechtbauer and Lopez-Lopez 2022).
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Lengths, finite moderators, full rank of the scale.
Checked check_location_scale(const Data& data, const LocationScale& spec);

/// Fits a Problem whose spec is LocationScale, from several starts or from the one given (alpha, q).
Expected<Fit> fit_location_scale(const Problem& problem, const stats::Vector& start);

}  // namespace hedgerow::model
