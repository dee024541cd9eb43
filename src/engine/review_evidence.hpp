// All that a review has given, before it is told: what the report, the tables and the lock are made from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "base/progress.hpp"
#include "data/table.hpp"
#include "engine/review_jobs.hpp"
#include "engine/review_published.hpp"
#include "engine/review_spec.hpp"
#include "report/document.hpp"
#include "review/assess.hpp"

namespace hedgerow::engine {

/// A file of the folder that entered the results.
struct InputFile {
  std::string name;
  std::string checksum;
};

/// What changed since the results that the folder held before; empty texts are "not there".
struct Change {
  std::string what, before, now;
};

/// Ratings of one source by one instrument.
struct RatedBody {
  std::string source;  ///< "rob2.csv", or the log
  review::Instrument instrument;
  review::Agreed agreed;
  std::vector<std::string> remarks;                ///< overrides without reason, missing answers, ...
  std::vector<review::AgreementReport> agreement;  ///< empty with one rater
};

/// Ratings that the log holds.
struct LoggedRatings {
  review::Instrument instrument;
  std::vector<review::RatedCell> cells;
};

/// What the review's log of decisions gives beside the files of the folder; the engine knows nothing of the log itself.
struct LoggedReview {
  std::optional<review::Prisma> prisma{};    ///< counts; used where review.toml has none of its own
  std::vector<report::Block> screening{};    ///< who screened and how well they agreed; shown below the flow
  std::vector<InputFile> inputs{};           ///< what the log was made from
  std::vector<LoggedRatings> ratings{};      ///< by instrument
  std::vector<review::OutcomeStep> grade{};  ///< steps of GRADE; they win over those of review.toml
  std::optional<audit::LogFacts> facts{};    ///< for the audit
};

struct ReviewEvidence {
  ReviewSpec spec;
  std::shared_ptr<const data::Table> table;  ///< effects with recoded columns; null: the review has none yet
  Result effects;                            ///< all rows, by the settings of [effects]
  Result headline_effects;                   ///< all rows, by the settings of the headline analysis
  std::vector<ReviewResult> results;
  std::optional<data::Table> studies;
  std::optional<data::Table> appraisal_table;  ///< as its file stands
  std::vector<review::Appraised> appraised;
  std::vector<RatedBody> rated;
  std::optional<Published> published;
  std::vector<report::Block> screening;  ///< of the log
  std::vector<InputFile> inputs;
  std::vector<std::string> absent;  ///< parts of a review that the folder does not have
  std::vector<std::string> warnings;
  std::vector<Change> changes;
  std::optional<audit::LogFacts> log_facts;
  audit::Report audit;

  /// The spec of an analysis and its result.
  const ReviewResult& result(const std::string& id) const;
};

/// Reads a folder and carries out its jobs. Errors name file, line and column relative to the folder.
Expected<ReviewEvidence> gather_evidence(const std::string& folder, Progress& progress,
                                         const LoggedReview& logged = {});

}  // namespace hedgerow::engine
