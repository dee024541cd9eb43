#include "workflow/listing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "dedup/dedup.hpp"
#include "workflow/names.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {
namespace {

Checked check_database(const State& state, const std::string& database) {
  if (database.empty()) return {};
  std::vector<std::string> names;
  for (const Import& import : state.imports) {
    if (to_lower(import.name) == to_lower(database)) return {};
    if (std::find(names.begin(), names.end(), import.name) == names.end()) names.push_back(import.name);
  }
  return make_error(ErrorCode::usage,
                    fmt::format("no import is from '{}'; there are: {}{}", database,
                                names.empty() ? "none" : join(names, ", "), did_you_mean(database, names)));
}

bool fits_stage(const State& state, const Document& document, const ListRequest& request) {
  const StageState& of = state.stage(document, request.stage.value_or(current_stage(document)));
  if (request.outcome) return of.outcome == *request.outcome;
  return !request.stage || of.outcome != Outcome::unseen;
}

bool fits_database(const State& state, const Document& document, const std::string& database) {
  if (database.empty()) return true;
  for (const std::string& name : databases_of(state, document))
    if (to_lower(name) == to_lower(database)) return true;
  return false;
}

// The best field of each record of the group; `group` stands in the order of the document's records.
records::Record best_of(std::vector<records::Record> group, const Document& document) {
  if (group.size() == 1) return std::move(group.front());
  std::vector<std::size_t> members(group.size());
  std::iota(members.begin(), members.end(), std::size_t{0});
  const auto kept = std::find(document.records.begin(), document.records.end(), document.kept);
  return dedup::merged(group, members, static_cast<std::size_t>(kept - document.records.begin()));
}

// All that a search looks at, folded.
std::string haystack(const records::Record& record) {
  return fold_for_search(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", record.title, record.original_title,
                                     record.abstract, join(record.authors, "\n"), record.journal,
                                     join(record.keywords, "\n"), record.doi, record.pmid));
}

// Per record of the store, whether it holds all words.
Expected<std::vector<bool>> search_records(const ReviewStore& review, const std::string& text) {
  std::vector<std::string> words;
  for (const std::string& word : split(fold_for_search(text), ' '))
    if (!trim(word).empty()) words.emplace_back(trim(word));
  HR_TRY(const std::vector<store::StoredRecord> records, review.store.record_texts());
  std::vector<bool> found(review.heads.empty() ? 0 : static_cast<std::size_t>(review.heads.back().id) + 1);
  for (const store::StoredRecord& stored : records) {
    if (static_cast<std::size_t>(stored.id) >= found.size()) break;
    const std::string hay = haystack(stored.record);
    found[static_cast<std::size_t>(stored.id)] = std::all_of(
        words.begin(), words.end(), [&](const std::string& word) { return hay.find(word) != std::string::npos; });
  }
  return found;
}

records::Extra column(const std::string& name) { return {"hedgerow_" + name, {}}; }

}  // namespace

std::vector<std::string> databases_of(const State& state, const Document& document) {
  std::vector<std::string> names;
  for (const std::int64_t record : document.records) {
    const std::string& name = state.imports[state.import_of.at(record)].name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

Expected<std::vector<std::size_t>> list_documents(const ReviewStore& review, const ListRequest& request) {
  const State& state = review.state;
  HR_CHECK(check_database(state, request.database));
  std::vector<bool> found;
  if (!request.search.empty()) {
    HR_TRY(found, search_records(review, request.search));
  }
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i < state.documents.size(); ++i) {
    const Document& document = state.documents[i];
    const bool holds = request.search.empty() ||
                       std::any_of(document.records.begin(), document.records.end(),
                                   [&](std::int64_t record) { return found[static_cast<std::size_t>(record)]; });
    if (holds && fits_stage(state, document, request) && fits_database(state, document, request.database))
      list.push_back(i);
  }
  return list;
}

Expected<records::Record> shown_record(const ReviewStore& review, const Document& document) {
  std::vector<records::Record> group;
  for (const std::int64_t id : document.records) {
    HR_TRY(store::StoredRecord stored, review.store.record(id));
    group.push_back(std::move(stored.record));
  }
  return best_of(std::move(group), document);
}

Expected<std::vector<records::Record>> shown_records(const ReviewStore& review,
                                                     std::span<const std::size_t> documents) {
  HR_TRY(const std::vector<store::StoredRecord> all, review.store.records());
  std::unordered_map<std::int64_t, const records::Record*> by_id;
  for (const store::StoredRecord& stored : all) by_id[stored.id] = &stored.record;
  std::vector<records::Record> shown;
  for (const std::size_t index : documents) {
    const Document& document = review.state.documents[index];
    std::vector<records::Record> group;
    for (const std::int64_t id : document.records) group.push_back(*by_id.at(id));
    shown.push_back(best_of(std::move(group), document));
  }
  return shown;
}

std::vector<records::Extra> decision_columns(const ReviewStore& review, std::span<const std::size_t> documents) {
  std::vector<records::Extra> columns = {
      column("record"),          column("duplicates"), column("databases"),       column("abstract"),
      column("abstract_reason"), column("fulltext"),   column("fulltext_reason"), column("study")};
  for (const std::size_t index : documents) {
    const Document& document = review.state.documents[index];
    std::vector<std::string> others;
    for (const std::int64_t record : document.records)
      if (record != document.kept) others.push_back(std::to_string(record));
    const std::string values[] = {std::to_string(document.kept),
                                  join(others, "; "),
                                  join(databases_of(review.state, document), "; "),
                                  name(document.abstract.outcome),
                                  document.abstract.reason,
                                  name(document.fulltext.outcome),
                                  document.fulltext.reason,
                                  document.study};
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].values.push_back(values[i]);
  }
  return columns;
}

std::vector<records::Extra> vote_columns(const ReviewStore& review, std::span<const std::size_t> documents) {
  std::vector<records::Extra> columns;
  for (const Stage stage : {Stage::abstract, Stage::fulltext})
    for (const std::string& reviewer : review.state.reviewers) {
      records::Extra votes = column(fmt::format("{}_{}", name(stage), reviewer));
      for (const std::size_t index : documents) {
        const Decision* vote = vote_of(review.state.stage(review.state.documents[index], stage), reviewer);
        votes.values.emplace_back(vote == nullptr ? "" : name(vote->vote));
      }
      columns.push_back(std::move(votes));
    }
  return columns;
}

}  // namespace hedgerow::workflow
