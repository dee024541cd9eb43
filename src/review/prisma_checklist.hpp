// The checklists of PRISMA 2020, of its abstracts and of PRISMA-S, and what a project has for each item.
//
// An item draws on facts ("what was searched", "which model") and on what only its authors can write. Whoever knows the
// project collects the facts; here they are laid beside the items. Whether a manuscript reports an item is nothing that
// a project can know: its authors say where, in [checklist] of review.toml.
//
// Source:     Page2021 (27 items, 42 with their parts; abstracts 12), Rethlefsen2021 (16), Ardern2022. The numbers are
//             the official ones, the labels are abridged and ours.
// Tests:      review/prisma_checklist_test.cpp.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::review {

enum class ChecklistKind { prisma, abstract, search };

/// What a project can know about a review.
enum class Fact {
  title,
  question,
  eligibility,
  outcomes,
  registration,
  sources,
  registers,
  websites,
  organisations,
  citations,
  platforms,
  search_dates,
  strategies,
  import_dates,
  records,
  duplicates,
  screening,
  automation,
  agreement,
  flow,
  exclusions,
  extraction,
  appraisal_tool,
  appraisal,
  effect_measure,
  subsets,
  preparation,
  displays,
  model,
  subgroups,
  sensitivity,
  reporting_bias,
  certainty,
  studies,
  effects,
  data
};

/// What the project holds of a fact, and what it lacks although there is a place for it.
struct FactState {
  std::vector<std::string> have, lack;
};

struct ProjectFacts {
  std::map<Fact, FactState> known;
  /// What is said twice counts once.
  void have(Fact fact, std::string what);
  void lack(Fact fact, std::string what);
};

struct ChecklistItem {
  std::string_view number;   ///< official: "13a"
  std::string_view section;  ///< "Methods"
  std::string_view label;    ///< abridged, in our words
  std::vector<Fact> facts;
  std::string_view write;  ///< what only the authors can add; empty: nothing
};

struct Checklist {
  std::string_view name, id;  ///< "PRISMA 2020", "prisma2020"
  std::string_view prefix;    ///< of its numbers in review.toml: "", "A", "S"
  std::string_view source;    ///< key in docs/references.bib
  std::vector<ChecklistItem> items;
};

const Checklist& checklist(ChecklistKind kind);

/// project: all that the item asks for is in the project; part: some of it; missing: there is a place for it in the
/// project, and it is empty; authors: only the text can tell it.
enum class ItemState { project, part, missing, authors };
const char* name(ItemState state);

struct ChecklistRow {
  const ChecklistItem* item = nullptr;
  ItemState state = ItemState::authors;
  std::vector<std::string> found, missing;
  std::string location;  ///< where the authors report it; empty: they did not say
};

/// Where items are reported, by prefix and number ("13a", "A3", "S8").
using ReportedAt = std::map<std::string, std::string>;

/// One row per item, in their order.
std::vector<ChecklistRow> fill(const Checklist& list, const ProjectFacts& facts, const ReportedAt& reported);

/// The table [checklist] of review.toml; other tables are left alone. Errors: not TOML, a number that no checklist has
/// (with the nearest), a value that is no text; with line and column.
Expected<ReportedAt> read_reported(std::string_view bytes, const std::string& source);

/// What PERSiST is to these lists.
std::string_view persist_note();

}  // namespace hedgerow::review
