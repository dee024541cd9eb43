// Flags of the intervals of single studies.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct IntervalFlags {
  std::string method, transf;  ///< empty: not given
  double level = 0.95;
  bool level_given = false;
};

void add_interval_flags(CLI::App& app, IntervalFlags& flags);

/// Puts the request into the effects if one of the flags was used.
void apply_intervals(const IntervalFlags& flags, engine::EffectRequest& effect);

}  // namespace hedgerow::cli
