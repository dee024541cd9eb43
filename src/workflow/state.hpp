// What the review knows now: the fold of its log of events. Pure; every count of the review is a question to a State.
//
// The unit that is screened is the document: a group of records that are linked as duplicates (mostly one record). A
// vote belongs to (document, stage, reviewer); the last one that was neither undone nor taken back counts, the first
// one is kept beside it for the agreement. A stage of a document is decided when enough active reviewers voted alike,
// or when a referee resolved it. Each rule with its reason: docs/formats/store.md, "What follows from the log".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/expected.hpp"
#include "store/store.hpp"

namespace hedgerow::workflow {

enum class Stage { abstract, fulltext };
enum class Vote { include, exclude, maybe };
/// pending: no vote; partial: fewer votes than needed; conflict: enough votes that differ (or a "maybe"); then the two
/// decided ones. `unseen` is what the stage is not asked about: removed before screening, excluded before, not
/// retrieved, set aside by a label, a report of the previous review; title and abstract of what came by other methods.
enum class Outcome { unseen, pending, partial, conflict, included, excluded };

struct Decision {
  std::int64_t event = 0;
  std::string reviewer, time;
  Vote vote = Vote::maybe;
  std::string reason, note;
};

/// A document in one stage.
struct StageState {
  Outcome outcome = Outcome::unseen;
  std::vector<Decision> votes;  ///< the valid vote of each active reviewer, in the order of their time
  std::vector<Decision> first;  ///< the first vote of every reviewer, also of removed ones, before any talk: what
                                ///< agreement is computed from; it stays when votes are withdrawn or a stage reopened
  std::optional<Decision> resolution;  ///< the referee's
  std::string reason;                  ///< of an exclusion: the resolution's, else the first in the declared order
  bool automatic = false;              ///< excluded by a stopping rule or a model, not by people
};

/// Where an import came from, in PRISMA's words.
enum class Origin { database, registry, website, organisation, citations, previous };

struct Import {
  std::int64_t event = 0;
  Origin origin = Origin::database;
  std::string name;  ///< "Scopus"
  std::string file, time;
  std::size_t records = 0;
};

/// A group of linked records.
struct Document {
  std::vector<std::int64_t> records;  ///< ids, rising
  std::int64_t kept = 0;              ///< the record that lists show
  /// A report found twice is not "other": database wins, then registry, then the first one. But a report of the
  /// previous review stays one when the new search finds it again: then that record is a duplicate.
  Origin origin = Origin::database;
  bool removed_automatic = false;  ///< marked ineligible before screening by automation
  bool removed_other = false;      ///< removed before screening for another reason
  StageState abstract, fulltext;
  bool not_retrieved = false;
  std::string study;  ///< the study that the report belongs to; empty: the document is a study of its own
  std::string label;  ///< "awaiting", "ongoing", or ""
};

/// How a stage is screened.
struct StageRule {
  std::size_t votes_needed = 2;
  std::vector<std::string> reasons;  ///< of exclusion, in their order of precedence; empty: free
};

/// Documents of a stage that were drawn at random from the unread ones: by one event, or by several of which the later
/// ones draw from what the earlier ones left.
struct RandomSample {
  std::int64_t event = 0;             ///< that began it; 0: none was drawn
  std::size_t unread = 0;             ///< documents that it was drawn from
  std::vector<std::int64_t> records;  ///< their kept records at that time, in the order in which they were drawn
  std::size_t begun = 0;              ///< samples begun in the stage so far, with this one
};

struct State {
  std::vector<std::string> reviewers;  ///< active ones, in the order in which they came
  std::vector<std::string> removed_reviewers;
  StageRule abstract, fulltext;
  RandomSample abstract_sample, fulltext_sample;  ///< the last one of each stage
  std::vector<Import> imports;
  std::vector<Document> documents;                            ///< in the order of their first records
  std::unordered_map<std::int64_t, std::size_t> document_of;  ///< record id -> index into documents
  std::unordered_map<std::int64_t, std::size_t> import_of;    ///< record id -> index into imports
  /// Pairs that a user declared different: later searches must not link them again.
  std::vector<std::pair<std::int64_t, std::int64_t>> different;
  std::int64_t last_event = 0;

  const StageState& stage(const Document& document, Stage which) const {
    return which == Stage::abstract ? document.abstract : document.fulltext;
  }
  const RandomSample& sample(Stage which) const { return which == Stage::abstract ? abstract_sample : fulltext_sample; }
};

/// The state after these events. `heads`: the records, for their ids and imports; those whose import is not among the
/// events, or was undone, are left out. Errors: an event that this version does not know or that names a record that
/// does not exist, with its number; an event that was undone is never an error.
Expected<State> fold(std::span<const store::Event> events, std::span<const store::StoredRecord> heads);

}  // namespace hedgerow::workflow
