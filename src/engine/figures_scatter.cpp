// Funnel and bubble plots of a Result.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/transform.hpp"
#include "engine/detail/figure_parts.hpp"
#include "engine/figures.hpp"
#include "engine/run.hpp"
#include "plot/bubble.hpp"
#include "plot/funnel.hpp"

namespace hedgerow::engine {
namespace {

constexpr int kLinePoints = 60;

Checked add_filled(const Result& result, const FunnelRequest& request, plot::FunnelData& data) {
  const Answer* filled = result.answer(request.trim_and_fill);
  if (!filled) return {};
  if (filled->error) return *filled->error;
  const stats::Vector yi = filled->block.vector("filled_yi");
  const stats::Vector vi = filled->block.vector("filled_vi");
  for (std::size_t i = 0; i < yi.size(); ++i) data.points.push_back({yi[i], std::sqrt(vi[i]), "", true});
  if (!yi.empty()) data.adjusted_estimate = filled->block.vector("beta").front();
  return {};
}

// A further question about the same model goes through the waist, like every other number of a figure.
Expected<Block> ask_again(const Result& result, Ask ask) {
  Job job = result.job;
  job.data.table = result.effects.table;
  job.questions = {{"again", std::move(ask)}};
  HR_TRY(const Result again, run(job));
  if (again.answers.front().error) return *again.answers.front().error;
  return again.answers.front().block;
}

Expected<Block> fitted_line(const Result& result, const stats::Vector& at) {
  AskPredict ask;
  ask.newmods.emplace(at.size(), 1);
  for (std::size_t i = 0; i < at.size(); ++i) (*ask.newmods)(i, 0) = at[i];
  return ask_again(result, ask);
}

// Moderator values of the rows: numbers, or the number of the level for a two-level factor.
struct Moderator {
  std::string name;
  stats::Vector values;
  std::vector<std::string> levels;
};

// Whether `prefix` is how a formula writes the factor of a column.
bool writes_factor(const std::string& prefix, const std::string& column) {
  return prefix == column || prefix == "factor(" + column + ")" || prefix.starts_with("relevel(" + column + ",") ||
         prefix.starts_with("relevel(factor(" + column + "),");
}

// A factor's coefficient is named by the factor and the level that is not the reference. Only a column with such a
// level is the factor: the name of another column may be the beginning of this one's.
Checked name_levels(const Result& result, Moderator& out) {
  for (const std::string& column : result.effects.table->names()) {
    HR_TRY(const std::vector<std::string> cells, result.effects.table->texts(column));
    std::vector<std::string> levels(2);
    for (std::size_t i = 0; i < result.used.size(); ++i)
      levels[out.values[i] > 0.5 ? 1 : 0] = cells[result.effects.row[result.used[i]]];
    const std::string& level = levels[1];
    if (level.empty() || !out.name.ends_with(level)) continue;
    if (!writes_factor(out.name.substr(0, out.name.size() - level.size()), column)) continue;
    out.name = column;
    out.levels = std::move(levels);
    return {};
  }
  return {};
}

Expected<Moderator> moderator_of(const Result& result) {
  const std::vector<std::string> names = result.fit->texts("coef_names");
  if (names.size() != 2 || names.front() != "intrcpt")
    return make_error(ErrorCode::not_supported,
                      fmt::format("a bubble plot shows a model with one moderator and an intercept; this one has the "
                                  "coefficients {}",
                                  join(names, ", ")));
  Moderator out;
  out.name = names[1];
  HR_TRY(const Block design, ask_again(result, AskRows{"design"}));
  const auto& x = std::get<stats::Matrix>(*design.find("x"));
  for (std::size_t i = 0; i < x.rows(); ++i) out.values.push_back(x(i, 1));
  HR_CHECK(name_levels(result, out));
  return out;
}

stats::Vector line_positions(const Moderator& moderator) {
  if (!moderator.levels.empty()) return {0, 1};
  const auto [low, high] = std::minmax_element(moderator.values.begin(), moderator.values.end());
  stats::Vector at;
  for (int i = 0; i <= kLinePoints; ++i) at.push_back(*low + (*high - *low) * i / kLinePoints);
  return at;
}

}  // namespace

Expected<scene::Scene> funnel_figure(const Result& result, const FunnelRequest& request) {
  if (!result.fit) return make_error(ErrorCode::usage, "a funnel plot needs a model");
  if (result.fit->number("p") > 1)
    return make_error(ErrorCode::not_supported, "a funnel plot shows a model without moderators");
  plot::FunnelData data;
  data.title = request.title;
  for (std::uint32_t at : result.used)
    data.points.push_back(
        {result.effects.effects.yi[at], std::sqrt(result.effects.effects.vi[at]), result.effects.label(at), false});
  data.estimate = result.fit->vector("beta").front();
  HR_CHECK(add_filled(result, request, data));
  plot::FunnelOptions options;
  HR_TRY(const AxisScale scale, axis_scale(result, request.transf, request.axis_title));
  options.display = scale.display;
  options.measure = scale.title;
  // Proportions, rates and means of one group are tested against nothing.
  if (!effect::has_null(result.effects.effects.measure)) options.contours.clear();
  return plot::funnel(data, options);
}

Expected<scene::Scene> bubble_figure(const Result& result, const BubbleRequest& request) {
  if (!result.fit) return make_error(ErrorCode::usage, "a bubble plot needs a model");
  HR_TRY(const Moderator moderator, moderator_of(result));
  const stats::Vector at = line_positions(moderator);
  HR_TRY(const Block line, fitted_line(result, at));
  plot::BubbleData data;
  data.title = request.title;
  data.levels = moderator.levels;
  const double tau2 = std::max(0.0, is_missing(result.fit->number("tau2")) ? 0.0 : result.fit->number("tau2"));
  for (std::size_t i = 0; i < result.used.size(); ++i) {
    const std::uint32_t row = result.used[i];
    data.points.push_back({moderator.values[i], result.effects.effects.yi[row],
                           1 / (result.effects.effects.vi[row] + tau2), result.effects.label(row)});
  }
  const stats::Vector pred = line.vector("pred"), lb = line.vector("ci_lb"), ub = line.vector("ci_ub");
  const stats::Vector pi_lb = line.vector("pi_lb"), pi_ub = line.vector("pi_ub");
  for (std::size_t i = 0; i < at.size(); ++i) data.fit.push_back({at[i], pred[i], lb[i], ub[i], pi_lb[i], pi_ub[i]});
  plot::BubbleOptions options;
  options.moderator = moderator.name;
  HR_TRY(const AxisScale scale, axis_scale(result, request.transf, request.axis_title));
  options.display = scale.display;
  options.measure = scale.title;
  return plot::bubble(data, options);
}

}  // namespace hedgerow::engine
