// From a review to jobs: each analysis, each of its moderators and each of its variants is one Job of the engine. The
// report is made from their Results; no number of it is computed anywhere else.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/result.hpp"
#include "engine/review_spec.hpp"

namespace hedgerow::engine {

/// A job with its place in the review.
struct ReviewJob {
  enum class Kind { analysis, moderator, variant };
  Kind kind = Kind::analysis;
  std::string id;        ///< "published", "published/moderator/limb", "published/variant/exact-j"
  std::string analysis;  ///< id of the analysis
  std::string part;      ///< id of the moderator or variant
  std::string title;
  Job job;
};

/// A job that was carried out. A moderator or variant that has no estimate for these data holds the reason.
struct ReviewResult {
  ReviewJob what;
  Result result;
  std::optional<Error> error;
};

/// The effects table with its recoded columns. Errors: unknown column, a value without a new name.
Expected<data::Table> recode(const EffectsSpec& spec, data::Table table);

/// All jobs in the order of review.toml.
std::vector<ReviewJob> review_jobs(const ReviewSpec& spec, std::shared_ptr<const data::Table> table);

/// Computed effects of all rows by the settings of a choice (correction, variance), for the table of effects.
Job effects_job(const ReviewSpec& spec, ModelChoice choice, std::shared_ptr<const data::Table> table);

/// The job for a choice of model, without questions.
Job choice_job(const ReviewSpec& spec, const ModelChoice& choice, std::shared_ptr<const data::Table> table);

/// Names of the answers that the report looks for.
std::string prediction_name(const std::string& type);
inline constexpr const char* kStudyPrediction = "predict_study";
inline constexpr const char* kWeights = "weights";
inline constexpr const char* kConfint = "confint";
inline constexpr const char* kImputedSd = "imputed_sd";
std::string subgroup_name(const std::string& id);
std::string bias_name(const std::string& id);
std::string leave_out_name(const std::string& unit);
std::string grid_name(const std::string& parameter);

/// Result of an analysis, moderator or variant; null if there is none.
const ReviewResult* find_result(const std::vector<ReviewResult>& results, const std::string& id);
std::string moderator_id(const std::string& analysis, const std::string& moderator);
std::string variant_id(const std::string& analysis, const std::string& variant);

}  // namespace hedgerow::engine
