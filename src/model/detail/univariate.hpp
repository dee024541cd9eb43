// Internal entry points of the two-level model; model/fit.hpp dispatches to them.
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Fits a Problem whose spec is Univariate.
Expected<Fit> fit_univariate(const Problem& problem);

}  // namespace hedgerow::model
