#include "cli/review_commands.hpp"

namespace hedgerow::cli {

void add_review_commands(CLI::App&, Action&) {}

}  // namespace hedgerow::cli
