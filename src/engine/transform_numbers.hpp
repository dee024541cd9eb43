// Numbers through a transformation, without data or a model: what `hedgerow transform` does.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "effect/transform.hpp"
#include "engine/block.hpp"

namespace hedgerow::engine {

struct TransformRequest {
  std::string name;      ///< "ilogit", "transf.exp.int", ...
  stats::Vector values;  ///< numbers to transform
  stats::Vector vi;      ///< their sampling variances; empty, or one for each: then by the delta method
  effect::TransformArguments with;
};

/// Fields "values" and, with variances, "vi". Errors: those of effect::transform.
Expected<Block> transform_numbers(const TransformRequest& request);

}  // namespace hedgerow::engine
