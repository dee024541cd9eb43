// What the log of a review folder gives to the engine, which knows nothing of the log itself.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "base/progress.hpp"
#include "engine/review_evidence.hpp"

namespace hedgerow::cli {

/// Counts of the flow, who screened and how well they agreed, and what the log was made from. Empty where the folder
/// has no records. Errors: those of opening the store or reading the planned imports.
Expected<engine::LoggedReview> logged_review(const std::string& folder, Progress& progress);

}  // namespace hedgerow::cli
