#include "workflow/screen_session.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/text.hpp"
#include "workflow/detail/event_detail.hpp"
#include "workflow/listing.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::workflow {

Expected<ScreenSession> ScreenSession::start(ReviewStore review, const std::string& author, Stage stage,
                                             std::vector<Term> terms, Order order) {
  HR_CHECK(may_vote(review, author));
  ScreenSession session(std::move(review), author, stage, std::move(terms), std::move(order));
  HR_CHECK(session.fill());
  return session;
}

Expected<ScreenSession> ScreenSession::referee(ReviewStore review, const std::string& author, Stage stage,
                                               std::vector<Term> terms, bool may_vote) {
  ScreenSession session(std::move(review), author, stage, std::move(terms), {});
  session.referee_ = true;
  session.referee_may_vote_ = may_vote;
  HR_CHECK(session.fill());
  return session;
}

const StageRule& ScreenSession::rule() const {
  return stage_ == Stage::abstract ? review_.state.abstract : review_.state.fulltext;
}

// What is still to come, in its present order, behind what was shown already.
Checked ScreenSession::fill() {
  std::vector<std::size_t> order;
  if (order_) {
    HR_TRY(order, order_(review_));
  }
  const std::unordered_set<std::int64_t> known(list_.begin(), list_.end());
  for (const std::size_t index :
       referee_ ? conflicts(review_.state, stage_) : work_list(review_.state, stage_, author_, order).documents) {
    const Document& document = review_.state.documents[index];
    if (referee_ && !decides(review_.state.stage(document, stage_))) continue;
    if (!known.contains(document.kept)) list_.push_back(document.kept);
  }
  return {};
}

// Whether this referee may decide a conflict.
bool ScreenSession::decides(const StageState& of) const { return referee_may_vote_ || !has_voted(of, author_); }

bool ScreenSession::waits(std::int64_t record) const {
  const auto document = review_.state.document_of.find(record);
  if (document == review_.state.document_of.end()) return false;
  const StageState& of = review_.state.stage(review_.state.documents[document->second], stage_);
  if (referee_) return of.outcome == Outcome::conflict && decides(of);
  const std::vector<std::int64_t>& sample = review_.state.sample(stage_).records;
  const bool drawn = of.automatic && std::find(sample.begin(), sample.end(), record) != sample.end();
  return waits_for_votes(of, drawn) && vote_of(of, author_) == nullptr;
}

std::optional<std::size_t> ScreenSession::current() const {
  if (at_ >= list_.size()) return std::nullopt;
  const auto document = review_.state.document_of.find(list_[at_]);
  if (document == review_.state.document_of.end()) return std::nullopt;
  return document->second;
}

// To the next document that still needs this reviewer. What lies ahead is ordered anew first: colleagues have voted,
// and the model has learned.
Checked ScreenSession::advance() {
  if (at_ < list_.size()) list_.resize(at_ + 1);
  HR_CHECK(fill());
  while (at_ < list_.size() && !waits(list_[at_])) ++at_;
  if (at_ < list_.size()) return {};
  // At the end: back to the first that was skipped with J.
  const auto skipped = std::find_if(list_.begin(), list_.end(), [this](std::int64_t record) { return waits(record); });
  at_ = static_cast<std::size_t>(skipped - list_.begin());
  return {};
}

void ScreenSession::move(int by) {
  if (by < 0 && at_ == 0)
    message_ = "this is the first one";
  else if (by > 0 && at_ + 1 >= list_.size())
    message_ = "this is the last one";
  else
    at_ = by < 0 ? at_ - 1 : at_ + 1;
}

// A refused request is a message, a store that can't be written is an error.
Checked ScreenSession::write(const Expected<store::Event>& event, const std::string& done) {
  if (!event) {
    message_ = event.error().message;
    return {};
  }
  if (auto id = review_.append(std::span(&event.value(), 1)); !id) return id.error();
  message_ = done;
  return {};
}

Checked ScreenSession::decide(Vote vote, const std::string& reason) {
  if (!current()) {
    message_ = "nothing is left to decide";
    return {};
  }
  const std::int64_t record = list_[at_];
  const std::int64_t before = review_.state.last_event;
  const VoteRequest request{author_, record, stage_, vote, reason, "", referee_may_vote_};
  const auto event = referee_ ? resolve_event(review_, request) : vote_event(review_, request);
  HR_CHECK(write(event, fmt::format("{}: {}{}", record, name(vote), reason.empty() ? "" : " (" + reason + ")")));
  if (review_.state.last_event != before) return advance();
  return {};
}

Checked ScreenSession::undo_last() {
  const auto vote = last_own_vote(review_, author_, referee_ ? "resolve" : "vote");
  const std::string what = referee_ ? "decision" : "vote";
  if (!vote) {
    message_ = "there is no " + what + " of yours to undo";
    return {};
  }
  std::int64_t record = 0;
  for (const store::Event& event : review_.events)
    if (event.id == *vote) record = event.record;
  HR_CHECK(write(undo_event(review_, author_, *vote), fmt::format("{}: your last {} is undone", record, what)));
  const auto document = review_.state.document_of.find(record);
  if (document == review_.state.document_of.end()) return {};
  const std::int64_t kept = review_.state.documents[document->second].kept;
  auto place = std::find(list_.begin(), list_.end(), kept);
  if (place == list_.end()) place = list_.insert(list_.begin(), kept);
  at_ = static_cast<std::size_t>(place - list_.begin());
  return {};
}

Expected<ScreenSession::Then> ScreenSession::press(char key) {
  message_.clear();
  const char lower = to_lower(std::string_view(&key, 1)).front();
  if (lower >= '1' && lower <= '9') {
    const auto number = static_cast<std::size_t>(lower - '0');
    if (number > rule().reasons.size()) {
      message_ = rule().reasons.empty()
                     ? "no reasons are declared for this stage ('hedgerow screen rule' declares them)"
                     : fmt::format("there are {} reasons", rule().reasons.size());
      return Then::nothing;
    }
    HR_CHECK(decide(Vote::exclude, rule().reasons[number - 1]));
    return Then::nothing;
  }
  switch (lower) {
    case 'i':
      HR_CHECK(decide(Vote::include, ""));
      return Then::nothing;
    case 'e':
      HR_CHECK(decide(Vote::exclude, ""));
      return Then::nothing;
    case 'u':
      if (referee_) {
        move(1);
        if (message_.empty()) message_ = "left open";
        return Then::nothing;
      }
      HR_CHECK(decide(Vote::maybe, ""));
      return Then::nothing;
    case 'z':
      HR_CHECK(undo_last());
      return Then::nothing;
    case 'j':
      move(1);
      return Then::nothing;
    case 'k':
      move(-1);
      return Then::nothing;
    case 'h':
      highlights_ = !highlights_;
      return Then::nothing;
    case 'n':
      return current() ? Then::read_note : Then::nothing;
    case '/':
      return Then::read_search;
    case '?':
      return Then::help;
    case 'q':
      return Then::quit;
    default:
      message_ = "? shows the keys";
      return Then::nothing;
  }
}

Checked ScreenSession::note(const std::string& text) {
  message_.clear();
  if (trim(text).empty() || !current()) return {};
  store::Event event;
  event.kind = "note";
  event.author = author_;
  event.record = list_[at_];
  event.detail =
      nlohmann::json{{"text", std::string(trim(text))}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return write(event, "note kept");
}

Checked ScreenSession::search(const std::string& words) {
  message_.clear();
  if (trim(words).empty()) return {};
  ListRequest request;
  request.search = words;
  HR_TRY(const std::vector<std::size_t> found, list_documents(review_, request));
  for (std::size_t step = 1; step <= list_.size(); ++step) {
    const std::size_t place = (at_ + step) % list_.size();
    const auto document = review_.state.document_of.find(list_[place]);
    if (document == review_.state.document_of.end()) continue;
    if (!std::binary_search(found.begin(), found.end(), document->second)) continue;
    at_ = place;
    message_ = fmt::format("'{}' is in {} documents of the review", trim(words), found.size());
    return {};
  }
  message_ = fmt::format("'{}' is in no document of your list", trim(words));
  return {};
}

namespace {

std::string decision_text(const Decision& decision) {
  return name(decision.vote) + (decision.reason.empty() ? std::string() : " (" + decision.reason + ")");
}

}  // namespace

// What this person has decided about the document that is shown.
std::string ScreenSession::own_decision(const StageState& of) const {
  if (referee_) return of.resolution ? decision_text(*of.resolution) : "";
  const Decision* vote = vote_of(of, author_);
  return vote ? decision_text(*vote) : "";
}

void ScreenSession::count(ScreenView& view) const {
  const WorkList list = work_list(review_.state, stage_, author_);
  view.conflicts = list.conflicts;
  view.done = list.done;
  view.total = list.done + list.documents.size();
  if (!referee_) return;
  view.done = 0;
  for (const Document& document : review_.state.documents)
    view.done += review_.state.stage(document, stage_).resolution.has_value();
  view.total = view.done + list.conflicts;
  for (const std::size_t index : hedgerow::workflow::conflicts(review_.state, stage_))
    view.withheld += !decides(review_.state.stage(review_.state.documents[index], stage_));
}

Expected<ScreenView> ScreenSession::view() const {
  ScreenView view;
  count(view);
  view.message = message_;
  const auto index = current();
  if (!index) return view;
  const Document& document = review_.state.documents[*index];
  view.id = document.kept;
  HR_TRY(view.record, shown_record(review_, document));
  if (highlights_) {
    view.title_marks = marks(view.record.title, terms_);
    view.abstract_marks = marks(view.record.abstract, terms_);
  }
  const StageState& of = review_.state.stage(document, stage_);
  view.own_vote = own_decision(of);
  if (referee_)
    for (const Decision& vote : of.votes)
      view.votes.push_back(fmt::format("{}: {}{}", vote.reviewer, decision_text(vote),
                                       vote.note.empty() ? "" : fmt::format(" \"{}\"", vote.note)));
  const std::vector<bool> counts = standing(review_.events);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const store::Event& event = review_.events[i];
    if (counts[i] && event.kind == "note" && event.author == author_ && event.record == view.id)
      view.notes.push_back(detail::detail_text(event, "text"));
  }
  return view;
}

}  // namespace hedgerow::workflow
