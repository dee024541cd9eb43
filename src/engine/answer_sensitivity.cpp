#include <fmt/core.h>

#include <algorithm>

#include "base/missing.hpp"
#include "diagnose/leave_one_out.hpp"
#include "effect/transform.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/transformed.hpp"
#include "engine/detail/units.hpp"

namespace hedgerow::engine {
namespace {

using diagnose::LeaveOneOut;

std::vector<std::string> labels_of(const LeaveOneOut& result, const std::vector<std::size_t>& units) {
  std::vector<std::string> out;
  for (std::size_t unit : units) out.push_back(result.units[unit].label);
  return out;
}

// One coefficient gives a vector over units; several give a matrix, units x coefficients.
Value per_unit(const LeaveOneOut& result, stats::Vector diagnose::LeftOut::*field, std::size_t p) {
  stats::Matrix values(result.units.size(), p, kMissing);
  for (std::size_t i = 0; i < result.units.size(); ++i) {
    const stats::Vector& row = result.units[i].*field;
    for (std::size_t j = 0; j < row.size(); ++j) values(i, j) = row[j];
  }
  if (p > 1) return values;
  return stats::Vector(values.data(), values.data() + values.rows());
}

stats::Vector per_unit(const LeaveOneOut& result, double diagnose::LeftOut::*field) {
  stats::Vector out;
  for (const diagnose::LeftOut& unit : result.units) out.push_back(!unit.beta.empty() ? unit.*field : kMissing);
  return out;
}

/// A field whose length is that of the first unit with a refit, if there are any values.
void add_parameters(Block& block, const LeaveOneOut& result, const char* name,
                    stats::Vector diagnose::LeftOut::*field) {
  const auto refitted = std::find_if(result.units.begin(), result.units.end(),
                                     [](const diagnose::LeftOut& unit) { return unit.error.empty(); });
  if (refitted == result.units.end() || ((*refitted).*field).empty()) return;
  block.add(name, per_unit(result, field, ((*refitted).*field).size()));
}

void add_units(Block& block, const LeaveOneOut& result, bool multilevel) {
  std::vector<std::string> labels, errors;
  std::vector<bool> failed;
  for (const diagnose::LeftOut& unit : result.units) {
    labels.push_back(unit.label);
    failed.push_back(!unit.error.empty());
    errors.push_back(unit.error);
  }
  block.add("label", labels);
  const std::size_t p = result.full.beta.size();
  using diagnose::LeftOut;
  block.add("estimate", per_unit(result, &LeftOut::beta, p)).add("se", per_unit(result, &LeftOut::se, p));
  block.add("zval", per_unit(result, &LeftOut::zval, p)).add("pval", per_unit(result, &LeftOut::pval, p));
  block.add("ci_lb", per_unit(result, &LeftOut::ci_lb, p)).add("ci_ub", per_unit(result, &LeftOut::ci_ub, p));
  block.add("Q", per_unit(result, &LeftOut::q_e)).add("Qp", per_unit(result, &LeftOut::q_e_p));
  if (multilevel) {
    add_parameters(block, result, "sigma2", &LeftOut::sigma2);
    add_parameters(block, result, "tau2", &LeftOut::structured_tau2);
    add_parameters(block, result, "rho", &LeftOut::structured_rho);
  } else {
    block.add("tau2", per_unit(result, &LeftOut::tau2));
  }
  // Structured terms have no one I2: their variance depends on the level.
  const bool structured = std::any_of(result.units.begin(), result.units.end(),
                                      [](const LeftOut& unit) { return !unit.structured_tau2.empty(); });
  if (!structured) block.add("I2", per_unit(result, &LeftOut::i2));
  if (!multilevel) block.add("H2", per_unit(result, &LeftOut::h2));
  block.add("failed", failed);
  if (result.failed > 0) block.add("errors", errors);
}

/// Estimates, their intervals and the range through the transformation; tests stay those of the model's scale.
Checked transform_all(const Context& context, const std::string& transf, LeaveOneOut& result) {
  if (transf.empty()) return {};
  const stats::Vector& ni = context.fit.problem.data().ni;
  for (diagnose::LeftOut& unit : result.units)
    HR_CHECK(transform_estimates(transf, ni, {&unit.beta, &unit.se, &unit.ci_lb, &unit.ci_ub}));
  for (diagnose::Range& range : result.ranges) {
    HR_TRY(range.min, effect::transform(transf, range.min, ni));
    HR_TRY(range.max, effect::transform(transf, range.max, ni));
  }
  return {};
}

}  // namespace

Expected<Block> answer(const Context& context, const AskLeaveOneOut& ask) {
  diagnose::LeaveOneOutOptions options;
  HR_TRY(static_cast<diagnose::UnitOptions&>(options), unit_options(context, ask.by));
  options.inference = context.inference;
  HR_TRY(LeaveOneOut result, diagnose::leave_one_out(context.fit, options));
  HR_CHECK(transform_all(context, ask.transf, result));
  Block block = start_block(context, fmt::format("leave one {} out, variance components estimated again{}", ask.by,
                                                 ask.transf.empty() ? "" : ", transformed by " + ask.transf));
  add_units(block, result, context.fit.is_multilevel());
  const diagnose::Range& range = result.ranges.front();
  block.add("min", range.min).add("max", range.max);
  block.add("min_label", result.units[range.min_unit].label).add("max_label", result.units[range.max_unit].label);
  block.add("changes_significance", labels_of(result, range.changes_significance));
  block.add("changes_sign", labels_of(result, range.changes_sign));
  return block;
}

}  // namespace hedgerow::engine
