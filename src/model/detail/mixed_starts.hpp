// Where the climbs of the general likelihood start.
#pragma once

#include <vector>

#include "model/detail/mixed_coordinates.hpp"

namespace hedgerow::model {

/// Points in the parameters (model/parameters.hpp), most promising first: the moment estimate of the heterogeneity
/// shared out with correlations 0.5, 0, -0.5 (ranges: quantiles of the distances), then most of it in one component
/// each, then sign patterns and single levels of unstructured covariances.
std::vector<stats::Vector> usual_starts(const Problem& problem, const HeldParameters& held);

}  // namespace hedgerow::model
