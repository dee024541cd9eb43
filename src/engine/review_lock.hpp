// hedgerow.lock: what the results were made from and what they were, so that a later run can say what changed.
//
// It holds the current state and the one before the last change. Without the latter a second run without change would
// have to forget what the first one reported, and its bytes would differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "engine/review_evidence.hpp"

namespace hedgerow::engine {

inline constexpr const char* kLockFile = "hedgerow.lock";
inline constexpr const char* kLockSchema = "hedgerow.lock/1";

struct LockState {
  Labels inputs;   ///< file -> checksum
  Labels results;  ///< analysis -> "estimate=...; ci_lb=...; ..."
  bool operator==(const LockState&) const = default;
};

struct Lock {
  std::string version;
  LockState now;
  std::optional<LockState> before;  ///< state before the last change
  std::vector<std::string> files;   ///< outputs, so that what a user put beside them is not taken for ours
};

/// The state of a run.
LockState lock_state(const ReviewEvidence& evidence);
/// The lock after this run, given the one before it.
Lock next_lock(LockState now, const std::optional<Lock>& old);
/// Differences between `before` and `now` of a lock; empty if nothing is known of before.
std::vector<Change> lock_changes(const Lock& lock);

std::string to_text(const Lock& lock);
Expected<Lock> parse_lock(std::string_view bytes, const std::string& source);

}  // namespace hedgerow::engine
