// What the figures of a Result share.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "engine/result.hpp"
#include "plot/axis.hpp"

namespace hedgerow::engine {

/// Scale on which a transformation shows its numbers. Error: one that no axis has.
Expected<plot::Display> display_of(const std::string& transf);
/// Title of the effect axis: what was asked for, else the measure in words.
std::string measure_title(const Result& result, const std::string& asked);

}  // namespace hedgerow::engine
