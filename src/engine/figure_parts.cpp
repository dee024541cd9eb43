#include "engine/detail/figure_parts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "effect/transform.hpp"

namespace hedgerow::engine {
namespace {

using plot::Display;

struct Axis {
  const char* transf;
  Display display;
};
constexpr Axis kAxes[] = {{"exp", Display::exp},           {"ilogit", Display::ilogit}, {"ztor", Display::tanh},
                          {"tanh", Display::tanh},         {"pnorm", Display::pnorm},   {"iarcsin", Display::iarcsin},
                          {"isqrt", Display::isqrt},       {"ztor2", Display::ztor2},   {"iahw", Display::iahw},
                          {"iabt", Display::iabt},         {"ve", Display::ve},         {"none", Display::identity},
                          {"identity", Display::identity}, {"", Display::identity}};

const Axis* find_axis(const std::string& transf) {
  const std::string name = transf.starts_with("transf.") ? transf.substr(7) : transf;
  const auto* found = std::ranges::find_if(kAxes, [&](const Axis& axis) { return axis.transf == name; });
  return found == std::end(kAxes) ? nullptr : found;
}

}  // namespace

std::string sentence_case(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  return text;
}

int digits_for(const stats::Vector& estimates) {
  constexpr int kLeast = 2, kMost = 6;
  double largest = 0, smallest = 1;
  for (const double estimate : estimates)
    if (std::isfinite(estimate)) largest = std::max(largest, std::fabs(estimate));
  // A back-transformed zero may be a rounding error.
  for (const double estimate : estimates)
    if (std::fabs(estimate) > 1e-12 * largest) smallest = std::min(smallest, std::fabs(estimate));
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(smallest))), kLeast, kMost);
}

Expected<plot::Display> display_of(const std::string& transf) {
  if (const Axis* axis = find_axis(transf)) return axis->display;
  std::vector<std::string> names;
  for (const Axis& axis : kAxes)
    if (*axis.transf != 0) names.emplace_back(axis.transf);
  return make_error(ErrorCode::usage, fmt::format("a figure has axes for {}; found transf '{}'{}", join(names, ", "),
                                                  transf, did_you_mean(transf, names)));
}

Expected<std::string> figure_transform(const std::string& asked, const std::string& measure) {
  if (asked.empty()) {
    const std::string usual = effect::display_transform(measure);
    return find_axis(usual) == nullptr ? std::string() : usual;
  }
  HR_TRY(const Display display, display_of(asked));
  if (display == Display::identity) return std::string();
  return asked.starts_with("transf.") ? asked.substr(7) : asked;
}

std::string measure_title(const Result& result, const std::string& asked) {
  return asked.empty() ? sentence_case(effect::analysis_name(result.effects.effects.measure)) : asked;
}

Expected<AxisScale> axis_scale(const Result& result, const std::string& transf, const std::string& title) {
  const std::string& measure = result.effects.effects.measure;
  HR_TRY(const std::string name, figure_transform(transf.empty() ? result.job.transf : transf, measure));
  AxisScale out;
  HR_TRY(out.display, display_of(name));
  const bool plain = out.display == Display::identity;
  const bool usual = !plain && name == effect::display_transform(measure);
  const std::string words = plain   ? measure_title(result, "")
                            : usual ? sentence_case(effect::display_name(measure))
                                    : fmt::format("{} ({})", measure_title(result, ""), name);
  out.header = usual ? words : plain && measure == "SMD" ? "g" : "Effect";
  out.title = !title.empty() ? title : words + (out.display == Display::exp ? " (log scale)" : "");
  return out;
}

Checked set_scale(const Result& result, const std::string& transf, const std::string& title,
                  plot::ForestOptions& options) {
  HR_TRY(const AxisScale scale, axis_scale(result, transf, title));
  options.display = scale.display;
  options.axis_title = scale.title;
  options.measure = scale.header;
  options.level = result.job.inference.level;
  if (effect::has_null(result.effects.effects.measure)) return {};
  options.null_value = plot::kNotGiven;
  stats::Vector shown;
  for (const std::uint32_t i : result.used)
    shown.push_back(plot::to_display(result.effects.effects.yi[i], options.display));
  options.digits = digits_for(shown);
  return {};
}

}  // namespace hedgerow::engine
