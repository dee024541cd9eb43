#include "cli/screening_report.hpp"

#include <fmt/core.h>

#include <utility>

#include "base/text.hpp"
#include "workflow/names.hpp"
#include "workflow/summary.hpp"

namespace hedgerow::cli {
namespace {

using report::Cell;

const char* words(workflow::Stage stage) {
  return stage == workflow::Stage::abstract ? "Title and abstract" : "Full text";
}

/// "Title and abstract: 240 documents, 2 votes each needed; 230 decided, 10 in conflict."
std::string stage_sentence(workflow::Stage stage, const workflow::StageRule& rule,
                           const workflow::StageSummary& summary) {
  std::string out =
      fmt::format("{}: {} documents reached this stage, which needs {} vote{}; {} are decided", words(stage),
                  summary.reached(), rule.votes_needed, rule.votes_needed == 1 ? "" : "s", summary.decided());
  if (summary.conflict > 0) out += fmt::format(", {} are in conflict", summary.conflict);
  if (summary.pending + summary.partial > 0) out += fmt::format(", {} wait", summary.pending + summary.partial);
  if (summary.automatic > 0) out += fmt::format("; {} were excluded by a stopping rule", summary.automatic);
  out += ".";
  if (!summary.agreement) return out;
  out += fmt::format(" First independent votes on {} documents agree in {} %", summary.agreement->documents,
                     format_fixed(100 * summary.agreement->observed, 1));
  if (summary.agreement->kappa)
    out += fmt::format(" ({} {}", summary.agreement->kappa_name, format_fixed(*summary.agreement->kappa, 2));
  if (summary.agreement->kappa && summary.agreement->ac1)
    out += fmt::format(", AC1 {}", format_fixed(*summary.agreement->ac1, 2));
  return out + (summary.agreement->kappa ? ")." : ".");
}

void add_rows(workflow::Stage stage, const workflow::StageSummary& summary, report::Table& table) {
  for (const workflow::ReviewerSummary& one : summary.reviewers) {
    if (one.include + one.exclude + one.maybe == 0) continue;
    table.rows.push_back(
        {{Cell(words(stage)), Cell(one.name + (one.active ? "" : " (removed)")), Cell(std::to_string(one.include)),
          Cell(std::to_string(one.exclude)), Cell(std::to_string(one.maybe))},
         report::RowClass::plain});
  }
}

}  // namespace

std::vector<report::Block> screening_blocks(const workflow::State& state) {
  report::Table table;
  table.caption = report::Text("Votes by reviewer that count.");
  table.columns = {{"Stage", report::Align::left, "stage", false},
                   {"Reviewer", report::Align::left, "reviewer", false},
                   {"Include", report::Align::right, "include", false},
                   {"Exclude", report::Align::right, "exclude", false},
                   {"Maybe", report::Align::right, "maybe", false}};
  std::vector<report::Block> blocks;
  for (const auto& [stage, rule] :
       {std::pair{workflow::Stage::abstract, state.abstract}, std::pair{workflow::Stage::fulltext, state.fulltext}}) {
    const workflow::StageSummary summary = workflow::summarise(state, stage);
    if (summary.reached() == 0) continue;
    blocks.emplace_back(report::Paragraph{report::Text(stage_sentence(stage, rule, summary))});
    add_rows(stage, summary, table);
  }
  if (table.rows.empty()) return {};
  blocks.emplace_back(std::move(table));
  return blocks;
}

}  // namespace hedgerow::cli
