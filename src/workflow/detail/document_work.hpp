// What is known of one document while the log is read, and the outcome of a stage at its end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflow/state.hpp"

namespace hedgerow::workflow::detail {

/// A stage of a document while the log is read: votes of everybody, also of those who are no longer reviewers.
struct StageWork {
  std::vector<Decision> votes, first;
  std::optional<Decision> resolution;
  std::optional<Decision> automatic;

  void vote(const Decision& decision);
  void withdraw(const std::string& reviewer);
  void reopen();
};

struct DocumentWork {
  StageWork abstract, fulltext;
  std::int64_t kept = 0;
  bool removed_automatic = false, removed_other = false, not_retrieved = false;
  std::string study, label;
};

/// The stage at the end of the log. `asked`: the document has reached it.
StageState finish(const StageWork& work, const StageRule& rule, const std::vector<std::string>& reviewers, bool asked);

}  // namespace hedgerow::workflow::detail
