// What people may do while they screen: each request is checked against the state and becomes an event of the log.
//
// The fold accepts whatever the log holds; here is where a request is refused, with what is wrong and what would be
// right. Nothing is written here.
#pragma once

#include <optional>
#include <string>

#include "base/expected.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

struct VoteRequest {
  std::string author;
  std::int64_t record = 0;
  std::optional<Stage> stage{};  ///< empty: the one in which the document waits
  Vote vote = Vote::maybe;
  std::string reason;  ///< of an exclusion: its text, its beginning, or its number in the declared list
  std::string note;
  bool referee_may_vote = false;  ///< resolve_event: also for a referee who voted on the record
};

/// Errors: somebody who was removed, or who is not among the reviewers that the team has named.
Checked may_vote(const ReviewStore& review, const std::string& author);

/// A reviewer's vote. Errors: no such record, not a reviewer, the document is not asked about in the stage (and why), a
/// reason that is missing or not declared.
Expected<store::Event> vote_event(const ReviewStore& review, const VoteRequest& request);
/// Whether somebody voted on a document in a stage, also if that vote was withdrawn, set aside, or counts no more.
bool has_voted(const StageState& stage, const std::string& person);
/// A referee's decision on a conflict. Errors: as above; not in conflict; "maybe" decides nothing; a referee who voted
/// on the record, unless the request allows it.
Expected<store::Event> resolve_event(const ReviewStore& review, const VoteRequest& request);
/// Takes the author's own vote back. Errors: there is none.
Expected<store::Event> withdraw_event(const ReviewStore& review, const std::string& author, std::int64_t record,
                                      std::optional<Stage> stage);
/// Reopens a stage of a document, or of all (record 0). Errors: no such record, nothing to reopen.
Expected<store::Event> reopen_event(const ReviewStore& review, const std::string& author, std::int64_t record,
                                    Stage stage);

/// Errors: an empty name, somebody who is one already.
Expected<store::Event> add_reviewer_event(const ReviewStore& review, const std::string& author,
                                          const std::string& name);
/// Errors: somebody who is none (with the nearest name).
Expected<store::Event> remove_reviewer_event(const ReviewStore& review, const std::string& author,
                                             const std::string& name);

struct RuleRequest {
  Stage stage = Stage::abstract;
  std::optional<std::size_t> votes_needed{};
  std::optional<std::vector<std::string>> reasons{};  ///< in their order of precedence
};
/// Errors: no votes, the same reason twice, an empty one, nothing asked for.
Expected<store::Event> rule_event(const std::string& author, const RuleRequest& request);

/// Takes an event back. Errors: no such event; undone already; the start of the store; somebody else's vote; an import
/// whose records later events are about (with their numbers).
Expected<store::Event> undo_event(const ReviewStore& review, const std::string& author, std::int64_t event);

/// The last event of the author that a key for "undo" takes back: a vote that counts, or a resolution (`kind`
/// "resolve"). Empty: there is none.
std::optional<std::int64_t> last_own_vote(const ReviewStore& review, const std::string& author,
                                          const std::string& kind = "vote");

/// Who made the store: may look behind the blinding.
std::string owner(const ReviewStore& review);

/// Why a document is not asked about in a stage: "it was removed before screening", ...
std::string why_unseen(const Document& document, Stage stage);

/// The reason that a text or a number names in the declared list; any text where none is declared. Errors: with the
/// list.
Expected<std::string> declared_reason(const StageRule& rule, const std::string& given);

}  // namespace hedgerow::workflow
