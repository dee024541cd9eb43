// Flags that ask for a model over a grid of an assumed correlation.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct GridFlags {
  /// Parameter of AskCovarianceGrid -> text of its flag.
  std::array<std::pair<const char*, std::string>, 5> texts{
      {{"rho", ""}, {"rho_obs", ""}, {"rho_type", ""}, {"phi", ""}, {"r", ""}}};
};

/// --rho-grid, --rho-obs-grid, --rho-type-grid, --phi-grid, --r-grid.
void add_grid_flags(CLI::App& app, GridFlags& flags);

/// One question per flag used, named "rho_grid" and so on. Errors name the flag.
Expected<std::vector<engine::Question>> grid_questions(const GridFlags& flags);

}  // namespace hedgerow::cli
