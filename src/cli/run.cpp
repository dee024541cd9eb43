// hedgerow run DIR: a review folder becomes the evidence.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/logged_review.hpp"
#include "cli/output.hpp"
#include "engine/review_run.hpp"

namespace hedgerow::cli {
namespace {

std::string summary(const engine::ReviewOutcome& outcome) {
  std::string out = outcome.headline + "\n";
  if (!outcome.prediction.empty()) out += outcome.prediction + "\n";
  if (outcome.published > 0)
    out += fmt::format("Published results: {} of {} reproduced.\n", outcome.reproduced, outcome.published);
  for (const engine::Change& change : outcome.changes)
    out += fmt::format("Changed: {}: {}, was {}\n", change.what, change.now, change.before);
  out += fmt::format("Audit: {}.\n", outcome.audit);
  return out + fmt::format("Report: {} ({} files written)\n", outcome.report, outcome.files);
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
