#include "workflow/screening.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "workflow/names.hpp"
#include "workflow/standing.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {
namespace {

using store::Event;

Event event_of(const std::string& kind, const std::string& author, std::int64_t record = 0) {
  Event event;
  event.kind = kind;
  event.author = author;
  event.record = record;
  return event;
}

Error refused(const std::string& message) { return make_error(ErrorCode::usage, message); }

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Place {
  const Document* document = nullptr;
  Stage stage = Stage::abstract;
  const StageState* state = nullptr;
};

Expected<Place> place_of(const ReviewStore& review, std::int64_t record, std::optional<Stage> stage) {
  HR_TRY(const std::size_t index, review.document_of(record));
  Place place;
  place.document = &review.state.documents[index];
  place.stage = stage.value_or(current_stage(*place.document));
  place.state = &review.state.stage(*place.document, place.stage);
  return place;
}

Checked check_asked(const Place& place, std::int64_t record) {
  if (place.state->outcome != Outcome::unseen) return {};
  return refused(fmt::format("record {} is not screened in the stage '{}': {}", record, name(place.stage),
                             why_unseen(*place.document, place.stage)));
}

const StageRule& rule_of(const State& state, Stage stage) {
  return stage == Stage::abstract ? state.abstract : state.fulltext;
}

std::string note_detail(const std::string& note) {
  if (note.empty()) return "";
  return nlohmann::json{{"note", note}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Record, stage, value, reason and note of a vote or a resolution.
Expected<Event> decision_event(const ReviewStore& review, const VoteRequest& request, const char* kind,
                               const Place& place) {
  Event event = event_of(kind, request.author, request.record);
  event.stage = name(place.stage);
  event.value = name(request.vote);
  event.detail = note_detail(request.note);
  const StageRule& rule = rule_of(review.state, place.stage);
  if (request.vote != Vote::exclude) {
    if (request.reason.empty()) return event;
    return refused(
        fmt::format("a reason belongs to an exclusion, not to '{}'; use a note for other words", name(request.vote)));
  }
  if (request.reason.empty() && place.stage == Stage::fulltext && !rule.reasons.empty())
    return refused(
        fmt::format("an exclusion by the full text needs one of the declared reasons: {}", join(rule.reasons, ", ")));
  if (!request.reason.empty()) {
    HR_TRY(event.reason, declared_reason(rule, request.reason));
  }
  return event;
}

// Events that count and are about records of an import, whoever made them.
std::vector<std::int64_t> events_on_import(const ReviewStore& review, std::int64_t import) {
  std::set<std::int64_t> records;
  for (const store::StoredRecord& head : review.heads)
    if (head.import_event == import) records.insert(head.id);
  const std::vector<bool> counts = standing(review.events);
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Event& event = review.events[i];
    const bool pair = event.kind == "link" || event.kind == "unlink" || event.kind == "different";
    if (counts[i] && (records.contains(event.record) || (pair && records.contains(event.other))))
      found.push_back(event.id);
  }
  return found;
}

}  // namespace

// A team that names its reviewers is safe from a misspelt name; without such a list, who votes is a reviewer.
Checked may_vote(const ReviewStore& review, const std::string& author) {
  if (contains(review.state.reviewers, author)) return {};
  if (contains(review.state.removed_reviewers, author))
    return refused(
        fmt::format("'{0}' was removed from the reviewers, so a vote would not count; "
                    "'hedgerow screen reviewer add {0}' brings them back",
                    author));
  const std::vector<bool> counts = standing(review.events);
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] && review.events[i].kind == "reviewer")
      return refused(
          fmt::format("'{0}' is not one of the reviewers ({1}){2}; 'hedgerow screen reviewer add {0}' makes "
                      "them one",
                      author, join(review.state.reviewers, ", "), did_you_mean(author, review.state.reviewers)));
  return {};
}

std::string why_unseen(const Document& document, Stage stage) {
  if (document.removed_automatic || document.removed_other) return "it was removed before screening";
  if (document.origin == Origin::previous) return "it belongs to the previous version of the review";
  if (stage == Stage::abstract) return "it was found by other methods, which go to the full text at once";
  if (document.abstract.outcome != Outcome::included && current_stage(document) == Stage::abstract)
    return fmt::format("by title and abstract it is {}", name(document.abstract.outcome));
  if (document.not_retrieved) return "its full text was not retrieved";
  if (!document.label.empty()) return fmt::format("it is set aside as '{}'", document.label);
  return "it has not reached the stage";
}

Expected<std::string> declared_reason(const StageRule& rule, const std::string& given) {
  if (rule.reasons.empty()) return given;
  if (const auto number = parse_number(given)) {
    for (std::size_t i = 0; i < rule.reasons.size(); ++i)
      if (*number == static_cast<double>(i + 1)) return rule.reasons[i];
  }
  std::vector<std::string> begun;
  for (const std::string& reason : rule.reasons) {
    if (to_lower(reason) == to_lower(given)) return reason;
    if (starts_with_ignoring_case(reason, given)) begun.push_back(reason);
  }
  if (begun.size() == 1) return begun.front();
  return refused(fmt::format("'{}' is not one of the declared reasons: {}{}", given, join(rule.reasons, ", "),
                             did_you_mean(given, rule.reasons)));
}

Expected<Event> vote_event(const ReviewStore& review, const VoteRequest& request) {
  HR_TRY(const Place place, place_of(review, request.record, request.stage));
  HR_CHECK(may_vote(review, request.author));
  HR_CHECK(check_asked(place, request.record));
  return decision_event(review, request, "vote", place);
}

bool has_voted(const StageState& stage, const std::string& person) {
  const auto by = [&](const Decision& vote) { return vote.reviewer == person; };
  return std::any_of(stage.votes.begin(), stage.votes.end(), by) ||
         std::any_of(stage.first.begin(), stage.first.end(), by);
}

Expected<Event> resolve_event(const ReviewStore& review, const VoteRequest& request) {
  HR_TRY(const Place place, place_of(review, request.record, request.stage));
  HR_CHECK(check_asked(place, request.record));
  if (request.vote == Vote::maybe) return refused("a referee decides: include or exclude");
  if (place.state->outcome != Outcome::conflict && !place.state->resolution)
    return refused(fmt::format("record {} is not in conflict in the stage '{}': it is {}", request.record,
                               name(place.stage), name(place.state->outcome)));
  if (!request.referee_may_vote && has_voted(*place.state, request.author))
    return refused(
        fmt::format("'{}' voted on record {} in the stage '{}', so somebody else has to be its referee; "
                    "referee_may_vote = true under [screening] in review.toml allows it",
                    request.author, request.record, name(place.stage)));
  return decision_event(review, request, "resolve", place);
}

Expected<Event> withdraw_event(const ReviewStore& review, const std::string& author, std::int64_t record,
                               std::optional<Stage> stage) {
  HR_TRY(Place place, place_of(review, record, stage));
  // A vote for inclusion has often moved the document on; without a named stage the last vote is meant.
  if (!stage && vote_of(*place.state, author) == nullptr) {
    HR_TRY(place, place_of(review, record, Stage::abstract));
  }
  if (vote_of(*place.state, author) == nullptr)
    return refused(fmt::format("'{}' has no vote on record {} in the stage '{}'", author, record, name(place.stage)));
  Event event = event_of("withdraw", author, record);
  event.stage = name(place.stage);
  return event;
}

Expected<Event> reopen_event(const ReviewStore& review, const std::string& author, std::int64_t record, Stage stage) {
  Event event = event_of("reopen", author, record);
  event.stage = name(stage);
  if (record == 0) return event;
  HR_TRY(const Place place, place_of(review, record, stage));
  const Outcome outcome = place.state->outcome;
  if (outcome == Outcome::pending || (outcome == Outcome::unseen && place.state->votes.empty()))
    return refused(fmt::format("record {} has nothing to reopen in the stage '{}'", record, name(stage)));
  return event;
}

Expected<Event> add_reviewer_event(const ReviewStore& review, const std::string& author, const std::string& name) {
  const std::string trimmed(trim(name));
  if (trimmed.empty()) return refused("a reviewer needs a name");
  if (contains(review.state.reviewers, trimmed)) {
    const std::vector<bool> counts = standing(review.events);
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (counts[i] && review.events[i].kind == "reviewer" && review.events[i].value == trimmed)
        return refused(fmt::format("'{}' is a reviewer already", trimmed));
  }
  Event event = event_of("reviewer", author);
  event.value = trimmed;
  return event;
}

Expected<Event> remove_reviewer_event(const ReviewStore& review, const std::string& author, const std::string& name) {
  if (!contains(review.state.reviewers, name))
    return refused(fmt::format("'{}' is no reviewer{}", name, did_you_mean(name, review.state.reviewers)));
  Event event = event_of("remove-reviewer", author);
  event.value = name;
  return event;
}

Expected<Event> rule_event(const std::string& author, const RuleRequest& request) {
  if (!request.votes_needed && !request.reasons) return refused("a rule says --votes, --reasons or both");
  nlohmann::json detail = nlohmann::json::object();
  if (request.votes_needed) {
    if (*request.votes_needed < 1 || *request.votes_needed > 100)
      return refused(fmt::format("{} votes can't decide: 1 to 100 can", *request.votes_needed));
    detail["votes_needed"] = *request.votes_needed;
  }
  if (request.reasons) {
    std::set<std::string> seen;
    for (const std::string& reason : *request.reasons) {
      if (trim(reason).empty()) return refused("a reason without a text");
      if (!seen.insert(reason).second) return refused(fmt::format("the reason '{}' stands twice", reason));
    }
    detail["reasons"] = *request.reasons;
  }
  Event event = event_of("rule", author);
  event.stage = name(request.stage);
  event.detail = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return event;
}

Expected<Event> undo_event(const ReviewStore& review, const std::string& author, std::int64_t id) {
  const auto found =
      std::find_if(review.events.begin(), review.events.end(), [id](const Event& event) { return event.id == id; });
  if (found == review.events.end()) return refused(fmt::format("there is no event {}; 'hedgerow log' lists them", id));
  if (!standing(review.events)[static_cast<std::size_t>(found - review.events.begin())]) {
    for (const Event& event : review.events)
      if (event.kind == "undo" && event.other == id)
        return refused(
            fmt::format("event {} is undone already, by event {}; undo that one to bring it back", id, event.id));
  }
  if (found->kind == "create") return refused("the start of the store can't be undone; delete the folder instead");
  if ((found->kind == "vote" || found->kind == "withdraw") && found->author != author)
    return refused(
        fmt::format("event {} is a vote of '{}', and only they can undo it; a referee resolves conflicts, "
                    "'screen reviewer remove' takes all votes of a reviewer out of the counts",
                    id, found->author));
  if (found->kind == "import") {
    const std::vector<std::int64_t> later = events_on_import(review, id);
    if (!later.empty())
      return refused(
          fmt::format("{} later event{} about the records of this import (the first is {}, the last {}); "
                      "undo them first",
                      later.size(), later.size() == 1 ? " is" : "s are", later.front(), later.back()));
  }
  Event event = event_of("undo", author);
  event.other = id;
  return event;
}

std::optional<std::int64_t> last_own_vote(const ReviewStore& review, const std::string& author,
                                          const std::string& kind) {
  const std::vector<bool> counts = standing(review.events);
  for (std::size_t i = counts.size(); i-- > 0;)
    if (counts[i] && review.events[i].kind == kind && review.events[i].author == author) return review.events[i].id;
  return std::nullopt;
}

std::string owner(const ReviewStore& review) {
  for (const Event& event : review.events)
    if (event.kind == "create") return event.author;
  return "";
}

}  // namespace hedgerow::workflow
