// Case diagnostics: deleted residuals and what each unit does to the fit.
#include <fmt/core.h>

#include "base/missing.hpp"
#include "diagnose/influence.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/units.hpp"

namespace hedgerow::engine {
namespace {

using diagnose::Influence;

Block residual_block(const Context& context, const Influence& found, const diagnose::Residuals& residuals) {
  std::vector<std::string> slab, unit(context.fit.k());
  for (std::size_t i = 0; i < context.fit.k(); ++i) slab.push_back(context.fit.problem.label(i));
  for (std::size_t j = 0; j < found.units.size(); ++j)
    for (const std::size_t i : found.units.rows[j]) unit[i] = found.units.labels[j];
  Block out;
  out.add("slab", slab).add("cluster", unit);
  return out.add("resid", residuals.resid).add("se", residuals.se).add("z", residuals.z);
}

void add_unit_residuals(Block& block, const Influence& found) {
  stats::Vector x2, df, x2_del;
  for (const diagnose::UnitResidual& unit : found.internal_units) {
    x2.push_back(unit.x2);
    df.push_back(static_cast<double>(unit.rank));
  }
  for (const diagnose::UnitResidual& unit : found.deleted_units) x2_del.push_back(unit.x2);
  block.add("X2", x2).add("X2_df", df).add("X2_del", x2_del);
}

void add_parameters(Block& block, const Influence& found) {
  for (std::size_t c = 0; c < found.parameter_names.size(); ++c) {
    stats::Vector values;
    for (std::size_t j = 0; j < found.units.size(); ++j) values.push_back(found.parameters(j, c));
    block.add(found.parameter_names[c] + "_del", values);
  }
}

void add_measures(Block& block, const Context& context, const Influence& found, bool by_effect) {
  stats::Vector k;
  for (const auto& rows : found.units.rows) k.push_back(static_cast<double>(rows.size()));
  block.add("label", found.units.labels).add("k", k);
  if (by_effect) {
    stats::Vector rstudent;
    for (const auto& rows : found.units.rows) rstudent.push_back(found.deleted.z[rows.front()]);
    block.add("rstudent", rstudent);
  } else {
    add_unit_residuals(block, found);
  }
  if (!found.dffits.empty()) block.add("dffits", found.dffits);
  block.add("cook_d", found.cook_d).add("cov_r", found.cov_r);
  add_parameters(block, found);
  block.add("QE_del", found.q_e).add("hat", found.hat).add("weight", found.weight);
  block.add("coef_names", context.fit.problem.data().names).add("dfbs", found.dfbs).add("is_infl", found.is_infl);
  std::vector<bool> failed;
  for (const std::string& error : found.errors) failed.push_back(!error.empty());
  block.add("failed", failed);
  if (found.failed > 0) block.add("errors", found.errors);
}

Expected<Influence> find_influence(const Context& context, const std::string& by, bool reestimate) {
  diagnose::InfluenceOptions options;
  HR_TRY(static_cast<diagnose::UnitOptions&>(options), unit_options(context, by));
  options.inference = context.inference;
  options.reestimate = reestimate;
  return diagnose::influence(context.fit, options);
}

}  // namespace

Expected<Block> answer(const Context& context, const AskInfluence& ask) {
  HR_TRY(const Influence found, find_influence(context, ask.by, ask.reestimate));
  Block block = start_block(context, fmt::format("each {} left out, variance components {}", ask.by,
                                                 ask.reestimate ? "estimated again" : "kept"));
  add_measures(block, context, found, ask.by == "effect");
  block.add("rstandard", residual_block(context, found, found.internal));
  block.add("rstudent_rows", residual_block(context, found, found.deleted));
  Block limits;
  limits.add("dffits", found.dffits_limit).add("cook_d", found.cook_limit).add("hat", found.hat_limit);
  block.add("limits", limits.add("dfbs", found.dfbs_limit));
  return block;
}

Expected<Block> deleted_residuals(const Context& context) {
  HR_TRY(const Influence found, find_influence(context, "effect", true));
  return start_block(context, "externally studentised residuals, each effect left out of the fit")
      .add("resid", found.deleted.resid)
      .add("se", found.deleted.se)
      .add("z", found.deleted.z);
}

}  // namespace hedgerow::engine
