// Flags of the cumulative analysis in `sensitivity`.
#pragma once

#include <string>
#include <vector>

#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct CumulativeFlags {
  bool cumulative = false, decreasing = false, collapse = false;
  std::string order, transf;
};

void add_cumulative_flags(CLI::App& app, CumulativeFlags& flags);

/// The question, by the unit that --by names (effects if it is empty); none without --cumulative.
std::vector<engine::Question> cumulative_questions(const CumulativeFlags& flags, const std::string& by);

}  // namespace hedgerow::cli
