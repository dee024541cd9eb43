// Which documents a list shows, and the decisions that go with them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "records/write.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

struct ListRequest {
  std::optional<Stage> stage{};      ///< documents that have reached it; the stage of `outcome`
  std::optional<Outcome> outcome{};  ///< in the stage, or in the one in which the document waits
  std::string database;              ///< one of its records is from there (ignoring case)
  std::string search;  ///< words that title, abstract, authors, journal, keywords or ids hold, all of them
};

/// Indices into State::documents, in their order. Errors: a database that no import has (with the nearest); those of
/// the store.
Expected<std::vector<std::size_t>> list_documents(const ReviewStore& review, const ListRequest& request);

/// A document's record as a list shows it: the best of each field over its group (dedup::merged).
Expected<records::Record> shown_record(const ReviewStore& review, const Document& document);

/// The same for many documents, in their order: the store is read once.
Expected<std::vector<records::Record>> shown_records(const ReviewStore& review, std::span<const std::size_t> documents);

/// Columns that an export carries beside the record: number, duplicates, databases, decision and reason of each stage.
std::vector<records::Extra> decision_columns(const ReviewStore& review, std::span<const std::size_t> documents);

/// One column per reviewer and stage with the vote that counts: not for blinded eyes.
std::vector<records::Extra> vote_columns(const ReviewStore& review, std::span<const std::size_t> documents);

/// Names of the databases whose records a document has, each once.
std::vector<std::string> databases_of(const State& state, const Document& document);

}  // namespace hedgerow::workflow
