// Estimates with standard errors and intervals through a back-transformation.
#pragma once

#include <span>
#include <string>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::engine {

/// Lists of one estimate each, of equal length.
struct EstimateLists {
  stats::Vector* estimate;
  stats::Vector* se;
  stats::Vector* ci_lb;
  stats::Vector* ci_ub;
};

/// Through `name` ("" changes nothing): bounds stay in order where the transformation falls, and standard errors, which
/// belong to the scale of the model, become missing. `ni` as in effect/transform.hpp. Error: unknown name.
Checked transform_estimates(const std::string& name, std::span<const double> ni, const EstimateLists& lists);

}  // namespace hedgerow::engine
