// hedgerow grade decide: a judgement of GRADE into a review's store.
#pragma once

#include "cli/commands.hpp"

namespace hedgerow::cli {

void add_grade_decide_command(CLI::App& grade, Action& action);

}  // namespace hedgerow::cli
