#include "store/kinds.hpp"

#include <algorithm>
#include <array>

namespace hedgerow::store {
namespace {

constexpr std::array<std::string_view, 27> kKinds = {
    "create", "import", "link",     "unlink",    "different", "keep",         "remove", "reviewer",  "remove-reviewer",
    "rule",   "vote",   "withdraw", "resolve",   "reopen",    "auto-exclude", "sample", "retrieval", "study",
    "label",  "note",   "rating",   "consensus", "extract",   "agree-value",  "grade",  "count",     "undo"};

}  // namespace

std::span<const std::string_view> event_kinds() { return kKinds; }

bool is_event_kind(std::string_view kind) { return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end(); }

}  // namespace hedgerow::store
