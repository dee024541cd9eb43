// A review folder's store, opened: its log, the heads of its records, and the state that follows from them.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "workflow/state.hpp"

namespace hedgerow::workflow {

inline constexpr const char* kStoreFile = "hedgerow.db";

struct ReviewStore {
  store::Store store;
  std::vector<store::Event> events;
  std::vector<store::StoredRecord> heads;  ///< records without abstracts and tags, in the order of their ids
  State state;

  /// Errors: those of the store, and of its log.
  static Expected<ReviewStore> open(const std::string& folder);
  /// Reads what was added since, by this process or by others.
  Checked refresh();
  /// Appends and refreshes; gives the id of the first event.
  Expected<std::int64_t> append(std::span<const store::Event> added);

  /// The head of a record that exists.
  const store::StoredRecord& head(std::int64_t id) const;
  /// The document of a record. Errors: no such record, its import was undone.
  Expected<std::size_t> document_of(std::int64_t record) const;
};

}  // namespace hedgerow::workflow
