#include "workflow/dedup_step.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "workflow/standing.hpp"

namespace hedgerow::workflow {
namespace {

using IdPair = std::pair<std::int64_t, std::int64_t>;

IdPair ordered(std::int64_t a, std::int64_t b) { return {std::min(a, b), std::max(a, b)}; }

/// The last word on each pair of records that the log has one for.
std::map<IdPair, std::string> last_words(const ReviewStore& review) {
  std::map<IdPair, std::string> words;
  for (const store::Event& event : standing_events(review.events))
    if (event.kind == "link" || event.kind == "unlink" || event.kind == "different")
      words[ordered(event.record, event.other)] = event.kind;
  return words;
}

/// Groups of documents that links join, by union and find.
class Joined {
 public:
  explicit Joined(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t root(std::size_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  bool join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (a == b) return false;
    parent_[std::max(a, b)] = std::min(a, b);
    return true;
  }

 private:
  std::vector<std::size_t> parent_;
};

/// The records that count, with the places of their ids.
struct Records {
  std::vector<records::Record> records;
  std::vector<std::int64_t> ids;
  std::map<std::int64_t, std::size_t> place;
};

Expected<Records> read_records(const ReviewStore& review) {
  HR_TRY(std::vector<store::StoredRecord> stored, review.store.record_texts());
  Records result;
  for (store::StoredRecord& one : stored) {
    if (review.state.document_of.find(one.id) == review.state.document_of.end()) continue;
    result.place[one.id] = result.ids.size();
    result.ids.push_back(one.id);
    result.records.push_back(std::move(one.record));
  }
  return result;
}

dedup::Known known_pairs(const ReviewStore& review, const Records& records) {
  dedup::Known known;
  for (const Document& document : review.state.documents)
    for (std::size_t i = 1; i < document.records.size(); ++i)
      known.same.emplace_back(records.place.at(document.records[0]), records.place.at(document.records[i]));
  const auto apart = [&](IdPair pair) {
    const auto a = records.place.find(pair.first), b = records.place.find(pair.second);
    if (a != records.place.end() && b != records.place.end()) known.different.emplace_back(a->second, b->second);
  };
  for (const auto& pair : review.state.different) apart(ordered(pair.first, pair.second));
  for (const auto& [pair, word] : last_words(review))
    if (word != "link") apart(pair);
  return known;
}

std::string link_detail(const dedup::Pair& pair) {
  nlohmann::ordered_json detail;
  detail["score"] = std::round(pair.score * 1e4) / 1e4;
  detail["reason"] = pair.reason;
  return detail.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Expected<DedupPlan> plan_dedup(const ReviewStore& review, const std::string& author, dedup::Options options,
                               Progress& progress) {
  HR_TRY(const Records records, read_records(review));
  options.known = known_pairs(review, records);
  options.new_from = 0;
  dedup::Result found = dedup::find_duplicates(records.records, options, progress);

  DedupPlan plan;
  plan.records = records.ids.size();
  plan.documents_before = review.state.documents.size();
  plan.documents_after = found.kept.size();
  std::stable_sort(found.pairs.begin(), found.pairs.end(),
                   [](const dedup::Pair& a, const dedup::Pair& b) { return a.score > b.score; });
  const auto document = [&](std::size_t place) { return review.state.document_of.at(records.ids[place]); };
  Joined joined(review.state.documents.size());
  for (const dedup::Pair& pair : found.pairs) {
    const bool together = found.group[pair.first] == found.group[pair.second];
    if (together && pair.answer == dedup::Answer::same && joined.join(document(pair.first), document(pair.second))) {
      store::Event event;
      event.author = author;
      event.kind = "link";
      event.value = "automatic";
      event.record = records.ids[pair.first];
      event.other = records.ids[pair.second];
      event.detail = link_detail(pair);
      plan.links.push_back(std::move(event));
    }
    if (!together)
      plan.questions.push_back({records.ids[pair.first], records.ids[pair.second], pair.score, pair.reason});
  }
  return plan;
}

Expected<store::Event> decide_event(const ReviewStore& review, const std::string& author, std::int64_t first,
                                    std::int64_t second, bool same) {
  if (first == second) return make_error(ErrorCode::usage, fmt::format("record {} is one record, not two", first));
  HR_TRY(const std::size_t one, review.document_of(first));
  HR_TRY(const std::size_t other, review.document_of(second));
  const auto words = last_words(review);
  const auto word = words.find(ordered(first, second));
  if (same && one == other)
    return make_error(ErrorCode::usage, fmt::format("records {} and {} are one document already", first, second));
  if (!same && word != words.end() && word->second == "different")
    return make_error(ErrorCode::usage, fmt::format("records {} and {} are called different already", first, second));
  store::Event event;
  event.author = author;
  event.kind = same ? "link" : "different";
  if (same) event.value = "manual";
  event.record = first;
  event.other = second;
  return event;
}

}  // namespace hedgerow::workflow
