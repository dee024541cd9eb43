// Cumulative meta-analysis: the model on the first unit, the first two, and so on.
#include <fmt/core.h>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "diagnose/cumulative.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/transformed.hpp"
#include "engine/detail/units.hpp"

namespace hedgerow::engine {
namespace {

using diagnose::Cumulative;
using diagnose::CumulativeStep;
using stats::Vector;

/// The columns of "year, trial" as keys of each row of the fit: numbers where all cells of a column are numbers.
Expected<std::vector<diagnose::OrderKey>> order_keys(const Context& context, const std::string& order) {
  std::vector<diagnose::OrderKey> out;
  if (order.empty()) return out;
  const data::Table& table = *context.assembled.table;
  for (const std::string& part : split(order, ',')) {
    const std::string name(trim(part));
    diagnose::OrderKey key;
    HR_TRY(key.texts, table.texts(name));
    if (const auto numbers = table.numbers(name)) key.numbers = *numbers;
    for (std::size_t i = 0; i < key.texts.size(); ++i)
      if (key.texts[i].empty())
        return make_error(ErrorCode::input, fmt::format("{} has no value in the row of {}; every row needs its place",
                                                        name, context.fit.problem.label(i)));
    out.push_back(std::move(key));
  }
  return out;
}

Value per_step(const Cumulative& result, Vector CumulativeStep::*field) {
  stats::Matrix values(result.steps.size(), result.p, kMissing);
  for (std::size_t i = 0; i < result.steps.size(); ++i) {
    const Vector& row = result.steps[i].*field;
    for (std::size_t j = 0; j < row.size(); ++j) values(i, j) = row[j];
  }
  if (result.p > 1) return values;
  return Vector(values.data(), values.data() + values.rows());
}

Vector per_step(const Cumulative& result, double CumulativeStep::*field) {
  Vector out;
  for (const CumulativeStep& step : result.steps) out.push_back(!step.beta.empty() ? step.*field : kMissing);
  return out;
}

void add_heterogeneity(Block& block, const Context& context, const Cumulative& result) {
  block.add("Q", per_step(result, &CumulativeStep::q_e)).add("Qp", per_step(result, &CumulativeStep::q_e_p));
  if (context.fit.is_multilevel()) {
    const std::size_t count = context.fit.sigma2.size();
    stats::Matrix sigma2(result.steps.size(), count, kMissing);
    for (std::size_t i = 0; i < result.steps.size(); ++i)
      for (std::size_t l = 0; l < result.steps[i].sigma2.size(); ++l) sigma2(i, l) = result.steps[i].sigma2[l];
    if (count > 0) block.add("sigma2", sigma2);
  } else {
    block.add("tau2", per_step(result, &CumulativeStep::tau2));
    block.add("H2", per_step(result, &CumulativeStep::h2));
  }
  block.add("I2", per_step(result, &CumulativeStep::i2));
}

}  // namespace

Expected<Block> answer(const Context& context, const AskCumulative& ask) {
  diagnose::CumulativeOptions options;
  HR_TRY(static_cast<diagnose::UnitOptions&>(options), unit_options(context, ask.by));
  HR_TRY(options.order, order_keys(context, ask.order));
  options.decreasing = ask.decreasing;
  options.collapse = ask.collapse;
  options.inference = context.inference;
  HR_TRY(Cumulative result, diagnose::cumulative(context.fit, options));
  for (CumulativeStep& step : result.steps)
    HR_CHECK(transform_estimates(ask.transf, context.fit.problem.data().ni,
                                 {&step.beta, &step.se, &step.ci_lb, &step.ci_ub}));
  Block block =
      start_block(context, fmt::format("cumulative by {}, {}{}{}", ask.by,
                                       ask.order.empty() ? "in the order of the table" : "ordered by " + ask.order,
                                       ask.decreasing ? " from the largest down" : "",
                                       ask.transf.empty() ? "" : ", transformed by " + ask.transf));
  std::vector<std::string> labels, errors;
  const Vector keys = options.order.empty() ? Vector() : options.order.front().numbers;
  Vector row, value, k, units;
  bool failed = false;
  for (const CumulativeStep& step : result.steps) {
    labels.push_back(step.label);
    errors.push_back(step.error);
    failed = failed || !step.error.empty();
    row.push_back(context.fit.problem.data().row[step.row] + 1.0);
    if (!keys.empty()) value.push_back(keys[step.row]);
    k.push_back(static_cast<double>(step.k));
    units.push_back(static_cast<double>(step.units));
  }
  block.add("label", labels).add("row", row);
  if (!keys.empty()) block.add("order", value);
  block.add("k", k).add("units", units);
  block.add("estimate", per_step(result, &CumulativeStep::beta)).add("se", per_step(result, &CumulativeStep::se));
  block.add("zval", per_step(result, &CumulativeStep::zval)).add("pval", per_step(result, &CumulativeStep::pval));
  block.add("ci_lb", per_step(result, &CumulativeStep::ci_lb)).add("ci_ub", per_step(result, &CumulativeStep::ci_ub));
  add_heterogeneity(block, context, result);
  if (failed) block.add("errors", errors);
  return block;
}

}  // namespace hedgerow::engine
