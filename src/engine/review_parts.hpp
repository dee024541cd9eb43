// The larger parts of review.toml, each read by its own file.
#pragma once

#include "data/toml.hpp"
#include "engine/review_spec.hpp"

namespace hedgerow::engine {

/// [effects], [[effects.format]], [[effects.recode]], [effects.reported]
void read_effects(data::TomlReader& root, ReviewSpec& spec);
/// [[analysis]] with its subgroups, moderators, bias tests and variants; needs spec.subsets
void read_analyses(data::TomlReader& root, ReviewSpec& spec);
/// The covariance of an analysis or variant: keys that are absent keep what `choice` holds
void read_covariance(data::TomlReader& table, ModelChoice& choice);
/// The model of counts of an analysis or variant: keys that are absent keep what `choice` holds
void read_counts(data::TomlReader& table, ModelChoice& choice);
/// rho_grid, phi_grid, r_grid, ... of an analysis
std::vector<AskCovarianceGrid> read_grids(data::TomlReader& table);
/// [[ratings]]
void read_ratings(data::TomlReader& root, ReviewSpec& spec);
/// [appraisal]
void read_appraisal(data::TomlReader& root, ReviewSpec& spec, data::TomlErrors& errors);

/// The keys `as` and `i2`, and which conventions the other keys of this table decide.
void read_conventions(data::TomlReader& table, ModelChoice& choice);
/// The program of `as`, or null.
const Program* program_of(const ModelChoice& choice);
/// What the program does where it offers it, else what Hedgerow does: kind of prediction interval ("default" for the
/// test's own), model of the regression test, rule of trim and fill.
std::string default_prediction(const ModelChoice& choice);
std::string default_regression_model(const ModelChoice& choice);
std::string default_trim_rule(const ModelChoice& choice);

}  // namespace hedgerow::engine
