#include "review/prisma_checklist.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "data/toml.hpp"

namespace hedgerow::review {
namespace {

void add_once(std::vector<std::string>& list, std::string what) {
  if (std::find(list.begin(), list.end(), what) == list.end()) list.push_back(std::move(what));
}

/// What is said of a fact that a project knows nothing of. Empty: a review may do without it.
std::string_view absence(Fact fact) {
  switch (fact) {
    case Fact::title:
      return "a title (title in review.toml)";
    case Fact::question:
      return "the question (question in review.toml)";
    case Fact::eligibility:
      return "criteria of eligibility ([picos] in review.toml)";
    case Fact::outcomes:
      return "the outcomes ([picos] outcomes in review.toml)";
    case Fact::registration:
      return "the registration ([registration] in review.toml)";
    case Fact::sources:
      return "exports of databases ([[records]] in review.toml, hedgerow records import)";
    case Fact::platforms:
      return "the platform of each database (platform in [[records]] of review.toml)";
    case Fact::search_dates:
      return "the day of each last search (searched in [[records]] of review.toml)";
    case Fact::strategies:
      return "the search as it was run in each source (strategy in [[records]] of review.toml)";
    case Fact::records:
      return "numbers of records (hedgerow records import, [prisma] in review.toml)";
    case Fact::duplicates:
      return "duplicates (hedgerow dedup)";
    case Fact::screening:
      return "screening (hedgerow screen, [screening] in review.toml)";
    case Fact::flow:
      return "counts of the flow (the log, or [prisma] in review.toml)";
    case Fact::exclusions:
      return "reports that were excluded, with reasons (hedgerow screen, full text)";
    case Fact::extraction:
      return "extracted values (hedgerow extract)";
    case Fact::appraisal_tool:
    case Fact::appraisal:
      return "an appraisal (hedgerow appraise, [appraisal] in review.toml)";
    case Fact::effect_measure:
    case Fact::effects:
      return "effects ([effects] in review.toml)";
    case Fact::displays:
      return "tables or figures of results ([[analysis]] in review.toml)";
    case Fact::subsets:
    case Fact::model:
      return "a synthesis ([[analysis]] in review.toml)";
    case Fact::reporting_bias:
      return "tests or plots for missing results ([[analysis.bias]], figures = [\"funnel\"])";
    case Fact::certainty:
      return "the certainty of the evidence ([[grade.outcome]] in review.toml)";
    case Fact::studies:
      return "a table of studies ([studies] in review.toml)";
    case Fact::data:
      return "where the data come from and their licence ([source] in review.toml)";
    case Fact::registers:
    case Fact::websites:
    case Fact::organisations:
    case Fact::citations:
    case Fact::import_dates:
    case Fact::automation:
    case Fact::agreement:
    case Fact::preparation:
    case Fact::subgroups:
    case Fact::sensitivity:
      return "";
  }
  HR_ASSERT(false);
}

ItemState state_of(const ChecklistRow& row) {
  if (row.found.empty()) return row.missing.empty() ? ItemState::authors : ItemState::missing;
  return row.missing.empty() && row.item->write.empty() ? ItemState::project : ItemState::part;
}

void add_fact(const ProjectFacts& facts, Fact fact, ChecklistRow& row) {
  const auto known = facts.known.find(fact);
  if (known != facts.known.end()) {
    row.found.insert(row.found.end(), known->second.have.begin(), known->second.have.end());
    row.missing.insert(row.missing.end(), known->second.lack.begin(), known->second.lack.end());
    return;
  }
  if (const std::string_view text = absence(fact); !text.empty()) row.missing.emplace_back(text);
}

std::string key_of(const Checklist& list, const ChecklistItem& item) {
  return std::string(list.prefix) + std::string(item.number);
}

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const ChecklistKind kind : {ChecklistKind::prisma, ChecklistKind::abstract, ChecklistKind::search})
    for (const ChecklistItem& item : checklist(kind).items) keys.push_back(key_of(checklist(kind), item));
  return keys;
}

}  // namespace

void ProjectFacts::have(Fact fact, std::string what) { add_once(known[fact].have, std::move(what)); }

void ProjectFacts::lack(Fact fact, std::string what) { add_once(known[fact].lack, std::move(what)); }

const char* name(ItemState state) {
  switch (state) {
    case ItemState::project:
      return "project";
    case ItemState::part:
      return "part";
    case ItemState::missing:
      return "missing";
    case ItemState::authors:
      return "authors";
  }
  HR_ASSERT(false);
}

std::vector<ChecklistRow> fill(const Checklist& list, const ProjectFacts& facts, const ReportedAt& reported) {
  std::vector<ChecklistRow> rows;
  rows.reserve(list.items.size());
  for (const ChecklistItem& item : list.items) {
    ChecklistRow row;
    row.item = &item;
    for (const Fact fact : item.facts) add_fact(facts, fact, row);
    row.state = state_of(row);
    if (const auto place = reported.find(key_of(list, item)); place != reported.end()) row.location = place->second;
    rows.push_back(std::move(row));
  }
  return rows;
}

Expected<ReportedAt> read_reported(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  ReportedAt reported;
  if (auto table = root.table("checklist")) {
    const std::vector<std::string> known = all_keys();
    for (const std::string& key : table->keys()) {
      if (std::find(known.begin(), known.end(), key) == known.end())
        table->fail(key, fmt::format("no checklist has the item '{}'; there are 1 to 27 (13a), A1 to A12 of the "
                                     "abstract and S1 to S16 of the search{}",
                                     key, did_you_mean(key, known)));
      else if (const std::string place = table->text(key); !place.empty())
        reported[key] = place;
    }
  }
  if (errors.first) return *errors.first;
  return reported;
}

std::string_view persist_note() {
  return "PERSiST (Ardern et al. 2022) adds no items: it shows with examples how each of the 27 is met in sport and "
         "exercise medicine, musculoskeletal rehabilitation and sports science.";
}

}  // namespace hedgerow::review
