#include "cli/review_commands.hpp"

namespace hedgerow::cli {

void add_review_commands(CLI::App& app, Action& action) {
  add_extract_command(app, action);
  add_agree_command(app, action);
}

}  // namespace hedgerow::cli
