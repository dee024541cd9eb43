// Steps that recover numbers, as flags and as text for a terminal.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/prepare.hpp"

namespace hedgerow::cli {

/// Steps from the texts of --prepare.
Expected<std::vector<effect::PrepareStep>> prepare_steps(const std::vector<std::string>& texts);

/// Formula and inputs of every recovered number; empty if there are none.
std::string print_recovered(const std::vector<effect::Recovered>& recovered);

}  // namespace hedgerow::cli
