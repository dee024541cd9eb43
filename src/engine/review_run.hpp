// hedgerow run: a review folder becomes a report, tables, figures, results and a lock.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/progress.hpp"
#include "engine/review_evidence.hpp"

namespace hedgerow::engine {

/// What the terminal says at the end.
struct ReviewOutcome {
  std::string report;      ///< path of report.html
  std::string headline;    ///< the key result in a sentence
  std::string prediction;  ///< the prediction interval in a sentence, may be empty
  std::size_t published = 0, reproduced = 0;
  std::string audit;  ///< "0 errors, 2 warnings, 1 note"
  std::vector<std::string> warnings;
  std::vector<Change> changes;  ///< against the results that the output folder held before
  std::size_t files = 0;
};

/// Carries out the review in `folder` and writes its output to `out` (empty: folder/out). The output folder is made
/// beside its place and swapped in, so that it is the old one or the new one, never a part. Errors: the folder is not a
/// review, input is wrong (file, line, column), `out` exists and was not made by this program; then nothing is written.
Expected<ReviewOutcome> run_review(const std::string& folder, const std::string& out, Progress& progress,
                                   const LoggedReview& logged = {});

}  // namespace hedgerow::engine
