// hedgerow run DIR: a review folder becomes the evidence.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/screening_report.hpp"
#include "engine/review_run.hpp"
#include "workflow/folder_review.hpp"
#include "workflow/prisma_step.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

std::string summary(const engine::ReviewOutcome& outcome) {
  std::string out = outcome.headline + "\n";
  if (!outcome.prediction.empty()) out += outcome.prediction + "\n";
  if (outcome.published > 0)
    out += fmt::format("Published results: {} of {} reproduced.\n", outcome.reproduced, outcome.published);
  for (const engine::Change& change : outcome.changes)
    out += fmt::format("Changed: {}: {}, was {}\n", change.what, change.now, change.before);
  return out + fmt::format("Report: {} ({} files written)\n", outcome.report, outcome.files);
}

/// What the log was made from: the exports and the decisions, or the store with its last event.
Expected<std::vector<engine::InputFile>> log_inputs(const std::string& folder, const workflow::FolderReview& opened) {
  std::vector<engine::InputFile> inputs;
  if (!opened.scratch) {
    inputs.push_back({workflow::kStoreFile, fmt::format("event {}", opened.review.state.last_event)});
    return inputs;
  }
  HR_TRY(const workflow::Plan plan, workflow::plan_of(folder));
  std::vector<std::string> files;
  for (const workflow::PlannedImport& planned : plan.imports) files.push_back(planned.file);
  if (!plan.decisions.empty()) files.push_back(plan.decisions);
  for (const std::string& file : files) {
    HR_TRY(const std::string bytes, read_file(folder + "/" + file));
    inputs.push_back({file, checksum(bytes)});
  }
  return inputs;
}

/// What the log of the folder gives: counts of the flow, and who screened. Nothing where the folder has no records.
Expected<engine::LoggedReview> logged_review(const std::string& folder, Progress& progress) {
  engine::LoggedReview logged;
  HR_TRY(const auto opened, workflow::open_folder_review(folder, progress));
  if (!opened) return logged;
  const workflow::ReviewStore& review = opened->review;
  logged.prisma = workflow::prisma_of(review.state, workflow::standing_events(review.events));
  logged.screening = screening_blocks(review.state);
  HR_TRY(logged.inputs, log_inputs(folder, *opened));
  return logged;
}

int run_folder(const std::string& folder, const std::string& out) {
  TerminalProgress progress;
  const auto logged = logged_review(folder, progress);
  if (!logged) return report(logged.error());
  const auto outcome = engine::run_review(folder, out, progress, *logged);
  progress.clear();
  if (!outcome) return report(outcome.error());
  for (const std::string& warning : outcome->warnings) fmt::print(stderr, "Warning: {}\n", warning);
  const auto written = emit("", summary(*outcome));
  return written ? 0 : report(written.error());
}

}  // namespace

void add_run_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("run", "Make report, tables and figures of a review folder");
  struct Places {
    std::string folder, out;
  };
  const auto places = std::make_shared<Places>();
  command.add_option("folder", places->folder, "Folder with review.toml")->required();
  command.add_option("--out", places->out, "Where to write (default: FOLDER/out)");
  command.footer(
      "\nExamples:\n"
      "  hedgerow run examples/eccentric-flexibility\n"
      "  hedgerow run my-review --out /tmp/my-review-report\n"
      "\nThe folder's format is described in docs/formats/review-folder.md. A rerun without change writes the same\n"
      "bytes; a rerun after a change says which results changed.");
  command.callback([&action, places] { action = [places] { return run_folder(places->folder, places->out); }; });
}

}  // namespace hedgerow::cli
