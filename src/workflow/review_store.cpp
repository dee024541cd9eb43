#include "workflow/review_store.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

namespace hedgerow::workflow {

Expected<ReviewStore> ReviewStore::open(const std::string& folder) {
  HR_TRY(store::Store opened, store::Store::open((std::filesystem::path(folder) / kStoreFile).string()));
  ReviewStore review{std::move(opened), {}, {}, {}};
  HR_CHECK(review.refresh());
  return review;
}

// Events first: a record that comes between the two questions is then one whose import is not known yet, which the fold
// leaves out.
Checked ReviewStore::refresh() {
  HR_TRY(std::vector<store::Event> added, store.events(events.empty() ? 0 : events.back().id));
  const bool imported = heads.empty() || std::any_of(added.begin(), added.end(),
                                                     [](const store::Event& event) { return event.kind == "import"; });
  events.insert(events.end(), std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
  if (imported) {
    HR_TRY(heads, store.record_heads());
  }
  HR_TRY(state, fold(events, heads));
  return {};
}

Expected<std::int64_t> ReviewStore::append(std::span<const store::Event> added) {
  HR_TRY(const std::int64_t first, store.append(added));
  HR_CHECK(refresh());
  return first;
}

const store::StoredRecord& ReviewStore::head(std::int64_t id) const {
  const auto found = std::lower_bound(heads.begin(), heads.end(), id,
                                      [](const store::StoredRecord& head, std::int64_t key) { return head.id < key; });
  HR_ASSERT(found != heads.end() && found->id == id);
  return *found;
}

Expected<std::size_t> ReviewStore::document_of(std::int64_t record) const {
  const auto found = state.document_of.find(record);
  if (found != state.document_of.end()) return found->second;
  if (heads.empty())
    return make_error(ErrorCode::usage, fmt::format("there is no record {}: the store has none yet", record));
  if (record < 1 || record > heads.back().id)
    return make_error(ErrorCode::usage,
                      fmt::format("there is no record {}; the records are 1 to {}", record, heads.back().id));
  return make_error(ErrorCode::usage, fmt::format("record {} is gone: its import was undone", record));
}

}  // namespace hedgerow::workflow
