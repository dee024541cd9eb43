#include "cli/review_commands.hpp"

namespace hedgerow::cli {

void add_review_commands(CLI::App& app, Action& action) {
  add_init_command(app, action);
  add_records_command(app, action);
  add_dedup_command(app, action);
  add_screen_command(app, action);
  add_log_commands(app, action);
  add_extract_command(app, action);
  add_prisma_command(app, action);
  add_agree_command(app, action);
  add_appraise_command(app, action);
  add_grade_command(app, action);
}

}  // namespace hedgerow::cli
