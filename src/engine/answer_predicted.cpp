// Predicted effects of the rows, and covariances of what a fit gives.
#include <fmt/core.h>

#include <numeric>

#include "diagnose/residuals.hpp"
#include "engine/detail/rows.hpp"
#include "infer/predicted_effects.hpp"
#include "model/marginal.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::engine {
namespace {

Block interval_block(const Context& context, const infer::PredictedEffects& found, std::string method) {
  Block block = start_block(context, std::move(method));
  return block.add("pred", found.pred).add("se", found.se).add("pi_lb", found.pi_lb).add("pi_ub", found.pi_ub);
}

std::vector<std::size_t> all_rows(const Context& context) {
  std::vector<std::size_t> out(context.fit.k());
  std::iota(out.begin(), out.end(), std::size_t{0});
  return out;
}

Block matrix_block(const Context& context, std::string method, std::vector<std::string> names, stats::Matrix matrix) {
  Block block = start_block(context, std::move(method));
  return block.add("names", std::move(names)).add("matrix", std::move(matrix));
}

}  // namespace

std::vector<std::string> row_labels(const Context& context) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < context.fit.k(); ++i) out.push_back(context.fit.problem.label(i));
  return out;
}

Expected<Block> blup_rows(const Context& context) {
  HR_TRY(const auto found, infer::true_effects(context.fit, context.inference));
  return interval_block(context, found, "predicted true effects (BLUPs): fitted values plus random effects")
      .add("slab", row_labels(context));
}

Expected<Block> row_effects_block(const Context& context) {
  HR_TRY(const auto found, infer::row_effects(context.fit, context.inference));
  Block one;
  one.add("name", std::string("effect")).add("slab", row_labels(context)).add("intrcpt", found.pred);
  one.add("se", found.se).add("pi_lb", found.pi_lb).add("pi_ub", found.pi_ub);
  std::vector<Block> components{std::move(one)};
  return start_block(context, "predicted random effects (BLUPs)").add("components", std::move(components));
}

Expected<Block> coefficient_covariance(const Context& context) {
  HR_TRY(const infer::Coefficients tests, infer::coefficients(context.fit, context.inference));
  return matrix_block(context, "covariance of the coefficients", context.fit.problem.data().names, tests.vb);
}

Expected<Block> effect_covariance(const Context& context) {
  HR_TRY(const model::Marginal marginal, model::Marginal::create(context.fit));
  return matrix_block(context, "marginal covariance of the effects", row_labels(context),
                      marginal.block(all_rows(context)));
}

Expected<Block> fitted_covariance(const Context& context) {
  HR_TRY(const infer::Coefficients tests, infer::coefficients(context.fit, context.inference));
  const stats::Matrix& x = context.fit.problem.data().x;
  return matrix_block(context, "covariance of the fitted values", row_labels(context),
                      stats::multiply(stats::multiply(x, tests.vb), stats::transpose(x)));
}

Expected<Block> residual_covariance(const Context& context) {
  HR_TRY(const auto found, diagnose::ResidualAnalysis::create(context.fit));
  return matrix_block(context, "covariance of the residuals", row_labels(context), found.covariance(all_rows(context)));
}

}  // namespace hedgerow::engine
