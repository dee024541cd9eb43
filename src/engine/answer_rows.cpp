// Values per row of the data, or per group of a random effect.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "diagnose/residuals.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/rows.hpp"
#include "model/blup.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::engine {
namespace {

using RowsFunction = Expected<Block> (*)(const Context&);

Expected<Block> weights(const Context& context) {
  if (context.fit.is_counts() && std::isnan(model::weights_percent(context.fit).front()))
    return make_error(ErrorCode::not_defined,
                      "a mixed model of counts gives studies no weights; Mantel-Haenszel and Peto do, and so does the "
                      "model of the effects (yi, vi)",
                      "weights");
  return start_block(context, "weight of each effect in the mean, percent (row sums of the weight matrix)")
      .add("weights", model::weights_percent(context.fit));
}

Expected<Block> fitted(const Context& context) {
  return start_block(context, "fitted values X beta").add("values", model::fitted_values(context.fit));
}

Expected<Block> hatvalues(const Context& context) {
  HR_TRY(const auto found, diagnose::ResidualAnalysis::create(context.fit));
  return start_block(context, "diagonal of the hat matrix").add("values", found.hat());
}

Expected<Block> hat_matrix(const Context& context) {
  HR_TRY(const auto found, diagnose::ResidualAnalysis::create(context.fit));
  return start_block(context, "hat matrix").add("names", row_labels(context)).add("values", found.hat_matrix());
}

Expected<Block> residuals(const Context& context) {
  if (context.fit.is_counts())
    return start_block(context, "residuals yi - X beta of single studies")
        .add("values", diagnose::standardised_residuals(context.fit)->resid);
  HR_TRY(const auto found, diagnose::ResidualAnalysis::create(context.fit));
  return start_block(context, "residuals yi - X beta").add("values", found.rows().resid);
}

Expected<Block> rstandard(const Context& context) {
  HR_TRY(const diagnose::Residuals r, diagnose::standardised_residuals(context.fit));
  return start_block(context, "internally standardised residuals").add("resid", r.resid).add("se", r.se).add("z", r.z);
}

Expected<Block> design(const Context& context) {
  const model::Data& data = context.fit.problem.data();
  return start_block(context, "design matrix").add("names", data.names).add("x", data.x);
}

// What the table calls the groups of a component: "11", nested "11/3". Empty where the name is no path of columns.
std::vector<std::string> group_labels(const Context& context, const model::RandomEffects& effect) {
  const data::Table& table = *context.assembled.table;
  const std::size_t bar = effect.name.find(" | ");
  const std::string path = bar == std::string::npos ? effect.name : effect.name.substr(bar + 3);
  std::vector<std::size_t> columns;
  for (const std::string& name : split(path, '/')) {
    const auto column = table.find(name);
    if (!column) return {};
    columns.push_back(*column);
  }
  std::vector<std::string> out;
  for (const std::size_t row : effect.first_row) {
    std::vector<std::string> cells;
    for (const std::size_t column : columns) cells.emplace_back(table.cell(row, column));
    out.push_back(join(cells, "/"));
  }
  return out;
}

bool has_known_correlations(const Context& context, const model::RandomEffects& effect) {
  const auto* spec = std::get_if<model::Multilevel>(&context.fit.problem.spec());
  if (spec == nullptr) return false;
  const auto at = std::find(spec->s_names.begin(), spec->s_names.end(), effect.name);
  const auto l = static_cast<std::size_t>(at - spec->s_names.begin());
  return l < spec->r.size() && spec->r[l];
}

/// Degrees of freedom of the interval of a component's effects: those of the coefficients for z and residual ones, else
/// (containment, and what builds on it) its number of groups less the coefficients.
double group_df(const Context& context, const model::RandomEffects& effect, double coefficient_df) {
  const auto* spec = std::get_if<model::Multilevel>(&context.fit.problem.spec());
  const bool residual = context.inference.dfs.kind == infer::Dfs::Kind::residual;
  if (spec == nullptr || residual || std::isnan(coefficient_df)) return coefficient_df;
  std::size_t groups = effect.intrcpt.size();
  for (const model::Structured& term : spec->structured)
    if (term.label() == effect.name) groups = 1 + *std::max_element(term.outer.begin(), term.outer.end());
  return std::max(1.0, static_cast<double>(groups) - static_cast<double>(context.fit.p()));
}

Expected<Block> ranef(const Context& context) {
  if (!context.fit.is_multilevel()) return row_effects_block(context);
  HR_TRY(const std::vector<model::RandomEffects> effects, model::random_effects(context.fit));
  HR_TRY(const infer::Coefficients tests, infer::coefficients(context.fit, context.inference));
  std::vector<Block> components;
  for (const model::RandomEffects& effect : effects) {
    const double critical =
        stats::interval_quantile(context.inference.level, group_df(context, effect, tests.ddf.front()));
    Block one;
    stats::Vector first;
    for (std::size_t row : effect.first_row) first.push_back(static_cast<double>(row + 1));
    one.add("name", effect.name).add("first_row", first).add("correlated", has_known_correlations(context, effect));
    if (const std::vector<std::string> groups = group_labels(context, effect); !groups.empty())
      one.add("group", groups);
    if (!effect.level.empty()) one.add("level", effect.level);
    one.add("intrcpt", effect.intrcpt).add("se", effect.se);
    stats::Vector lower, upper;
    for (std::size_t j = 0; j < effect.se.size(); ++j) {
      lower.push_back(effect.intrcpt[j] - critical * effect.se[j]);
      upper.push_back(effect.intrcpt[j] + critical * effect.se[j]);
    }
    one.add("pi_lb", lower).add("pi_ub", upper);
    components.push_back(std::move(one));
  }
  return start_block(context, "predicted random effects (BLUPs)").add("components", std::move(components));
}

Expected<Block> ranef_covariance(const Context& context) {
  HR_TRY(const std::vector<model::RandomEffects> effects, model::random_effects(context.fit));
  std::vector<Block> components;
  for (std::size_t t = 0; t < effects.size(); ++t) {
    HR_TRY(stats::Matrix covariance, model::random_effects_covariance(context.fit, t));
    Block one;
    one.add("name", effects[t].name);
    if (const std::vector<std::string> groups = group_labels(context, effects[t]); !groups.empty())
      one.add("group", groups);
    if (!effects[t].level.empty()) one.add("level", effects[t].level);
    components.push_back(std::move(one.add("vcov", std::move(covariance))));
  }
  return start_block(context, "covariance of the errors of predicted random effects")
      .add("components", std::move(components));
}

const std::vector<std::pair<std::string, RowsFunction>>& functions() {
  static const std::vector<std::pair<std::string, RowsFunction>> list{{"weights", weights},
                                                                      {"fitted", fitted},
                                                                      {"hatvalues", hatvalues},
                                                                      {"residuals", residuals},
                                                                      {"rstandard", rstandard},
                                                                      {"rstudent", deleted_residuals},
                                                                      {"ranef", ranef},
                                                                      {"design", design},
                                                                      {"hatmatrix", hat_matrix},
                                                                      {"ranef_vcov", ranef_covariance},
                                                                      {"blup", blup_rows},
                                                                      {"vcov", coefficient_covariance},
                                                                      {"vcov_obs", effect_covariance},
                                                                      {"vcov_fitted", fitted_covariance},
                                                                      {"vcov_resid", residual_covariance}};
  return list;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskRows& ask) {
  std::vector<std::string> names;
  for (const auto& [name, function] : functions()) {
    if (name == ask.what) return function(context);
    names.push_back(name);
  }
  return make_error(ErrorCode::usage, fmt::format("rows can be asked for {}; found '{}'{}", join(names, ", "), ask.what,
                                                  did_you_mean(ask.what, names)));
}

}  // namespace hedgerow::engine
