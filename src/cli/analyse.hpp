// What the commands on one table have in common: flags -> Job -> Result -> text or JSON.
#pragma once

#include <functional>

#include "cli/options.hpp"
#include "engine/result.hpp"

namespace hedgerow::cli {

/// Carries out the job of the flags with these questions and prints it by `print`, or as JSON; gives the exit code.
int analyse(const Flags& flags, std::vector<engine::Question> questions, bool effects_only,
            const std::function<std::string(const engine::Result&)>& print);

}  // namespace hedgerow::cli
