// What location-scale models print beyond other fits.
#pragma once

#include <string>

#include "engine/block.hpp"

namespace hedgerow::cli {

/// "Location-Scale Model (k = 13; tau^2 estimator: REML; log link)"
std::string scale_heading(const engine::Block& fit);
/// Coefficients of the scale with their tests, the omnibus test, and the range of tau2.
std::string scale_results(const engine::Block& fit);

}  // namespace hedgerow::cli
