// The subcommands of `hedgerow screen` that work on a review's store.
#pragma once

#include "cli/commands.hpp"
#include "cli/review_flags.hpp"
#include "workflow/screen_session.hpp"

namespace hedgerow::cli {

void add_screen_next_command(CLI::App& screen, Action& action);
void add_screen_status_command(CLI::App& screen, Action& action);
/// sample.
void add_screen_sample_command(CLI::App& screen, Action& action);
/// decide, withdraw, resolve, reopen.
void add_screen_decide_commands(CLI::App& screen, Action& action);
/// import.
void add_screen_import_command(CLI::App& screen, Action& action);
/// rule, reviewer.
void add_screen_team_commands(CLI::App& screen, Action& action);

/// Screens by keys until the user quits or nothing is left. Errors: those of the store.
Checked screen_on_terminal(workflow::ScreenSession& session);

}  // namespace hedgerow::cli
