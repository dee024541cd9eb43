// From a request to rows, effects and a validated Problem.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/job.hpp"
#include "engine/result.hpp"
#include "infer/inference.hpp"
#include "model/problem.hpp"

namespace hedgerow::engine {

/// Reads the table, applies the subset, computes or takes the effects. Errors are located in the file.
Expected<EffectRows> load_effects(const DataRequest& data, const EffectRequest& effect);

/// The rows that can enter a model, as the model needs them.
struct Assembled {
  model::Problem problem;
  std::shared_ptr<const data::Table> table;  ///< the rows of the problem, in its order
  std::vector<std::uint32_t> used;           ///< positions in EffectRows
  std::vector<Dropped> dropped;
  std::vector<std::string> warnings;
};

/// Drops rows with a missing effect or moderator (and says so), builds design and specification.
Expected<Assembled> assemble(const EffectRows& rows, const ModelRequest& model);

/// `whole` is the table that the rows of the effects count in; it holds the clusters of robust tests.
Expected<infer::Options> inference_options(const InferenceRequest& request, const data::Table& whole);

}  // namespace hedgerow::engine
