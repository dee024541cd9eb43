// What review.toml says: docs/formats/review-folder.md describes every key. Plain data; nothing is computed here.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/audit.hpp"
#include "base/expected.hpp"
#include "engine/conventions.hpp"
#include "engine/job.hpp"
#include "review/appraisal.hpp"
#include "review/grade.hpp"
#include "review/prisma.hpp"
#include "review/question.hpp"

namespace hedgerow::engine {

inline constexpr const char* kReviewSchema = "hedgerow.review/1";
inline constexpr const char* kReviewFile = "review.toml";

using Labels = std::vector<std::pair<std::string, std::string>>;  ///< value -> what is shown, in order

/// Where the data come from and under which licence they are passed on.
struct SourceSpec {
  std::string citation, url, licence, note;
};

/// A column made from another one by giving its values new names; a value without a name is an error.
struct RecodeSpec {
  std::string name, from;
  Labels values;
  std::string where;
};

/// Rows with a name: `condition` is an expression over the columns, empty for all rows.
struct SubsetSpec {
  std::string id, title, condition;
};

struct EffectsSpec {
  std::string file;
  std::string name;        ///< "Hedges' g", as tables and axes show it
  std::string study, row;  ///< columns: study (cluster) and row id; row may be empty
  std::string favours_left, favours_right;
  std::string transf;                     ///< of what is shown ("exp", "ilogit"); empty: nothing is transformed
  EffectRequest request;                  ///< how effects are computed
  std::vector<std::string> rule_names;    ///< one per rule of the request
  std::string reported_yi, reported_sei;  ///< the same effects as the authors printed them; may be empty
  std::vector<RecodeSpec> recodes;
  Labels forest_columns;                       ///< header -> column
  std::vector<effect::PrepareStep> prepare{};  ///< steps that recover numbers first
};

/// Everything that decides a model. A variant of an analysis changes some of it.
struct ModelChoice {
  std::string subset;                ///< id of a SubsetSpec, empty for all rows
  std::string effects = "computed";  ///< computed or reported
  ModelRequest model;
  InferenceRequest inference;
  std::optional<bool> exact_j;
  std::optional<std::string> vtype;
  std::optional<double> r;
  std::optional<CovarianceRequest> covariance{};  ///< dependent sampling errors
  bool single_precision = false;                  ///< EffectRequest::single_precision
  std::string as{};  ///< program whose defaults stand in for keys that are not given (engine/conventions.hpp)
  std::vector<Convention> held{};  ///< what keys of the analysis decide
};

struct SubgroupSpec {
  std::string id, title;
  AskSubgroups ask;
  bool forest = false;
};

struct ModeratorSpec {
  std::string id, title, formula;
  bool bubble = false;  ///< a bubble plot is wanted
};

struct BiasSpec {
  std::string id, title;
  Ask ask;
};

struct VariantSpec {
  std::string id, title;
  ModelChoice choice;
};

struct AnalysisSpec {
  std::string id, title, note;
  ModelChoice choice;
  std::vector<std::string> prediction;  ///< types of prediction intervals, "" for the default
  bool forest = true, funnel = false;
  std::vector<SubgroupSpec> subgroups;
  std::vector<ModeratorSpec> moderators;
  std::vector<BiasSpec> bias;
  std::vector<std::string> leave_out;  ///< effect, study
  std::vector<AskCovarianceGrid> grids{};
  std::vector<std::string> imputed_sd{};  ///< rules of imputing SDs, beside the model without imputed ones
  std::vector<VariantSpec> variants;
};

struct AppraisalSpec {
  std::string file;
  review::Instrument instrument;
  review::AppraisalColumns columns;
};

/// [[ratings]]: a table of ratings as `hedgerow appraise` reads it.
struct RatingsSpec {
  std::string file;
  std::string instrument_file;  ///< TOML file of the folder; empty: an instrument of the program
  review::Instrument instrument;
};

struct StudiesSpec {
  std::string file, study;
  Labels columns;  ///< column -> header
};

struct ReviewSpec {
  std::string title, question;
  std::vector<std::string> authors;
  review::Picos picos;
  review::Registration registration;
  SourceSpec source;
  EffectsSpec effects;
  std::vector<SubsetSpec> subsets;
  std::vector<AnalysisSpec> analyses;
  std::string headline;   ///< id of the analysis whose result comes first
  std::string published;  ///< id of the analysis as published, to be compared with the headline; may be empty
  std::optional<AppraisalSpec> appraisal;
  std::vector<RatingsSpec> ratings{};
  std::optional<StudiesSpec> studies;
  std::optional<review::Prisma> prisma;
  std::string prisma_file;
  std::string prisma_note;
  audit::Settings audit{};    ///< [audit]: findings that are known, with reasons; dictionaries
  review::GradeSpec grade{};  ///< certainty of the evidence; no outcomes: nobody judged it

  /// Whether there is anything to compute: a review under way has records and decisions, but no effects yet.
  bool has_effects() const { return !effects.file.empty(); }
  const SubsetSpec* subset(const std::string& id) const;
  const AnalysisSpec* analysis(const std::string& id) const;
};

/// Reads review.toml. Errors: not TOML, unknown key (with the nearest), missing key, wrong type, a name that is not
/// declared; each with line and column.
Expected<ReviewSpec> parse_review(std::string_view bytes, const std::string& source);

}  // namespace hedgerow::engine
