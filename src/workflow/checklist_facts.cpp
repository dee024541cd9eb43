#include "workflow/checklist_facts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "workflow/appraisal_log.hpp"
#include "workflow/names.hpp"
#include "workflow/summary.hpp"

namespace hedgerow::workflow {
namespace {

using review::Fact;
using review::ProjectFacts;

Fact fact_of(Origin origin) {
  switch (origin) {
    case Origin::database:
    case Origin::previous:
      return Fact::sources;
    case Origin::registry:
      return Fact::registers;
    case Origin::website:
      return Fact::websites;
    case Origin::organisation:
      return Fact::organisations;
    case Origin::citations:
      return Fact::citations;
  }
  HR_ASSERT(false);
}

std::string counted(std::size_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

void add_sources(const State& state, bool dated, ProjectFacts& facts) {
  for (const Import& import : state.imports) {
    const std::string name = import.name.empty() ? import.file : import.name;
    const char* earlier = import.origin == Origin::previous ? "previous review: " : "";
    facts.have(fact_of(import.origin), earlier + name);
    facts.have(Fact::records,
               fmt::format("{}{}: {} ({})", earlier, name, counted(import.records, "record"), import.file));
    if (dated) facts.have(Fact::import_dates, fmt::format("{} was imported on {}", name, import.time.substr(0, 10)));
  }
}

void add_duplicates(const State& state, std::span<const store::Event> standing, ProjectFacts& facts) {
  const auto count = [&](const char* value) {
    return static_cast<std::size_t>(std::count_if(standing.begin(), standing.end(), [&](const store::Event& event) {
      return event.kind == "link" && event.value == value;
    }));
  };
  const std::size_t automatic = count("automatic"), manual = count("manual");
  if (automatic + manual == 0) return;
  facts.have(Fact::duplicates, fmt::format("hedgerow dedup: {} records are {}; {} made by the program, {} by people",
                                           state.document_of.size(), counted(state.documents.size(), "document"),
                                           counted(automatic, "link"), manual));
}

const char* stage_words(Stage stage) { return stage == Stage::abstract ? "titles and abstracts" : "full texts"; }

void add_stage(const State& state, Stage stage, ProjectFacts& facts) {
  const StageSummary summary = summarise(state, stage);
  if (summary.reached() == 0 && stage == Stage::fulltext) return;
  const StageRule& rule = stage == Stage::abstract ? state.abstract : state.fulltext;
  std::set<std::string> voters;
  for (const Document& document : state.documents)
    for (const Decision& vote : state.stage(document, stage).first) voters.insert(vote.reviewer);
  if (!voters.empty())
    facts.have(Fact::screening, fmt::format("{}: {} needed of each, {} voted, {} of {} decided", stage_words(stage),
                                            counted(rule.votes_needed, "vote"), counted(voters.size(), "reviewer"),
                                            summary.decided(), summary.reached()));
  else if (summary.decided() == 0)
    facts.lack(Fact::screening, fmt::format("votes on {} (hedgerow screen)", stage_words(stage)));
  const std::size_t open = summary.reached() - summary.decided();
  if (!voters.empty() && open > 0)
    facts.lack(Fact::screening, fmt::format("decisions on {} {} (hedgerow screen)", open, stage_words(stage)));
  if (summary.automatic > 0)
    facts.have(Fact::automation,
               fmt::format("{} {} were excluded by a rule, not by people", summary.automatic, stage_words(stage)));
  if (const auto& agreement = summary.agreement)
    facts.have(
        Fact::agreement,
        fmt::format("first votes on {} {}: agreement {:.1f} %{}", agreement->documents, stage_words(stage),
                    100 * agreement->observed,
                    agreement->kappa ? fmt::format(", {} {:.2f}", agreement->kappa_name, *agreement->kappa) : ""));
}

/// Distinct authors of events of a kind.
std::size_t authors_of(std::span<const store::Event> standing, std::string_view kind) {
  std::set<std::string> authors;
  for (const store::Event& event : standing)
    if (event.kind == kind) authors.insert(event.author);
  return authors.size();
}

std::size_t number_of(std::span<const store::Event> standing, std::string_view kind) {
  return static_cast<std::size_t>(
      std::count_if(standing.begin(), standing.end(), [&](const store::Event& event) { return event.kind == kind; }));
}

void add_extraction(std::span<const store::Event> standing, ProjectFacts& facts) {
  const std::size_t values = number_of(standing, "extract");
  if (values == 0) return;
  facts.have(Fact::extraction, fmt::format("{} extracted by {}, {} settled by a third person", counted(values, "value"),
                                           authors_of(standing, "extract") == 1
                                               ? "1 person"
                                               : fmt::format("{} people", authors_of(standing, "extract")),
                                           number_of(standing, "agree-value")));
}

void add_appraisal(std::span<const store::Event> standing, ProjectFacts& facts) {
  const std::vector<std::string> instruments = logged_instruments(standing);
  if (instruments.empty()) return;
  const std::size_t raters = authors_of(standing, "rating");
  facts.have(Fact::appraisal_tool, fmt::format("{}; {} in the log", join(instruments, ", "), counted(raters, "rater")));
  facts.have(Fact::appraisal,
             fmt::format("{} in the log, {} agreed (hedgerow appraise)",
                         counted(number_of(standing, "rating"), "rating"), number_of(standing, "consensus")));
}

}  // namespace

void add_log_facts(const State& state, std::span<const store::Event> standing, bool dated, ProjectFacts& facts) {
  add_sources(state, dated, facts);
  add_duplicates(state, standing, facts);
  if (!state.documents.empty())
    for (const Stage stage : {Stage::abstract, Stage::fulltext}) add_stage(state, stage, facts);
  add_extraction(standing, facts);
  add_appraisal(standing, facts);
}

void add_search_facts(const Plan& plan, const std::vector<std::string>& absent, ProjectFacts& facts) {
  for (const PlannedImport& one : plan.imports) {
    if (one.origin == Origin::previous) continue;
    const std::string name = one.database.empty() ? one.file : one.database;
    // What was chased or found by hand has no platform and no strategy to be copied, but it has a day.
    const bool query = one.origin == Origin::database || one.origin == Origin::registry;
    const auto add = [&](Fact fact, const std::string& text, const char* what, bool wanted) {
      if (!text.empty())
        facts.have(fact, fmt::format("{}: {}", name, text));
      else if (wanted)
        facts.lack(fact, fmt::format("the {} of {} in [[records]]", what, name));
    };
    add(Fact::platforms, one.platform, "platform", one.origin == Origin::database);
    add(Fact::search_dates, one.searched, "day of the search (searched)", true);
    const bool gone = std::find(absent.begin(), absent.end(), one.strategy) != absent.end();
    if (gone)
      facts.lack(Fact::strategies, fmt::format("the file {}, which review.toml names for {}", one.strategy, name));
    else
      add(Fact::strategies, one.strategy, "strategy", query);
  }
}

void add_flow_facts(const review::Prisma& prisma, ProjectFacts& facts) {
  // The boxes without which a reader can't follow the flow; the figure shows the others where they are known.
  for (const char* box : {"records_screened", "dbr_assessed", "total_studies"}) {
    auto count = prisma.find(box);
    if (!count && box == std::string_view("total_studies")) count = prisma.find("new_studies");
    for (const review::PrismaName& known : review::prisma_names()) {
      if (known.name != box) continue;
      if (count)
        facts.have(Fact::flow, fmt::format("{}: {}", known.words, *count));
      else
        facts.lack(Fact::flow, fmt::format("the count {} ({})", known.name, known.words));
    }
  }
  for (const char* box : {"records_pending", "dbr_pending", "other_pending"})
    if (const auto left = prisma.find(box); left && *left > 0)
      facts.lack(Fact::flow, fmt::format("decisions: {} is {}", box, *left));
  for (const review::PrismaProblem& problem : review::check(prisma))
    facts.lack(Fact::flow, "counts that agree: " + problem.message);
  for (const review::NamedCounts* reasons : {&prisma.dbr_excluded, &prisma.other_excluded})
    for (const auto& [reason, n] : *reasons)
      if (n > 0)
        facts.have(Fact::exclusions, fmt::format("{}: {}", reason, counted(static_cast<std::size_t>(n), "report")));
  if (const auto n = prisma.find("excluded_automatic"); n && *n > 0)
    facts.have(Fact::automation, fmt::format("{} records were removed by automation before screening", *n));
  if (facts.known.count(Fact::records) > 0) return;
  for (const review::NamedCounts* sources : {&prisma.databases, &prisma.registers})
    for (const auto& [source, n] : *sources) {
      facts.have(sources == &prisma.databases ? Fact::sources : Fact::registers, source);
      facts.have(Fact::records, fmt::format("{}: {}", source, counted(static_cast<std::size_t>(n), "record")));
    }
  if (const auto n = prisma.find("duplicates"); n && facts.known.count(Fact::duplicates) == 0)
    facts.have(Fact::duplicates, fmt::format("{} duplicates were removed; how, the project does not say", *n));
}

}  // namespace hedgerow::workflow
