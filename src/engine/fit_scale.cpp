// The coefficients of the scale in the fit block of a location-scale model.
#include <fmt/core.h>

#include "engine/detail/context.hpp"
#include "engine/detail/fit_fields.hpp"
#include "infer/scale.hpp"

namespace hedgerow::engine {
namespace {

Expected<infer::ScaleCoefficients> tests(const Context& context) {
  std::vector<std::size_t> att;
  for (const std::size_t column : context.job.inference.att) {
    if (column == 0) return make_error(ErrorCode::usage, "att counts coefficients of the scale from 1, found 0", "att");
    att.push_back(column - 1);
  }
  return infer::scale_coefficients(context.fit, context.inference, att);
}

}  // namespace

std::string scale_method(const model::Fit& fit) {
  const auto& spec = std::get<model::LocationScale>(fit.problem.spec());
  return fmt::format("location-scale model, {} link, {}",
                     spec.link == model::LocationScale::Link::log ? "log" : "identity", fit.method);
}

Checked check_scale(const Context& context) {
  if (!context.fit.is_location_scale()) {
    if (context.job.inference.att.empty()) return {};
    return make_error(ErrorCode::usage, "att is for the coefficients of a scale, and the model has none", "att");
  }
  HR_TRY(const infer::ScaleCoefficients table, tests(context));
  HR_ASSERT(table.zval.size() == context.fit.scale.alpha.size());
  return {};
}

void add_scale(Block& block, const Context& context, double s2w) {
  const model::Fit& fit = context.fit;
  const auto& spec = std::get<model::LocationScale>(fit.problem.spec());
  const auto table = tests(context);
  HR_ASSERT(table.ok());
  block.add("tau2", fit.scale.tau2).add("vt", fit.vt).add("s2w", s2w);
  block.add("link", spec.link == model::LocationScale::Link::log ? "log" : "identity");
  block.add("alpha_names", spec.names).add("alpha", fit.scale.alpha).add("se_alpha", fit.scale.se_alpha);
  block.add("zval_alpha", table->zval).add("pval_alpha", table->pval);
  block.add("ci_lb_alpha", table->ci_lb).add("ci_ub_alpha", table->ci_ub);
  block.add("va", fit.scale.va).add("ddf_alpha", stats::Vector{table->ddf.front()});
  stats::Vector att;
  for (const std::size_t j : table->att) att.push_back(static_cast<double>(j + 1));
  block.add("att", att).add("QS", table->q_s).add("QSp", table->q_s_p);
  block.add("QS_df", stats::Vector{table->q_s_df1, table->q_s_df2});
}

}  // namespace hedgerow::engine
