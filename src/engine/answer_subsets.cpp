// Answers that rest on many refits, and coordinates of single studies.
#include <fmt/core.h>

#include "diagnose/baujat.hpp"
#include "diagnose/gosh.hpp"
#include "engine/detail/context.hpp"
#include "infer/permutation.hpp"

namespace hedgerow::engine {
namespace {

stats::Vector column(const stats::Matrix& m, std::size_t j) {
  stats::Vector out;
  for (std::size_t i = 0; i < m.rows(); ++i) out.push_back(m(i, j));
  return out;
}

/// "estimate" for a lone constant, else the names of the coefficients.
std::string coefficient_name(const model::Fit& fit, std::size_t j) {
  return fit.p() == 1 && fit.problem.data().intercept ? "estimate" : fit.problem.data().names[j];
}

}  // namespace

Expected<Block> answer(const Context& context, const AskGosh& ask) {
  diagnose::GoshOptions options;
  options.subsets = ask.subsets;
  options.seed = ask.seed;
  HR_TRY(const diagnose::Gosh found, diagnose::gosh(context.fit, options));
  const std::string which = found.exact ? "all" : fmt::format("random (seed {})", ask.seed);
  Block block = start_block(context, fmt::format("GOSH, {} subsets", which));
  block.add("exact", found.exact).add("units", found.units).add("k", found.k).add("QE", found.q_e);
  block.add("I2", found.i2).add("H2", found.h2);
  for (std::size_t j = 0; j < found.parameter_names.size(); ++j)
    block.add(found.parameter_names[j], column(found.parameters, j));
  std::vector<std::string> names;
  for (std::size_t j = 0; j < context.fit.p(); ++j) {
    names.push_back(coefficient_name(context.fit, j));
    block.add(names.back(), column(found.beta, j));
  }
  return block.add("coef_names", names).add("fit", found.fitted).add("subsets_included", found.included);
}

Expected<Block> answer(const Context& context, const AskPermutation& ask) {
  infer::PermutationOptions options;
  options.exact = ask.exact;
  options.iterations = ask.iterations;
  options.seed = ask.seed;
  options.inference = context.inference;
  HR_TRY(const infer::Permutation found, infer::permutation_test(context.fit, options));
  HR_TRY(const infer::Coefficients model, infer::coefficients(context.fit, context.inference));
  const std::string which = found.exact ? "exact" : fmt::format("random, seed {}", ask.seed);
  Block block = start_block(context, fmt::format("permutation test of {} ({})", found.permuted, which));
  block.add("exact", found.exact).add("iterations", static_cast<double>(found.iterations));
  block.add("failed", static_cast<double>(found.failed)).add("permuted", found.permuted);
  block.add("coef_names", context.fit.problem.data().names).add("beta", model.beta).add("se", model.se);
  block.add("zval", model.zval).add("pval", found.pval).add("pval_model", model.pval);
  block.add("ci_lb", model.ci_lb).add("ci_ub", model.ci_ub);
  return block.add("QM", model.q_m).add("QMp", found.q_m_p).add("QMp_model", model.q_m_p);
}

Expected<Block> answer(const Context& context, const AskBaujat&) {
  HR_TRY(const diagnose::Baujat found, diagnose::baujat(context.fit, context.inference));
  Block block = start_block(context, "Baujat plot: contribution to heterogeneity and influence on the result");
  return block.add("slab", found.labels).add("x", found.x).add("y", found.y).add("errors", found.errors);
}

Expected<Block> answer(const Context& context, const AskRadial& ask) {
  HR_TRY(const diagnose::Radial found, diagnose::radial(context.fit, ask.center, context.inference));
  Block block = start_block(context, ask.center ? "radial plot, centred at the estimate" : "radial plot");
  block.add("slab", found.labels).add("x", found.x).add("y", found.y);
  return block.add("estimate", found.estimate).add("ci_lb", found.ci_lb).add("ci_ub", found.ci_ub);
}

}  // namespace hedgerow::engine
