// Cumulative analysis as a forest plot: one row per step, the model of all rows below.
#include <fmt/core.h>

#include <cmath>

#include "base/text.hpp"
#include "engine/detail/figure_parts.hpp"
#include "engine/figures.hpp"
#include "plot/forest.hpp"

namespace hedgerow::engine {
namespace {

std::string percent(double i2) { return std::isfinite(i2) ? format_fixed(i2, 1) : "–"; }

std::vector<plot::ForestRow> steps(const Block& block) {
  const std::vector<std::string> labels = block.texts("label");
  const stats::Vector estimate = block.vector("estimate"), lb = block.vector("ci_lb"), ub = block.vector("ci_ub");
  const stats::Vector k = block.vector("k"), i2 = block.vector("I2");
  std::vector<plot::ForestRow> out;
  for (std::size_t i = 0; i < labels.size(); ++i)
    out.push_back({(i == 0 ? "" : "+ ") + labels[i],
                   {format_fixed(k[i], 0)},
                   {percent(i2[i])},
                   estimate[i],
                   lb[i],
                   ub[i],
                   plot::kNotGiven});
  return out;
}

}  // namespace

Expected<scene::Scene> cumulative_figure(const Result& result, const CumulativeRequest& request) {
  const Answer* answer = result.answer(request.answer);
  if (!answer) return make_error(ErrorCode::usage, fmt::format("the result has no answer '{}'", request.answer));
  if (answer->error) return *answer->error;
  const Block& block = answer->block;
  const Block& fit = *result.fit;
  if (block.vector("estimate").size() != block.texts("label").size())
    return make_error(ErrorCode::not_supported, "the cumulative figure shows models without moderators");
  plot::ForestData data;
  data.title = request.title;
  data.label_header = "Added";
  data.left_columns = {{"k"}};
  data.right_columns = {{"I² (%)"}};
  data.blocks.push_back({"", steps(block), {}, {}});
  plot::ForestSummary all;
  all.label = "All";
  all.left = {format_fixed(fit.number("k"), 0)};
  all.right = {percent(fit.number("I2"))};
  all.yi = fit.vector("beta").front();
  all.ci_lb = fit.vector("ci_lb").front();
  all.ci_ub = fit.vector("ci_ub").front();
  data.summaries.push_back(std::move(all));
  data.notes.push_back(fit.method);
  plot::ForestOptions options;
  HR_CHECK(set_scale(result, request.transf, request.axis_title, options));
  return plot::forest(data, options);
}

}  // namespace hedgerow::engine
