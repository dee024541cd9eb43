// The review of a folder: its store where it has one, else one that is made from the exports and the decisions that
// review.toml names ([[records]], [screening]) and that is gone when it has been read.
//
// So a folder of plain files under version control and a store of living decisions answer the same questions.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/expected.hpp"
#include "base/progress.hpp"
#include "workflow/decisions.hpp"
#include "workflow/plan.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

/// What review.toml of the folder plans; an empty plan where there is no such file.
Expected<Plan> plan_of(const std::string& folder);

/// Whether the review holds the planned export: a file of this name, or the same bytes under another one. Errors: the
/// file can't be read.
Expected<bool> is_imported(const ReviewStore& review, const std::string& folder, const std::string& file);
/// Imports the planned exports that the store does not hold yet, all of them or, where one can't be read, none; gives
/// their number. Files are relative to the folder.
Expected<std::size_t> import_planned(ReviewStore& review, const std::string& folder, const Plan& plan,
                                     const std::string& author, Progress& progress);
struct DecisionsAdded {
  std::size_t added = 0;    ///< decisions that are new in the log
  std::size_t already = 0;  ///< decisions that it held before
};
/// By what a table of decisions is read: reasons of the rules in force, and of the plan where these declare none.
/// `author`: of rows without a reviewer, may be empty.
DecisionRules decision_rules(const State& state, const Plan& plan, const std::string& author);
/// Decisions of a table as events; those that the log holds are not written again.
Expected<DecisionsAdded> add_decisions(ReviewStore& review, const std::string& file, const DecisionRules& rules);
/// Rules of the plan as far as they differ from those in force, and its decisions, as `add_decisions` adds them;
/// both or neither. `reviewer`: of rows without one, may be empty.
Expected<DecisionsAdded> decide_planned(ReviewStore& review, const std::string& folder, const Plan& plan,
                                        const std::string& author, const std::string& reviewer = "");

/// A folder that is removed with all that is in it.
class ScratchFolder {
 public:
  static Expected<ScratchFolder> create();
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

struct FolderReview {
  std::optional<ScratchFolder> scratch;  ///< empty: the folder has a store of its own
  ReviewStore review;                    ///< goes before the folder that it lies in
};

/// Empty: the folder has neither a store nor planned exports. Errors: those of the store, of review.toml and of the
/// files that it names.
Expected<std::optional<FolderReview>> open_folder_review(const std::string& folder, Progress& progress);

}  // namespace hedgerow::workflow
