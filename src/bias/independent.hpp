// Which fits the methods of this room take that count studies: one independent effect per study.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::bias {

/// Error of kind not_defined for multilevel, count and location-scale models (it names the alternative) and for a
/// sampling variance of 0. `method` starts the message: "fail-safe N".
Checked check_independent(const model::Fit& fit, const std::string& method);

/// Error of kind not_defined if the fit has moderators.
Checked check_no_moderators(const model::Fit& fit, const std::string& method);

}  // namespace hedgerow::bias
