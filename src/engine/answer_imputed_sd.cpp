// Sensitivity to imputed SDs: the model without the rows that have one, and with them under each rule.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/missing.hpp"
#include "engine/detail/context.hpp"

namespace hedgerow::engine {
namespace {

/// One way of treating the rows without SDs, and what the model gives.
struct Way {
  std::string name;
  stats::Vector estimate{}, se{}, pval{}, ci_lb{}, ci_ub{};
  double tau2 = kMissing, k = kMissing;
  std::string error{};
};

std::set<std::size_t> imputed_lines(const EffectRows& rows) {
  std::set<std::size_t> out;
  for (const effect::Recovered& one : rows.recovered)
    if (one.imputed) out.insert(rows.table->line(one.row));
  return out;
}

Checked fit_way(const Context& context, const EffectRows& rows, Way& way) {
  HR_TRY(const Assembled assembled, assemble(rows, context.job.model));
  HR_TRY(const infer::Options options, inference_options(context.job.inference, *rows.table));
  HR_TRY(const model::Fit fit, model::fit(assembled.problem));
  HR_TRY(const infer::Coefficients c, infer::coefficients(fit, options));
  way.estimate = c.beta;
  way.se = c.se;
  way.pval = c.pval;
  way.ci_lb = c.ci_lb;
  way.ci_ub = c.ci_ub;
  way.tau2 = fit.is_two_level() ? fit.tau2 : kMissing;
  way.k = static_cast<double>(fit.k());
  return {};
}

/// Without the rows: their effects are missing, so that the model leaves them out.
Way without(const Context& context, const std::set<std::size_t>& lines) {
  Way way{"without"};
  EffectRows rows = context.rows;
  for (std::size_t i = 0; i < rows.row.size(); ++i)
    if (lines.count(rows.table->line(rows.row[i])) > 0) rows.effects.yi[i] = kMissing;
  const Checked fitted = fit_way(context, rows, way);
  if (!fitted) way.error = describe(fitted.error());
  return way;
}

Way under_rule(const Context& context, const std::string& rule) {
  Way way{rule};
  DataRequest data{context.job.data.file, context.job.data.subset, context.rows.unprepared_table,
                   context.rows.prepared};
  for (effect::PrepareStep& step : data.prepare)
    if (step.method == "impute_sd") step.options["rule"] = rule;
  const auto rows = load_effects(data, context.job.effect);
  if (!rows) {
    way.error = describe(rows.error());
    return way;
  }
  const Checked fitted = fit_way(context, *rows, way);
  if (!fitted) way.error = describe(fitted.error());
  return way;
}

Value side_by_side(const std::vector<Way>& ways, stats::Vector Way::*field, std::size_t p) {
  stats::Matrix out(ways.size(), p, kMissing);
  for (std::size_t i = 0; i < ways.size(); ++i)
    for (std::size_t j = 0; j < std::min(p, (ways[i].*field).size()); ++j) out(i, j) = (ways[i].*field)[j];
  if (p > 1) return out;
  return stats::Vector(out.data(), out.data() + out.rows());
}

}  // namespace

Expected<Block> answer(const Context& context, const AskImputedSd& ask) {
  const std::set<std::size_t> lines = imputed_lines(context.rows);
  if (lines.empty())
    return make_error(ErrorCode::not_defined, "no SD was imputed: there is no step impute_sd, or no SD is missing",
                      "imputed_sd");
  const std::vector<std::string> rules =
      ask.rules.empty() ? std::vector<std::string>{"cv", "pooled", "mean", "max"} : ask.rules;
  std::vector<Way> ways{without(context, lines)};
  for (const std::string& rule : rules) ways.push_back(under_rule(context, rule));
  Block block = start_block(context, "the model without imputed SDs, and with them by each rule");
  std::vector<std::string> names, errors;
  stats::Vector tau2, k;
  for (const Way& way : ways) {
    names.push_back(way.name);
    errors.push_back(way.error);
    tau2.push_back(way.tau2);
    k.push_back(way.k);
  }
  const std::size_t p = context.fit.p();
  block.add("rule", names).add("imputed_rows", static_cast<double>(lines.size())).add("k", k);
  block.add("coef_names", context.fit.problem.data().names);
  block.add("estimate", side_by_side(ways, &Way::estimate, p)).add("se", side_by_side(ways, &Way::se, p));
  block.add("pval", side_by_side(ways, &Way::pval, p)).add("ci_lb", side_by_side(ways, &Way::ci_lb, p));
  block.add("ci_ub", side_by_side(ways, &Way::ci_ub, p)).add("tau2", tau2).add("errors", errors);
  return block;
}

}  // namespace hedgerow::engine
