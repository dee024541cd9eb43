#include "engine/detail/shown_by_size.hpp"

#include <initializer_list>

#include "effect/transform.hpp"
#include "engine/detail/figure_parts.hpp"

namespace hedgerow::engine {
namespace {

effect::TransformArguments sizes_of(const Result& result, const std::vector<std::uint32_t>& rows) {
  effect::TransformArguments out;
  for (const std::uint32_t i : rows) out.ni.push_back(result.effects.effects.ni[i]);
  out.ti = out.ni;  // the size of a rate is its person-time
  return out;
}

Checked show(const std::string& name, const effect::TransformArguments& with, std::initializer_list<double*> values) {
  for (double* value : values) {
    HR_TRY(*value, effect::transform(name, *value, with));
  }
  return {};
}

Checked show_means(const std::string& name, const effect::TransformArguments& with,
                   std::vector<plot::ForestSummary>& means) {
  for (plot::ForestSummary& mean : means)
    HR_CHECK(show(name, with, {&mean.yi, &mean.ci_lb, &mean.ci_ub, &mean.pi_lb, &mean.pi_ub}));
  return {};
}

}  // namespace

std::optional<ShownBySize> shown_by_size(const Result& result, const std::string& asked) {
  const effect::Effects& effects = result.effects.effects;
  const std::string usual = effect::display_transform(effects.measure);
  const std::string transf = asked.empty() ? result.job.transf : asked;
  if (!usual.ends_with(".hm") || effects.ni.size() != effects.yi.size()) return {};
  if (!transf.empty() && transf != usual && transf != "transf." + usual) return {};
  return ShownBySize{usual.substr(0, usual.size() - 3), usual};
}

Checked show_by_size(const Result& result, const ShownBySize& shown, std::vector<plot::ForestRow>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    HR_CHECK(show(shown.each, sizes_of(result, {result.used[i]}), {&rows[i].yi, &rows[i].ci_lb, &rows[i].ci_ub}));
  return {};
}

Checked show_by_size(const Result& result, const ShownBySize& shown, const std::string& axis_title,
                     plot::ForestData& data, plot::ForestOptions& options) {
  const effect::TransformArguments all = sizes_of(result, result.used);
  stats::Vector estimates;
  for (plot::ForestBlock& block : data.blocks) {
    HR_CHECK(show_means(shown.mean, all, block.summaries));
    for (const plot::ForestRow& row : block.rows) estimates.push_back(row.yi);
  }
  HR_CHECK(show_means(shown.mean, all, data.summaries));
  options.measure = sentence_case(effect::display_name(result.effects.effects.measure));
  options.axis_title = axis_title.empty() ? options.measure : axis_title;
  options.digits = digits_for(estimates);
  return {};
}

}  // namespace hedgerow::engine
