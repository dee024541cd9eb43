#include "workflow/state.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "store/kinds.hpp"
#include "workflow/detail/document_work.hpp"
#include "workflow/detail/event_detail.hpp"
#include "workflow/detail/groups.hpp"
#include "workflow/names.hpp"
#include "workflow/plan.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::workflow {
namespace {

using detail::event_error;
using store::Event;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// previous before database before registry before the others, which are equal (see Document::origin).
int rank(Origin origin) {
  switch (origin) {
    case Origin::previous:
      return 0;
    case Origin::database:
      return 1;
    case Origin::registry:
      return 2;
    default:
      return 3;
  }
}

bool by_other_methods(Origin origin) { return rank(origin) == 3; }

// Reads the log three times: for what each record is (imports), for which records are one document (links), and for
// what was said of each document. So an event about a record is about its document, however late the link came.
class Fold {
 public:
  Fold(std::span<const Event> events, std::span<const store::StoredRecord> heads)
      : events_(events), heads_(heads), counts_(standing(events)) {}

  Expected<State> run() {
    state_.last_event = events_.empty() ? 0 : events_.back().id;
    HR_CHECK(read_imports());
    HR_CHECK(each([this](const Event& event) { return read_pair(event); }));
    make_documents();
    HR_CHECK(each([this](const Event& event) { return read_screening(event); }));
    finish();
    return std::move(state_);
  }

 private:
  template <class Read>
  Checked each(Read read) {
    for (std::size_t i = 0; i < events_.size(); ++i)
      if (counts_[i]) HR_CHECK(read(events_[i]));
    return {};
  }

  Checked read_imports() {
    for (std::size_t i = 0; i < heads_.size(); ++i) head_of_[heads_[i].id] = i;
    import_of_head_.assign(heads_.size(), kNowhere);
    std::unordered_map<std::int64_t, std::size_t> import_of_event;
    HR_CHECK(each([&](const Event& event) -> Checked {
      if (!store::is_event_kind(event.kind)) return event_error(event, "this version does not know it");
      if (event.record != 0 && !head_of_.contains(event.record))
        return event_error(event, fmt::format("there is no record {}", event.record));
      if (event.kind != "import") return {};
      const auto origin = origin_named(event.value);
      if (!origin) return event_error(event, origin.error().message);
      import_of_event[event.id] = state_.imports.size();
      state_.imports.push_back(
          {event.id, *origin, detail::detail_text(event, "name"), detail::detail_text(event, "file"), event.time, 0});
      return {};
    }));
    for (std::size_t i = 0; i < heads_.size(); ++i) {
      const auto import = import_of_event.find(heads_[i].import_event);
      if (import == import_of_event.end()) continue;
      import_of_head_[i] = import->second;
      state_.import_of[heads_[i].id] = import->second;
      Import& of = state_.imports[import->second];
      ++of.records;
      if (of.name.empty()) of.name = heads_[i].record.source.database;
    }
    return {};
  }

  Checked read_pair(const Event& event) {
    if (event.kind != "link" && event.kind != "unlink" && event.kind != "different") return {};
    const auto second = head_of_.find(event.other);
    if (event.record == 0 || second == head_of_.end())
      return event_error(event, fmt::format("there is no record {}", event.record == 0 ? 0 : event.other));
    const std::size_t a = head_of_[event.record], b = second->second;
    if (import_of_head_[a] == kNowhere || import_of_head_[b] == kNowhere) return {};
    if (event.kind == "unlink")
      pairs_.unlink(a, b);
    else if (event.kind == "different")
      pairs_.different(a, b);
    else if (event.value == "automatic" || event.value == "manual")
      pairs_.link(a, b, event.value == "manual");
    else
      return event_error(event, fmt::format("'{}' is neither automatic nor manual", event.value));
    return {};
  }

  void make_documents() {
    for (const auto& [a, b] : pairs_.different_pairs())
      state_.different.emplace_back(std::minmax(heads_[a].id, heads_[b].id));
    std::sort(state_.different.begin(), state_.different.end());
    const std::vector<std::size_t> groups = pairs_.groups(heads_.size());
    std::vector<std::size_t> document_of_group(heads_.size(), kNowhere);
    state_.documents.reserve(heads_.size());
    for (std::size_t i = 0; i < heads_.size(); ++i) {
      if (import_of_head_[i] == kNowhere) continue;
      const Origin origin = state_.imports[import_of_head_[i]].origin;
      std::size_t& index = document_of_group[groups[i]];
      if (index == kNowhere) {
        index = state_.documents.size();
        state_.documents.emplace_back();
        state_.documents.back().origin = origin;
      }
      Document& document = state_.documents[index];
      document.records.push_back(heads_[i].id);
      if (rank(origin) < rank(document.origin)) document.origin = origin;
      state_.document_of[heads_[i].id] = index;
    }
    work_.resize(state_.documents.size());
  }

  Checked read_screening(const Event& event) {
    if (event.kind == "reviewer") add_reviewer(event.value, true);
    if (event.kind == "remove-reviewer") remove_reviewer(event.value);
    if (event.kind == "rule") {
      HR_TRY(const Stage stage, stage_of(event));
      return detail::apply_rule(event, stage == Stage::abstract ? state_.abstract : state_.fulltext);
    }
    if (event.kind == "reopen" && event.record == 0) {
      HR_TRY(const Stage stage, stage_of(event));
      for (detail::DocumentWork& work : work_) stage_work(work, stage).reopen();
      return {};
    }
    if (event.kind == "sample") return read_sample(event);
    const auto document = state_.document_of.find(event.record);
    if (document == state_.document_of.end()) return {};
    detail::DocumentWork& work = work_[document->second];
    HR_CHECK(read_decision(event, work));
    return read_fact(event, work);
  }

  Checked read_sample(const Event& event) {
    HR_TRY(const Stage stage, stage_of(event));
    RandomSample& sample = stage == Stage::abstract ? state_.abstract_sample : state_.fulltext_sample;
    HR_CHECK(detail::apply_sample(event, sample));
    for (const std::int64_t record : sample.records)
      if (!head_of_.contains(record)) return event_error(event, fmt::format("there is no record {}", record));
    return {};
  }

  // Votes, and what undoes or outranks them.
  Checked read_decision(const Event& event, detail::DocumentWork& work) {
    const bool vote = event.kind == "vote", resolve = event.kind == "resolve";
    if (!vote && !resolve && event.kind != "withdraw" && event.kind != "reopen" && event.kind != "auto-exclude")
      return {};
    HR_TRY(const Stage which, stage_of(event));
    detail::StageWork& stage = stage_work(work, which);
    Decision decision{event.id, event.author, event.time, Vote::exclude, event.reason, ""};
    if (vote || resolve) {
      const auto value = vote_named(event.value);
      if (!value || (resolve && *value == Vote::maybe))
        return event_error(event, fmt::format("'{}' is no decision", event.value));
      decision.vote = *value;
      decision.note = detail::detail_text(event, "note");
    }
    if (vote) {
      add_reviewer(event.author, false);
      stage.vote(decision);
    } else if (resolve) {
      stage.resolution = decision;
    } else if (event.kind == "withdraw") {
      stage.withdraw(event.author);
    } else if (event.kind == "reopen") {
      stage.reopen();
    } else {
      stage.automatic = decision;
    }
    return {};
  }

  Checked read_fact(const Event& event, detail::DocumentWork& work) {
    const auto one_of = [&](const char* a, const char* b) -> Checked {
      if (event.value == a || event.value == b) return {};
      return event_error(event, fmt::format("'{}' is neither {} nor {}", event.value, a, b));
    };
    if (event.kind == "keep") work.kept = event.record;
    if (event.kind == "remove") {
      HR_CHECK(one_of("automatic", "other"));
      work.removed_automatic = event.value == "automatic";
      work.removed_other = !work.removed_automatic;
    }
    if (event.kind == "retrieval") {
      HR_CHECK(one_of("retrieved", "not-retrieved"));
      work.not_retrieved = event.value == "not-retrieved";
    }
    if (event.kind == "study") work.study = event.value;
    if (event.kind == "label") {
      if (!event.value.empty()) HR_CHECK(one_of("awaiting", "ongoing"));
      work.label = event.value;
    }
    return {};
  }

  Expected<Stage> stage_of(const Event& event) const {
    if (const auto stage = stage_named(event.stage)) return *stage;
    return event_error(event, fmt::format("'{}' is no stage", event.stage));
  }

  static detail::StageWork& stage_work(detail::DocumentWork& work, Stage stage) {
    return stage == Stage::abstract ? work.abstract : work.fulltext;
  }

  // Who votes is a reviewer; but a removed one comes back by a word of the review alone, not by a vote.
  void add_reviewer(const std::string& name, bool declared) {
    if (!declared && contains(state_.removed_reviewers, name)) return;
    std::erase(state_.removed_reviewers, name);
    if (!contains(state_.reviewers, name)) state_.reviewers.push_back(name);
  }

  void remove_reviewer(const std::string& name) {
    std::erase(state_.reviewers, name);
    if (!contains(state_.removed_reviewers, name)) state_.removed_reviewers.push_back(name);
  }

  void finish() {
    for (std::size_t i = 0; i < work_.size(); ++i) {
      Document& document = state_.documents[i];
      detail::DocumentWork& work = work_[i];
      document.kept = work.kept != 0 ? work.kept : document.records.front();
      document.removed_automatic = work.removed_automatic;
      document.removed_other = work.removed_other;
      document.not_retrieved = work.not_retrieved;
      document.study = std::move(work.study);
      document.label = std::move(work.label);
      const bool in_review =
          !document.removed_automatic && !document.removed_other && document.origin != Origin::previous;
      const bool other = by_other_methods(document.origin);
      document.abstract = detail::finish(work.abstract, state_.abstract, state_.reviewers, in_review && !other);
      const bool sought = in_review && (other || document.abstract.outcome == Outcome::included);
      document.fulltext = detail::finish(work.fulltext, state_.fulltext, state_.reviewers,
                                         sought && !document.not_retrieved && document.label.empty());
    }
  }

  std::span<const Event> events_;
  std::span<const store::StoredRecord> heads_;
  std::vector<bool> counts_;
  State state_;
  std::unordered_map<std::int64_t, std::size_t> head_of_;
  std::vector<std::size_t> import_of_head_;
  detail::PairWords pairs_;
  std::vector<detail::DocumentWork> work_;
};

}  // namespace

Expected<State> fold(std::span<const store::Event> events, std::span<const store::StoredRecord> heads) {
  for (std::size_t i = 1; i < events.size(); ++i)
    if (events[i].id <= events[i - 1].id)
      return event_error(events[i], fmt::format("comes after event {} in the log", events[i - 1].id));
  return Fold(events, heads).run();
}

}  // namespace hedgerow::workflow
