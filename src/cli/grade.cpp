// hedgerow grade: the certainty of the evidence, as judged in review.toml, beside what the analyses give for it.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/grade_decide.hpp"
#include "cli/logged_review.hpp"
#include "cli/output.hpp"
#include "cli/review_commands.hpp"
#include "engine/review_grade.hpp"
#include "report/csv.hpp"
#include "report/html.hpp"
#include "report/markdown.hpp"

namespace hedgerow::cli {
namespace {

using engine::GradedOutcome;

struct GradeFlags {
  std::string folder, review = ".", output;
  bool profile = false, suggest = false, json = false;
};

/// For a terminal: an outcome is a block of lines, because the table is too wide for one.
std::string outcome_text(const GradedOutcome& graded, bool suggest) {
  const int level = graded.certainty.level;
  std::string out =
      fmt::format("{}: {} {} ({} - {} + {})\n", graded.outcome.name, review::grade_symbol(level),
                  review::grade_word(level), graded.certainty.start, graded.certainty.downs, graded.certainty.ups);
  for (const review::GradeStep& step : graded.outcome.judgement.steps)
    out += fmt::format("  {:+d}  {}: {}{}\n", step.step, review::grade_domain_words(step.domain), step.footnote,
                       step.by.empty() ? "" : fmt::format(" ({}, {})", step.by, step.where));
  if (!suggest) return out;
  for (const review::GradeSuggestion& one : graded.suggestions)
    out += fmt::format("  suggested {:+d}  {}: {}\n                because: {} ({})\n", one.step,
                       review::grade_domain_words(one.domain), one.finding, one.rule, one.source);
  return out;
}

std::string text_of(const engine::ReviewSpec& spec, const std::vector<GradedOutcome>& graded, bool suggest) {
  const report::Table table = engine::summary_of_findings(spec, graded);
  std::string out;
  for (const GradedOutcome& one : graded) {
    if (!out.empty()) out += "\n";
    out += outcome_text(one, suggest);
    for (const report::Row& row : table.rows) {
      if (row.cells[7].shown.plain() != one.outcome.id) continue;
      out += fmt::format("  {}; {}", row.cells[1].shown.plain(), row.cells[3].shown.plain());
      if (!one.absolute.empty()) out += fmt::format("; {}, assumed risk", row.cells[5].shown.plain());
      out += one.absolute.empty() && row.cells[5].shown.plain() == "–"
                 ? "\n"
                 : fmt::format(" {}\n", row.cells[one.absolute.empty() ? 5 : 4].shown.plain());
    }
  }
  return out;
}

std::string table_text(const engine::ReviewSpec& spec, const std::vector<GradedOutcome>& graded,
                       const GradeFlags& flags) {
  const report::Table table = flags.profile   ? engine::evidence_profile(spec, graded)
                              : flags.suggest ? engine::suggestions_table(graded)
                                              : engine::summary_of_findings(spec, graded);
  return flags.output.ends_with(".csv") ? report::to_csv(table) : report::to_markdown(table);
}

Checked write_table(const engine::ReviewSpec& spec, const std::vector<GradedOutcome>& graded, const GradeFlags& flags) {
  if (flags.output.ends_with(".html"))
    return emit(flags.output, report::to_html(engine::grade_document(spec, graded, flags.profile, flags.suggest)));
  if (flags.output.ends_with(".csv") || flags.output.ends_with(".md"))
    return emit(flags.output, table_text(spec, graded, flags));
  return make_error(ErrorCode::usage, "the file's name ends in .html, .csv or .md", flags.output);
}

Expected<int> grade(const GradeFlags& flags) {
  const std::string& folder = flags.folder.empty() ? flags.review : flags.folder;
  TerminalProgress progress;
  HR_TRY(const engine::LoggedReview logged, logged_review(folder, progress));
  auto evidence = engine::gather_evidence(folder, progress, logged);
  progress.clear();
  if (!evidence) return evidence.error();
  const engine::ReviewSpec& spec = evidence->spec;
  if (spec.grade.outcomes.empty())
    return make_error(ErrorCode::input,
                      "review.toml grades no outcome; [[grade.outcome]] names one with its analysis and the steps "
                      "that people took (docs/formats/review-folder.md)",
                      folder + "/" + engine::kReviewFile);
  const std::vector<GradedOutcome> graded = engine::grade_outcomes(*evidence);
  if (!flags.output.empty()) HR_CHECK(write_table(spec, graded, flags));
  if (flags.json)
    HR_CHECK(emit("", engine::grade_json(graded)));
  else if (flags.output.empty())
    HR_CHECK(emit("", flags.profile ? table_text(spec, graded, flags) : text_of(spec, graded, flags.suggest)));
  for (const std::string& warning : engine::grade_warnings(graded)) fmt::print(stderr, "Warning: {}\n", warning);
  const std::vector<std::string> problems = engine::grade_problems(graded);
  for (const std::string& problem : problems) fmt::print(stderr, "Contradiction: {}\n", problem);
  return problems.empty() ? 0 : 1;
}

}  // namespace

void add_grade_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("grade", "The certainty of the evidence by GRADE: Summary of Findings");
  const auto flags = std::make_shared<GradeFlags>();
  command.add_option("folder", flags->folder, "Folder with review.toml (default: --review)");
  command.add_option("--review", flags->review, "Folder with review.toml (default: the current folder)");
  command.add_option("-o,--output", flags->output, "Write the table: .html, .csv or .md");
  command.add_flag("--profile", flags->profile, "The evidence profile, a column per domain, instead of the findings");
  command.add_flag("--suggest", flags->suggest, "Show what the numbers suggest beside what was judged");
  command.add_flag("--json", flags->json, "Everything for programs");
  command.footer(
      "\nJudgements stand in review.toml as [[grade.outcome]], and in the log (grade decide), which wins; each step "
      "needs\n"
      "a footnote. The program suggests, and changes no judgement by itself.\n"
      "\nExamples:\n"
      "  hedgerow grade examples/eccentric-flexibility --suggest\n"
      "  hedgerow grade my-review -o findings.html\n"
      "  hedgerow grade my-review --profile -o profile.csv\n"
      "  hedgerow grade decide --outcome pain --domain imprecision --step -1 --reason '120 people' --review .\n"
      "\nExit code 1: a stated certainty contradicts its symbol or the sum of the steps.");
  add_grade_decide_command(command, action);
  command.callback([&action, &command, flags] {  // it runs after that of a subcommand, whose action has to stay
    if (!command.get_subcommands().empty()) return;
    action = [flags] {
      const auto code = grade(*flags);
      return code ? *code : report(code.error());
    };
  });
}

}  // namespace hedgerow::cli
