// What is audited: the tables, and the analyses made of them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/dictionary.hpp"
#include "audit/log_facts.hpp"
#include "audit/sheet.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::audit {

struct Pooled {
  std::size_t k = 0;
  double estimate = 0, ci_lb = 0, ci_ub = 0, p = 0, tau2 = 0, q = 0;
};

/// A pooled analysis whose rows are known, so that it can be run again with a repaired row.
struct Analysis {
  std::string id;                  ///< of review.toml; "all rows" for a bare table
  std::size_t sheet = 0;           ///< index of the `rows` sheet
  std::vector<std::size_t> rows;   ///< rows of the sheet
  stats::Vector yi, vi;            ///< per entry of `rows`; on the scale of the model
  std::vector<std::string> study;  ///< cluster of each; empty: every row is a study
  std::string measure;             ///< "SMD"; empty if not told
  std::string method = "REML";     ///< estimator of tau2; "EE" or "FE" for a common effect
  std::string test = "z";          ///< z, t, knha, adhoc, ...
  bool declared = false;           ///< somebody chose this model; false: a bare table, pooled to see what rows do
  bool moderators = false;         ///< there is no one mean: what a repair does to it is not told
  std::size_t coefficients = 0;    ///< of the moderators, without the intercept
  bool independent = true;         ///< no random effect of studies, no covariances, no robust variance
  std::vector<std::string> asked;  ///< kinds of questions that were asked of it: "egger", "trimfill", "failsafe", ...
  std::vector<std::string> covariates{};          ///< columns of its moderators, of those asked beside it too
  bool by_risk = false;                           ///< a variant, subgroup or moderator looks at the risk of bias
  std::string favours_left{}, favours_right{};    ///< labels of its forest plot
  std::vector<std::pair<double, Pooled>> by_r{};  ///< the result with other assumed pre-post correlations
  std::optional<double> robust_df{};              ///< of its cluster-robust tests, the fewest
  std::optional<double> smallest_eigenvalue{};    ///< of the covariance of its effects, over the studies
  Place place;                                    ///< where it is declared

  /// How findings name it: analysis "id".
  std::string title() const;
  /// Different studies, not effects.
  std::size_t studies() const;
};

/// A printed pooled result whose data are there: which models print its numbers. Found by the engine, which knows the
/// models (engine/review_models.hpp).
struct PrintedModel {
  std::string analysis;              ///< whose data were searched
  std::string printed;               ///< "estimate 0.46, ci_lb 0.31, ci_ub 0.61"
  std::string declared;              ///< the analysis' own model: "REML, knha"
  bool by_declared = false;          ///< whether that model prints them
  std::vector<std::string> matches;  ///< "DL, z (RevMan)"
  std::string nearest;               ///< where nothing matches: the model that comes nearest, and in what it fails
  std::size_t tried = 0;             ///< models
  std::vector<Place> places;
};

/// What a review said beforehand that it would do.
struct Protocol {
  std::string registered{};             ///< day of its registration, "2026-01-31"; may be empty
  std::vector<std::string> outcomes{};  ///< that it planned
  std::vector<std::string> analysed{};  ///< names of what was analysed or graded, beside those of the tables
  Place place{};
};

struct Options {
  double alpha = 0.05;
  std::map<std::string, double> limits{};  ///< check -> number in place of its own
};

struct Subject {
  std::vector<Sheet> sheets;
  std::shared_ptr<const Dictionary> dictionary{};  ///< null: the shipped one
  std::vector<Analysis> analyses;
  std::vector<PrintedModel> printed_models;
  std::optional<LogFacts> log{};
  std::optional<Protocol> protocol{};
  Options options;

  const Dictionary& instruments() const { return dictionary ? *dictionary : Dictionary::builtin(); }
  /// Sheets of a kind, in order.
  std::vector<const Sheet*> of(SheetKind kind) const;
};

}  // namespace hedgerow::audit
