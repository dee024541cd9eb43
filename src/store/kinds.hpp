// The kinds of events that this version knows. Meaning and fields of each: docs/formats/store.md.
#pragma once

#include <span>
#include <string_view>

namespace hedgerow::store {

/// All kinds, in the order of the table in docs/formats/store.md.
std::span<const std::string_view> event_kinds();
bool is_event_kind(std::string_view kind);

}  // namespace hedgerow::store
