// Internal entry points of the nested multilevel model; model/fit.hpp dispatches to them.
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Fits a Problem whose spec is Multilevel and nested, over independent effects. `start` may be empty.
/// Errors: no degrees of freedom, no convergence (with what was tried).
Expected<Fit> fit_multilevel(const Problem& problem, const stats::Vector& start);

}  // namespace hedgerow::model
