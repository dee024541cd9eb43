// The commands of the review: records, duplicates, screening, extraction, appraisal, PRISMA, GRADE, the log.
#pragma once

#include "cli/commands.hpp"

namespace hedgerow::cli {

/// Adds all of them.
void add_review_commands(CLI::App& app, Action& action);

void add_init_command(CLI::App& app, Action& action);
void add_records_command(CLI::App& app, Action& action);
void add_dedup_command(CLI::App& app, Action& action);
void add_screen_command(CLI::App& app, Action& action);
void add_screen_simulate_command(CLI::App& screen, Action& action);
void add_extract_command(CLI::App& app, Action& action);
void add_appraise_command(CLI::App& app, Action& action);
void add_grade_command(CLI::App& app, Action& action);
void add_prisma_command(CLI::App& app, Action& action);
CLI::App& add_prisma_checklist_command(CLI::App& prisma, Action& action);
void add_agree_command(CLI::App& app, Action& action);
void add_log_commands(CLI::App& app, Action& action);

}  // namespace hedgerow::cli
