// Decisions from a table (screening.csv, or the export of another program) as events of the log.
//
//   stage, reviewer, decision and a name of the record; optional: role (referee), reason, note, time
//
// A record is named by `record` (number in the store), `doi`, `pmid` or `title`, the first of these that has a value
// and is known. Every decision is about a document: one name is enough, whatever its duplicates are called.
#pragma once

#include <span>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"
#include "workflow/state.hpp"

namespace hedgerow::workflow {

/// What a table is read by.
struct DecisionRules {
  std::string author{};                         ///< of rows without a reviewer; empty: such a row is an error
  std::vector<std::string> abstract_reasons{};  ///< declared reasons of exclusion; empty: any
  std::vector<std::string> fulltext_reasons{};
  bool referee_may_vote = false;  ///< whether a referee may decide on a record on which they voted
};

/// The events in the order of the rows, reviewers that the state does not know first. Errors: a column that is missing,
/// a word that is not a stage or a decision, a record that is not there, a reason that is not declared, a referee who
/// voted on the record (in the table or before), each with its cell.
Expected<std::vector<store::Event>> decision_events(const data::Table& table, const State& state,
                                                    std::span<const store::StoredRecord> records,
                                                    const DecisionRules& rules = {});

/// Those of the decisions that the log does not hold yet. Two decisions are the same if person, document, stage, word
/// and reason are; one that stands twice in a table must stand twice in the log. A reviewer stays where
/// a vote of theirs does. `standing`: the events of the log that count.
std::vector<store::Event> not_in_log(std::span<const store::Event> decisions, const State& state,
                                     std::span<const store::Event> standing);

}  // namespace hedgerow::workflow
