// hedgerow appraise import, status, consensus: appraisal in a review's store.
#pragma once

#include "cli/commands.hpp"

namespace hedgerow::cli {

void add_appraise_store_commands(CLI::App& appraise, Action& action);

}  // namespace hedgerow::cli
