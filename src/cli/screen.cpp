// hedgerow screen: the parent of what people do with titles and full texts.
#include <CLI/CLI.hpp>

#include "cli/review_commands.hpp"
#include "cli/screen_commands.hpp"

namespace hedgerow::cli {

void add_screen_command(CLI::App& app, Action& action) {
  CLI::App& screen = *app.add_subcommand("screen", "Screen titles, abstracts and full texts");
  screen.require_subcommand(1);
  add_screen_next_command(screen, action);
  add_screen_decide_commands(screen, action);
  add_screen_import_command(screen, action);
  add_screen_status_command(screen, action);
  add_screen_sample_command(screen, action);
  add_screen_team_commands(screen, action);
  add_screen_simulate_command(screen, action);
  screen.footer(
      "\nExamples:\n"
      "  hedgerow screen next --author ana\n"
      "  hedgerow screen decide 12 exclude --author bo\n"
      "  hedgerow screen status\n"
      "  hedgerow screen resolve 12 include --author cy");
}

}  // namespace hedgerow::cli
