// An outlier lies above the upper quartile by more than one and a half times the distance of the quartiles, in either
// direction (Tukey's fence). Source of the plot: baujat2002.
#include "plot/baujat.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "plot/detail/frame.hpp"
#include "plot/detail/labels.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
constexpr double kRadius = 2.6;

double fence(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
  };
  return values.empty() ? 0.0 : at(0.75) + 1.5 * (at(0.75) - at(0.25));
}

struct Drawn {
  BaujatPoint point;
  bool outlier = false;
};

// Finite points, the most remarkable first: they choose the places of their names.
std::vector<Drawn> ranked(const BaujatData& data) {
  std::vector<double> xs, ys;
  std::vector<Drawn> out;
  for (const BaujatPoint& p : data.points) {
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) continue;
    xs.push_back(p.x);
    ys.push_back(p.y);
    out.push_back({p});
  }
  if (out.empty()) return out;
  const double right = fence(xs), high = fence(ys);
  const double width = std::max(1e-300, *std::max_element(xs.begin(), xs.end()));
  const double height = std::max(1e-300, *std::max_element(ys.begin(), ys.end()));
  for (Drawn& one : out) one.outlier = one.point.x > right || one.point.y > high;
  std::stable_sort(out.begin(), out.end(), [&](const Drawn& a, const Drawn& b) {
    return std::hypot(a.point.x / width, a.point.y / height) > std::hypot(b.point.x / width, b.point.y / height);
  });
  return out;
}

std::string describe(const BaujatData& data, const std::vector<Drawn>& drawn) {
  std::vector<std::string> names, missing;
  for (const Drawn& one : drawn)
    if (one.outlier) names.push_back(one.point.label);
  for (const BaujatPoint& p : data.points)
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) missing.push_back(p.label);
  std::string out = fmt::format("Baujat plot of {} studies.", drawn.size());
  out += names.empty() ? " None stands out." : fmt::format(" Standing out: {}.", join(names, ", "));
  if (!missing.empty()) out += fmt::format(" Without a value: {}.", join(missing, ", "));
  return out;
}

}  // namespace

scene::Scene baujat(const BaujatData& data, const BaujatOptions& options) {
  const std::vector<Drawn> drawn = ranked(data);
  std::vector<double> xs{0.0}, ys{0.0};
  for (const Drawn& one : drawn) {
    xs.push_back(one.point.x);
    ys.push_back(one.point.y);
  }
  detail::SheetRequest request;
  request.title = data.title;
  request.width = options.width;
  request.height = options.height;
  request.font_size = options.font_size;
  request.x = padded(full_limits(xs), 0.06);
  request.y = padded(full_limits(ys), 0.08);
  request.x_axis = {ticks(request.x.lower, request.x.upper, Display::identity), options.x_title};
  request.y_axis = {ticks(request.y.lower, request.y.upper, Display::identity), options.y_title};
  detail::Sheet sheet = detail::make_sheet(request);
  sheet.scene.title = data.title.empty() ? "Baujat plot" : data.title;
  sheet.scene.description = describe(data, drawn);
  std::vector<detail::NamedPoint> named;
  for (const Drawn& one : drawn) {
    const scene::Point at{sheet.frame.x(one.point.x), sheet.frame.y(one.point.y)};
    scene::Mark mark =
        scene::filled(scene::Circle{at, kRadius}, one.outlier ? palette::vermillion : palette::blue, 0.85);
    mark.css_class = one.outlier ? "study outlier" : "study";
    mark.tooltip = fmt::format("{}: {}, {}", one.point.label, number_text(one.point.x, 3), number_text(one.point.y, 3));
    sheet.scene.marks.push_back(std::move(mark));
    named.push_back({at, one.outlier || drawn.size() <= options.all_named ? one.point.label : ""});
  }
  for (scene::Mark& mark : detail::place_labels(named, kRadius, sheet.frame.panel, sheet.frame.text))
    sheet.scene.marks.push_back(std::move(mark));
  detail::finish_sheet(sheet);
  return std::move(sheet.scene);
}

}  // namespace hedgerow::plot
