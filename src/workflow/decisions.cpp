#include "workflow/decisions.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::workflow {
namespace {

/// Letters and digits of a title: what two spellings have in common.
std::string title_key(std::string_view title) {
  std::string key;
  for (const char c : fold_for_search(title))
    if (static_cast<unsigned char>(c) >= 128 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) key += c;
  return key;
}

/// Records by what a table may call them.
struct Names {
  std::unordered_map<std::string, std::int64_t> record, doi, pmid, title;

  explicit Names(std::span<const store::StoredRecord> records) {
    for (const store::StoredRecord& one : records) {
      record.emplace(std::to_string(one.id), one.id);
      if (!one.record.doi.empty()) doi.emplace(one.record.doi, one.id);
      if (!one.record.pmid.empty()) pmid.emplace(one.record.pmid, one.id);
      if (const std::string key = title_key(one.record.title); !key.empty()) title.emplace(key, one.id);
    }
  }
};

class Rows {
 public:
  Rows(const data::Table& table, std::span<const store::StoredRecord> records, const DecisionRules& rules)
      : table_(table), names_(records), rules_(rules) {}

  Checked check_columns() const {
    for (const char* needed : {"stage", "decision"}) HR_CHECK(table_.column(needed));
    if (rules_.author.empty()) HR_CHECK(table_.column("reviewer"));
    for (const char* way : {"record", "doi", "pmid", "title"})
      if (table_.find(way)) return {};
    return make_error(ErrorCode::input, "no column names the record: one of record, doi, pmid, title is needed",
                      table_.source());
  }

  Expected<store::Event> event(std::size_t row) const {
    store::Event event;
    HR_TRY(event.record, record(row));
    event.author = text(row, "reviewer");
    if (event.author.empty()) event.author = rules_.author;
    if (event.author.empty())
      return fail(row, "reviewer", "is empty: who decided? --author names the reviewer of such rows");
    event.stage = text(row, "stage");
    if (event.stage != "abstract" && event.stage != "fulltext")
      return fail(row, "stage", fmt::format("'{}' is not a stage: abstract, fulltext", event.stage));
    event.time = text(row, "time");
    event.reason = text(row, "reason");
    event.value = text(row, "decision");
    if (const std::string note = text(row, "note"); !note.empty())
      event.detail = nlohmann::json{{"note", note}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const std::string role = text(row, "role");
    if (!role.empty() && role != "referee" && role != "reviewer")
      return fail(row, "role", fmt::format("'{}' is not a role: reviewer, referee", role));
    event.kind = role == "referee" ? "resolve" : "vote";
    if (event.value == "not-retrieved" || event.value == "retrieved") {
      event.kind = "retrieval";
      event.stage.clear();
    } else if (event.value != "include" && event.value != "exclude" && (event.value != "maybe" || role == "referee")) {
      return fail(row, "decision",
                  fmt::format("'{}' is not a decision{}: include, exclude, maybe, retrieved, not-retrieved",
                              event.value, role == "referee" ? " of a referee" : ""));
    }
    if (event.value == "exclude" && !event.reason.empty()) {
      HR_TRY(event.reason, reason(row, event));
    }
    return event;
  }

  Error fail(std::size_t row, const char* column, const std::string& message) const {
    const auto at = table_.find(column);
    return make_error(ErrorCode::input, message, table_.where(row, at ? *at : 0));
  }

 private:
  std::string text(std::size_t row, const char* column) const {
    const auto at = table_.find(column);
    return at ? std::string(table_.cell(row, *at)) : std::string();
  }

  /// A reason in the words of the declared list.
  Expected<std::string> reason(std::size_t row, const store::Event& event) const {
    StageRule rule;
    rule.reasons = event.stage == "abstract" ? rules_.abstract_reasons : rules_.fulltext_reasons;
    const auto known = declared_reason(rule, event.reason);
    if (known) return *known;
    return fail(row, "reason", known.error().message);
  }

  Expected<std::int64_t> record(std::size_t row) const {
    using Map = std::unordered_map<std::string, std::int64_t>;
    const std::pair<const char*, const Map*> ways[] = {
        {"record", &names_.record}, {"doi", &names_.doi}, {"pmid", &names_.pmid}, {"title", &names_.title}};
    const char* tried = nullptr;
    for (const auto& [column, map] : ways) {
      const std::string name = text(row, column);
      if (name.empty()) continue;
      tried = tried ? tried : column;
      const bool title = map == &names_.title;
      const auto found = map->find(title ? title_key(name) : map == &names_.doi ? to_lower(name) : name);
      if (found != map->end()) return found->second;
    }
    if (!tried) return fail(row, "stage", "this row names no record (record, doi, pmid or title)");
    return fail(row, tried, fmt::format("no record of the review has the {} '{}'", tried, text(row, tried)));
  }

  const data::Table& table_;
  Names names_;
  const DecisionRules& rules_;
};

std::int64_t kept_of(const State& state, std::int64_t record) {
  const auto document = state.document_of.find(record);
  return document == state.document_of.end() ? record : state.documents[document->second].kept;
}

/// No referee of the table voted on the same document in the same stage. Decisions stand in the order of the rows.
Checked check_referees(const Rows& rows, std::span<const store::Event> decisions, const State& state) {
  using Vote = std::tuple<std::string, std::int64_t, std::string>;
  std::set<Vote> votes;
  for (const store::Event& event : decisions)
    if (event.kind == "vote") votes.emplace(event.author, kept_of(state, event.record), event.stage);
  for (std::size_t row = 0; row < decisions.size(); ++row) {
    const store::Event& event = decisions[row];
    if (event.kind != "resolve") continue;
    bool voted = votes.contains({event.author, kept_of(state, event.record), event.stage});
    if (const auto found = state.document_of.find(event.record); found != state.document_of.end())
      voted = voted || has_voted(state.stage(state.documents[found->second], *stage_named(event.stage)), event.author);
    if (voted)
      return rows.fail(row, "reviewer",
                       fmt::format("'{}' voted on this record, so somebody else has to be its referee; "
                                   "referee_may_vote = true under [screening] in review.toml allows it",
                                   event.author));
  }
  return {};
}

/// What makes two decisions the same, whichever record of the document they name.
std::string key_of(const store::Event& event, const State& state) {
  const std::int64_t kept = kept_of(state, event.record);
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", event.kind, event.author, kept, event.stage, event.value, event.reason);
}

}  // namespace

Expected<std::vector<store::Event>> decision_events(const data::Table& table, const State& state,
                                                    std::span<const store::StoredRecord> records,
                                                    const DecisionRules& rules_of_table) {
  const Rows rows(table, records, rules_of_table);
  HR_CHECK(rows.check_columns());
  std::vector<store::Event> decisions;
  std::vector<store::Event> events;
  std::set<std::string> known(state.reviewers.begin(), state.reviewers.end());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    HR_TRY(store::Event event, rows.event(row));
    if (event.kind == "vote" && known.insert(event.author).second) {
      store::Event reviewer;
      reviewer.kind = "reviewer";
      reviewer.author = reviewer.value = event.author;
      reviewer.time = event.time;
      events.push_back(std::move(reviewer));
    }
    decisions.push_back(std::move(event));
  }
  if (!rules_of_table.referee_may_vote) HR_CHECK(check_referees(rows, decisions, state));
  events.insert(events.end(), std::make_move_iterator(decisions.begin()), std::make_move_iterator(decisions.end()));
  return events;
}

std::vector<store::Event> not_in_log(std::span<const store::Event> decisions, const State& state,
                                     std::span<const store::Event> standing) {
  std::map<std::string, std::size_t> logged;
  for (const store::Event& event : standing)
    if (event.kind != "reviewer") ++logged[key_of(event, state)];
  std::vector<store::Event> reviewers, left;
  std::set<std::string> voters;
  for (const store::Event& event : decisions) {
    if (event.kind == "reviewer") {
      reviewers.push_back(event);
      continue;
    }
    if (const auto found = logged.find(key_of(event, state)); found != logged.end() && found->second > 0) {
      --found->second;
      continue;
    }
    voters.insert(event.author);
    left.push_back(event);
  }
  std::erase_if(reviewers, [&](const store::Event& event) { return !voters.contains(event.author); });
  reviewers.insert(reviewers.end(), left.begin(), left.end());
  return reviewers;
}

}  // namespace hedgerow::workflow
