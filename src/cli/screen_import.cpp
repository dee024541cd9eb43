// hedgerow screen import: decisions that were taken elsewhere, from a table into the log.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/record_print.hpp"
#include "cli/screen_commands.hpp"
#include "workflow/folder_review.hpp"

namespace hedgerow::cli {
namespace {

struct Flags {
  ReviewFlags review;
  std::string file;
};

/// Who decided in rows without a reviewer: only somebody who was named. A login name may be that of a secretary.
std::string named_author(const Flags& flags) { return std::string(trim(flags.review.author)); }

Expected<workflow::DecisionsAdded> from_plan(workflow::ReviewStore& review, const Flags& flags,
                                             const workflow::Plan& plan, std::string& file) {
  if (plan.decisions.empty())
    return make_error(ErrorCode::usage,
                      "which table? Name a file, or write file = \"...\" under [screening] in review.toml",
                      flags.review.folder);
  file = plan.decisions;
  HR_TRY(const std::string author, author_of(flags.review));
  return workflow::decide_planned(review, flags.review.folder, plan, author, named_author(flags));
}

Checked import(const Flags& flags) {
  HR_TRY(workflow::ReviewStore review, open_review(flags.review));
  HR_TRY(const workflow::Plan plan, workflow::plan_of(flags.review.folder));
  std::string file = flags.file;
  HR_TRY(const workflow::DecisionsAdded done,
         file.empty() ? from_plan(review, flags, plan, file)
                      : workflow::add_decisions(review, file,
                                                workflow::decision_rules(review.state, plan, named_author(flags))));
  if (flags.review.json)
    fmt::print("{}", dump({{"schema", "hedgerow.screen-import/1"},
                           {"file", file},
                           {"added", done.added},
                           {"already", done.already}}));
  else
    fmt::print("{}: {} decisions added; {} were in the log already\n", file, done.added, done.already);
  return {};
}

}  // namespace

void add_screen_import_command(CLI::App& screen, Action& action) {
  CLI::App& command = *screen.add_subcommand("import", "Add decisions from a table");
  const auto flags = std::make_shared<Flags>();
  command.add_option("file", flags->file, "CSV or XLSX (default: the file under [screening] in review.toml)");
  add_review_flags(command, flags->review, true);
  command.footer(
      "\nColumns: stage (abstract, fulltext), reviewer, decision (include, exclude, maybe, retrieved, not-retrieved),\n"
      "and record, doi, pmid or title; optional role (reviewer, referee), reason, note, time.\n"
      "The reviewers in the table are the authors of their votes. --author NAME is the reviewer of rows that name "
      "none,\n"
      "and sets the rules of review.toml. Reasons must be among those declared, and a referee must not have voted on "
      "the\n"
      "record. A table with an error changes nothing.\n"
      "A decision that the log holds already is not written again.\n"
      "\nExamples:\n"
      "  hedgerow screen import screening.csv --review DIR\n"
      "  hedgerow screen import --author ana");
  command.callback([&action, flags] {
    action = [flags] {
      const Checked done = import(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
