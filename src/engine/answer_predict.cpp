#include <fmt/core.h>

#include <algorithm>

#include "base/missing.hpp"
#include "effect/transform.hpp"
#include "engine/detail/context.hpp"
#include "engine/detail/display.hpp"
#include "engine/scale_request.hpp"
#include "infer/scale.hpp"
#include "model/location_scale.hpp"

namespace hedgerow::engine {
namespace {

using stats::Matrix;
using stats::Vector;

// New moderator values as rows of the design: the constant is put in front where the model has one.
Expected<Matrix> design_rows(const model::Data& data, const AskPredict& ask) {
  const Matrix& given = *ask.newmods;
  const std::size_t moderators = data.p() - (data.intercept ? 1 : 0);
  // A list of values for the only moderator is a column, however it was written.
  const bool column = moderators == 1 && given.rows() == 1 && given.cols() > 1;
  const std::size_t rows = column ? given.cols() : given.rows();
  if (!column && given.cols() != moderators)
    return make_error(ErrorCode::usage,
                      fmt::format("newmods has {} columns; the model has {} moderators", given.cols(), moderators));
  Matrix out(rows, data.p());
  for (std::size_t i = 0; i < rows; ++i) {
    if (data.intercept) out(i, 0) = ask.intercept ? 1 : 0;
    for (std::size_t j = 0; j < moderators; ++j)
      out(i, j + (data.intercept ? 1 : 0)) = column ? given(0, i) : given(i, j);
  }
  return out;
}

Checked transform_all(const std::string& name, const effect::TransformArguments& with,
                      std::initializer_list<Vector*> lists) {
  for (Vector* list : lists)
    for (double& value : *list) {
      HR_TRY(value, effect::transform(name, value, with));
    }
  return {};
}

// A falling transformation swaps the bounds.
void order_bounds(Vector& lower, Vector& upper) {
  for (std::size_t i = 0; i < lower.size(); ++i)
    if (lower[i] > upper[i]) std::swap(lower[i], upper[i]);
}

Expected<infer::PredictOptions> predict_options(const AskPredict& ask) {
  infer::PredictOptions options;
  if (!ask.predtype.empty()) {
    HR_TRY(options.kind, infer::parse_prediction(ask.predtype));
  }
  if (ask.target != "effect" && ask.target != "study")
    return make_error(ErrorCode::usage, fmt::format("target is effect or study, found '{}'", ask.target));
  options.target = ask.target == "study" ? infer::Target::new_study : infer::Target::new_effect;
  options.levels = {ask.tau2_levels, ask.gamma2_levels};
  options.own_rows = !ask.newmods;
  return options;
}

// The linear predictor of the scale where nothing is said of the location.
Expected<Block> scale_prediction(const Context& context, const Matrix& z, const infer::Options& options) {
  HR_TRY(const infer::Predicted p, infer::predict_scale(context.fit, z, options));
  const auto& spec = std::get<model::LocationScale>(context.fit.problem.spec());
  const bool log_link = spec.link == model::LocationScale::Link::log;
  Block block = start_block(context, fmt::format("{} of the between-study variance, {}% level",
                                                 log_link ? "logarithm" : "value", 100 * options.level));
  block.add("pred", p.pred).add("se", p.se).add("ci_lb", p.ci_lb).add("ci_ub", p.ci_ub).add("ddf", p.ddf);
  return block.add("tau2", model::scale_variances(spec, context.fit.scale.alpha, z));
}

}  // namespace

Expected<Block> answer(const Context& context, const AskPredict& ask) {
  HR_TRY(infer::PredictOptions prediction, predict_options(ask));
  infer::Options options = context.inference;
  if (ask.level) options.level = *ask.level;
  const model::Data& data = context.fit.problem.data();
  if (ask.newscale) {
    const auto* spec = std::get_if<model::LocationScale>(&context.fit.problem.spec());
    if (spec == nullptr)
      return make_error(ErrorCode::usage, "newscale is for location-scale models; this one has no scale", "newscale");
    HR_TRY(const Matrix z, scale_rows(*spec, *ask.newscale));
    if (!ask.newmods) return scale_prediction(context, z, options);
    prediction.variances = model::scale_variances(*spec, context.fit.scale.alpha, z);
  }
  Matrix x = infer::default_prediction_rows(context.fit);
  if (ask.newmods) {
    HR_TRY(x, design_rows(data, ask));
  }
  HR_TRY(infer::Predicted p, infer::predict(context.fit, x, options, prediction));
  Block block = start_block(
      context, fmt::format("prediction interval ({}){}, {}% level{}", infer::name(prediction.kind),
                           !context.fit.is_multilevel()                    ? ""
                           : prediction.target == infer::Target::new_study ? ", mean of a new study"
                                                                           : ", new effect in a new study",
                           100 * options.level, ask.transf.empty() ? "" : ", transformed by " + ask.transf));
  if (!ask.transf.empty()) {
    HR_CHECK(transform_all(ask.transf, transform_arguments(context.fit, context.rows.effects.measure),
                           {&p.pred, &p.ci_lb, &p.ci_ub, &p.pi_lb, &p.pi_ub}));
    order_bounds(p.ci_lb, p.ci_ub);
    order_bounds(p.pi_lb, p.pi_ub);
    std::fill(p.se.begin(), p.se.end(), kMissing);
  }
  block.add("pred", p.pred).add("se", p.se).add("ci_lb", p.ci_lb).add("ci_ub", p.ci_ub);
  if (ask.addx) block.add("X", x).add("coef_names", data.names);
  block.add("pi_lb", p.pi_lb).add("pi_ub", p.pi_ub).add("pi_se", p.pi_se).add("ddf", p.ddf).add("pi_ddf", p.pi_ddf);
  return block;
}

}  // namespace hedgerow::engine
