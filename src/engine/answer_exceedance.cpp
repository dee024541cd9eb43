#include <fmt/core.h>

#include "base/text.hpp"
#include "engine/detail/context.hpp"
#include "engine/scale_request.hpp"
#include "infer/exceedance.hpp"
#include "model/location_scale.hpp"

namespace hedgerow::engine {
namespace {

Block share_block(const infer::Share& share) {
  Block block;
  return block.add("estimate", share.estimate).add("se", share.se).add("ci_lb", share.ci_lb).add("ci_ub", share.ci_ub);
}

// The row of the design that the question is about.
Expected<stats::Matrix> one_row(const model::Fit& fit, const std::optional<stats::Matrix>& newmods) {
  const model::Data& data = fit.problem.data();
  const std::size_t first = data.intercept ? 1 : 0;
  if (!newmods) {
    if (data.p() == 1 && data.intercept) return stats::Matrix(1, 1, 1.0);
    return make_error(ErrorCode::usage, "the model has moderators; newmods says at which values", "newmods");
  }
  if (newmods->rows() != 1 || newmods->cols() + first != data.p())
    return make_error(ErrorCode::usage,
                      fmt::format("newmods is {} x {}; it must be one row of {} moderators", newmods->rows(),
                                  newmods->cols(), data.p() - first),
                      "newmods");
  stats::Matrix out(1, data.p(), 1.0);
  for (std::size_t j = 0; j < newmods->cols(); ++j) out(0, j + first) = (*newmods)(0, j);
  return out;
}

}  // namespace

Expected<Block> answer(const Context& context, const AskExceedance& ask) {
  infer::Options options = context.inference;
  if (ask.level) options.level = *ask.level;
  HR_TRY(const stats::Matrix x, one_row(context.fit, ask.newmods));
  infer::PredictOptions prediction;
  if (ask.newscale) {
    const auto* spec = std::get_if<model::LocationScale>(&context.fit.problem.spec());
    if (spec == nullptr) return make_error(ErrorCode::usage, "newscale is for location-scale models", "newscale");
    HR_TRY(const stats::Matrix z, scale_rows(*spec, *ask.newscale));
    prediction.variances = model::scale_variances(*spec, context.fit.scale.alpha, z);
  }
  const infer::ExceedanceOptions what{ask.threshold, ask.below, ask.replicates, ask.seed};
  HR_TRY(const infer::Exceedance out, infer::exceedance(context.fit, x, options, prediction, what));
  Block block = start_block(context, fmt::format("true effects {} {}, {}% level; bootstrap of {} samples, seed {}",
                                                 ask.below ? "below" : "above", format_shortest(ask.threshold),
                                                 100 * options.level, ask.replicates, ask.seed));
  block.add("threshold", ask.threshold).add("side", ask.below ? "below" : "above");
  block.add("mean", out.mean).add("new_effect", out.new_effect);
  block.add("normal", share_block(out.normal)).add("calibrated", share_block(out.calibrated));
  return block.add("failed", static_cast<double>(out.failed));
}

}  // namespace hedgerow::engine
