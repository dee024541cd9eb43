// Figures that look for unusual studies: GOSH, Baujat and radial plots of a Result.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/detail/figure_parts.hpp"
#include "engine/figures.hpp"
#include "plot/baujat.hpp"
#include "plot/gosh.hpp"
#include "plot/radial.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;

Expected<const Block*> block_of(const Result& result, const std::string& name) {
  const Answer* answer = result.answer(name);
  if (!answer) return make_error(ErrorCode::usage, fmt::format("the result has no answer '{}'", name));
  if (answer->error) return *answer->error;
  return &answer->block;
}

double median(Vector values) {
  if (values.empty()) return kMissing;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Which subsets hold a unit.
std::vector<bool> holding(const std::vector<std::string>& included, std::size_t unit) {
  std::vector<bool> out;
  for (const std::string& subset : included) out.push_back(subset[unit] == '1');
  return out;
}

// How far the median of the estimates with a unit lies from that without it.
double shift(const Vector& estimate, const std::vector<bool>& with) {
  Vector inside, outside;
  for (std::size_t i = 0; i < estimate.size(); ++i)
    if (std::isfinite(estimate[i])) (with[i] ? inside : outside).push_back(estimate[i]);
  return inside.empty() || outside.empty() ? 0 : std::fabs(median(inside) - median(outside));
}

Expected<std::size_t> unit_named(const std::vector<std::string>& units, const std::string& name) {
  const auto found = std::find(units.begin(), units.end(), name);
  if (found == units.end())
    return make_error(ErrorCode::usage, fmt::format("no study is called '{}'{}", name, did_you_mean(name, units)),
                      "study");
  return static_cast<std::size_t>(found - units.begin());
}

std::size_t most_moving(const Vector& estimate, const std::vector<std::string>& included, std::size_t units) {
  std::size_t best = 0;
  double largest = -1;
  for (std::size_t u = 0; u < units; ++u) {
    const double moved = shift(estimate, holding(included, u));
    if (moved > largest) {
      largest = moved;
      best = u;
    }
  }
  return best;
}

}  // namespace

Expected<scene::Scene> gosh_figure(const Result& result, const GoshRequest& request) {
  HR_TRY(const Block* block, block_of(result, request.answer));
  if (result.fit->number("p") > 1 || !block->find("estimate"))
    return make_error(ErrorCode::not_supported, "the GOSH figure shows models without moderators");
  const std::vector<std::string> included = block->texts("subsets_included"), units = block->texts("units");
  plot::GoshData data;
  data.title = request.title;
  data.x = block->vector("estimate");
  data.y = block->vector("I2");
  std::size_t unit = most_moving(data.x, included, units.size());
  if (!request.study.empty()) {
    HR_TRY(unit, unit_named(units, request.study));
  }
  data.coloured = holding(included, unit);
  data.coloured_name = units[unit];
  data.estimate = result.fit->vector("beta").front();
  data.level = kMissing;
  // The last subset of all of them is the whole set; random ones need not hold it.
  for (std::size_t i = 0; i < included.size(); ++i)
    if (included[i].find('0') == std::string::npos) data.level = data.y[i];
  plot::GoshOptions options;
  HR_TRY(const AxisScale scale, axis_scale(result, request.transf, request.axis_title));
  options.display = scale.display;
  options.x_title = scale.title;
  return plot::gosh(data, options);
}

Expected<scene::Scene> baujat_figure(const Result& result, const std::string& answer, const std::string& title) {
  HR_TRY(const Block* block, block_of(result, answer));
  const std::vector<std::string> labels = block->texts("slab");
  const Vector x = block->vector("x"), y = block->vector("y");
  plot::BaujatData data;
  data.title = title;
  for (std::size_t i = 0; i < labels.size(); ++i) data.points.push_back({x[i], y[i], labels[i]});
  return plot::baujat(data);
}

Expected<scene::Scene> radial_figure(const Result& result, const RadialRequest& request) {
  HR_TRY(const Block* block, block_of(result, request.answer));
  const std::vector<std::string> labels = block->texts("slab");
  const Vector x = block->vector("x"), y = block->vector("y");
  plot::RadialData data;
  data.title = request.title;
  for (std::size_t i = 0; i < labels.size(); ++i) data.points.push_back({x[i], y[i], labels[i]});
  data.estimate = block->number("estimate");
  data.ci_lb = block->number("ci_lb");
  data.ci_ub = block->number("ci_ub");
  if (data.estimate == 0) data.offset = result.fit->vector("beta").front();
  plot::RadialOptions options;
  HR_TRY(const AxisScale scale, axis_scale(result, request.transf, request.axis_title));
  options.display = scale.display;
  options.measure = scale.title;
  options.quantile = stats::interval_quantile(result.job.inference.level, kMissing);
  return plot::radial(data, options);
}

}  // namespace hedgerow::engine
