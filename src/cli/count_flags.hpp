// Flags of models of counts and of named weighting schemes: --model and what belongs to it.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct CountFlags {
  std::string model;  ///< empty: the model of effects that --method names
  std::string correct = "yes", add, to, rd_variance = "sato", coding = "0.5", nodes = "7";
  bool keep00 = false, drop00 = false, correlated = false;
};

void add_count_flags(CLI::App& app, CountFlags& flags);

/// Writes the model into the job. IVhet, UWLS and N are models of effects with weights or tests of their own. Errors:
/// an unknown model, a value that is no number, a flag that the model has no use for.
Checked apply_count_flags(const CountFlags& flags, engine::Job& job);

}  // namespace hedgerow::cli
