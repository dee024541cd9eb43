// hedgerow prisma checklist: the items of PRISMA 2020 and PRISMA-S, what the review has for each, and what it lacks.
#include "review/prisma_checklist.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/review_commands.hpp"
#include "cli/review_flags.hpp"
#include "data/readers.hpp"
#include "engine/checklist_facts.hpp"
#include "report/csv.hpp"
#include "report/markdown.hpp"
#include "review/prisma_csv.hpp"
#include "workflow/checklist_facts.hpp"
#include "workflow/folder_review.hpp"
#include "workflow/prisma_step.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using review::ChecklistRow;

struct ChecklistFlags {
  ReviewFlags review;
  bool abstract = false, search = false;
  std::string output;
};

struct Filled {
  const review::Checklist& list;
  std::vector<ChecklistRow> rows;

  std::size_t count(review::ItemState state) const {
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const ChecklistRow& row) { return row.state == state; }));
  }
};

std::string in_folder(const std::string& folder, const std::string& file) { return (fs::path(folder) / file).string(); }

/// Those of the files that are not in the folder. A sheet is named behind '#'.
std::vector<std::string> absent_of(const std::string& folder, const std::vector<std::string>& files) {
  std::vector<std::string> absent;
  for (const std::string& file : files)
    if (!fs::exists(in_folder(folder, file.substr(0, file.find('#'))))) absent.push_back(file);
  return absent;
}

/// The counts that review.toml gives; nothing: it gives none.
Expected<std::optional<review::Prisma>> counts_of(const std::string& folder, const engine::ReviewSpec& spec) {
  if (spec.prisma_file.empty()) return spec.prisma;
  HR_TRY(const data::Table table, data::read_table(in_folder(folder, spec.prisma_file)));
  HR_TRY(review::Prisma counts,
         review::is_prisma2020(table) ? review::read_prisma2020(table) : review::read_prisma(table));
  return std::optional<review::Prisma>(std::move(counts));
}

/// What review.toml gives; `prisma` becomes the counts that stand there.
Expected<review::ReportedAt> read_toml(const std::string& folder, review::ProjectFacts& facts,
                                       std::optional<review::Prisma>& prisma) {
  HR_TRY(const std::string bytes, read_file(in_folder(folder, engine::kReviewFile)));
  HR_TRY(const engine::ReviewSpec spec, engine::parse_review(bytes, engine::kReviewFile));
  engine::add_spec_facts(spec, absent_of(folder, engine::named_tables(spec)), facts);
  HR_TRY(const workflow::Plan plan, workflow::read_plan(bytes, engine::kReviewFile));
  std::vector<std::string> strategies;
  for (const workflow::PlannedImport& one : plan.imports)
    if (!one.strategy.empty()) strategies.push_back(one.strategy);
  workflow::add_search_facts(plan, absent_of(folder, strategies), facts);
  HR_TRY(std::optional<review::Prisma> counts, counts_of(folder, spec));
  if (counts) prisma = std::move(counts);
  return review::read_reported(bytes, engine::kReviewFile);
}

Expected<Filled> filled(const ChecklistFlags& flags) {
  const std::string& folder = flags.review.folder;
  TerminalProgress progress;
  HR_TRY(const std::optional<workflow::FolderReview> logged, workflow::open_folder_review(folder, progress));
  progress.clear();
  review::ProjectFacts facts;
  std::optional<review::Prisma> prisma;
  if (logged) {
    const workflow::State& state = logged->review.state;
    const std::vector<store::Event> standing = workflow::standing_events(logged->review.events);
    workflow::add_log_facts(state, standing, !logged->scratch, facts);
    if (!state.documents.empty()) prisma = workflow::prisma_of(state, standing);
  }
  review::ReportedAt reported;
  if (fs::exists(in_folder(folder, engine::kReviewFile))) {
    HR_TRY(reported, read_toml(folder, facts, prisma));
  } else if (!logged) {
    return make_error(ErrorCode::usage,
                      "this folder is no review: it has neither a store (hedgerow init) nor review.toml", folder);
  }
  // As in the report of hedgerow run: counts of review.toml win over those of the log.
  if (prisma) workflow::add_flow_facts(*prisma, facts);
  const review::ChecklistKind kind = flags.abstract ? review::ChecklistKind::abstract
                                     : flags.search ? review::ChecklistKind::search
                                                    : review::ChecklistKind::prisma;
  const review::Checklist& list = review::checklist(kind);
  return Filled{list, review::fill(list, facts, reported)};
}

std::string json_of(const Filled& filled) {
  Json out{{"schema", "hedgerow.checklist/1"}, {"list", filled.list.id}, {"source", filled.list.source}};
  for (const auto state :
       {review::ItemState::project, review::ItemState::part, review::ItemState::missing, review::ItemState::authors})
    out["count"][review::name(state)] = filled.count(state);
  out["items"] = Json::array();
  for (const ChecklistRow& row : filled.rows)
    out["items"].push_back({{"item", row.item->number},
                            {"section", row.item->section},
                            {"label", row.item->label},
                            {"state", review::name(row.state)},
                            {"found", row.found},
                            {"missing", row.missing},
                            {"write", row.item->write},
                            {"reported", row.location}});
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string note_of(const Filled& filled) {
  std::string note = fmt::format(
      "{}: {} of {} filled by the project, {} in part, {} missing, {} for the authors to write. Numbers are the "
      "official "
      "ones, labels are abridged; the project can't know what the text reports.",
      filled.list.name, filled.count(review::ItemState::project), filled.rows.size(),
      filled.count(review::ItemState::part), filled.count(review::ItemState::missing),
      filled.count(review::ItemState::authors));
  if (filled.list.id != "prisma-s") note += " " + std::string(review::persist_note());
  return note;
}

std::string text_of(const Filled& filled) {
  std::string out;
  std::string_view section;
  for (const ChecklistRow& row : filled.rows) {
    if (row.item->section != section) out += fmt::format("{}{}\n", out.empty() ? "" : "\n", row.item->section);
    section = row.item->section;
    out += fmt::format("{:>4}  {:<8} {}\n", row.item->number, review::name(row.state), row.item->label);
    for (const std::string& text : row.found) out += fmt::format("        has: {}\n", text);
    for (const std::string& text : row.missing) out += fmt::format("      lacks: {}\n", text);
    if (!row.item->write.empty()) out += fmt::format("      write: {}\n", row.item->write);
    if (!row.location.empty()) out += fmt::format("   reported: {}\n", row.location);
  }
  return out + "\n" + note_of(filled) + "\n";
}

report::Table table_of(const Filled& filled) {
  using report::Align;
  report::Table table;
  table.id = "checklist";
  table.caption = report::Text(std::string(filled.list.name));
  table.columns = {{"Item", Align::left, "item", false},      {"Section", Align::left, "section", false},
                   {"Label", Align::left, "label", false},    {"State", Align::left, "state", false},
                   {"Found", Align::left, "found", false},    {"Missing", Align::left, "missing", false},
                   {"To write", Align::left, "write", false}, {"Reported at", Align::left, "reported", false}};
  for (const ChecklistRow& row : filled.rows)
    table.rows.push_back({{report::Cell(std::string(row.item->number)), report::Cell(std::string(row.item->section)),
                           report::Cell(std::string(row.item->label)), report::Cell(review::name(row.state)),
                           report::Cell(join(row.found, "; ")), report::Cell(join(row.missing, "; ")),
                           report::Cell(std::string(row.item->write)), report::Cell(row.location)},
                          report::RowClass::plain});
  table.notes = {report::Text(note_of(filled))};
  return table;
}

Expected<int> checklist(const ChecklistFlags& flags) {
  const bool csv = flags.output.ends_with(".csv");
  if (!flags.output.empty() && !csv && !flags.output.ends_with(".md"))
    return make_error(ErrorCode::usage, "the file's name ends in .csv or .md", flags.output);
  HR_TRY(const Filled list, filled(flags));
  if (!flags.output.empty())
    HR_CHECK(emit(flags.output, csv ? report::to_csv(table_of(list)) : report::to_markdown(table_of(list))));
  if (flags.output.empty() || flags.review.json) HR_CHECK(emit("", flags.review.json ? json_of(list) : text_of(list)));
  return 0;
}

}  // namespace

CLI::App& add_prisma_checklist_command(CLI::App& prisma, Action& action) {
  CLI::App& command = *prisma.add_subcommand(
      "checklist", "The items of PRISMA 2020 or PRISMA-S: what the review has for each, and what it lacks");
  const auto flags = std::make_shared<ChecklistFlags>();
  add_review_flags(command, flags->review, false);
  CLI::Option* abstract = command.add_flag("--abstract", flags->abstract, "The 12 items of the abstract");
  command.add_flag("--search", flags->search, "The 16 items of PRISMA-S on the search")->excludes(abstract);
  command.add_option("-o,--output", flags->output, "Write the checklist: .csv or .md");
  command.footer(
      "\nStates: project (all is in the project), part, missing (there is a place for it, and it is empty), authors\n"
      "(only the text can tell it). Where the text reports an item stands in [checklist] of review.toml:\n"
      "13d = \"p. 6\"; A3 of the abstract, S8 of the search.\n"
      "\nExamples:\n"
      "  hedgerow prisma checklist --review examples/eccentric-flexibility\n"
      "  hedgerow prisma checklist --review my-review --search -o prisma-s.csv\n"
      "  hedgerow prisma checklist --abstract --json");
  command.callback([&action, flags] {
    action = [flags] {
      const auto code = checklist(*flags);
      return code ? *code : report(code.error());
    };
  });
  return command;
}

}  // namespace hedgerow::cli
