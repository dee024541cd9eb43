// The arc is part of the circle around the origin on the page, so that a tick of it lies in the direction of its slope.
// Source: galbraith1988.
#include "plot/radial.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "plot/detail/frame.hpp"
#include "plot/detail/labels.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using scene::Point;

constexpr double kRadius = 2.4;
constexpr double kArcRoom = 0.16;  ///< share of the horizontal axis beyond the last point, which the arc takes

class RadialDrawing {
 public:
  RadialDrawing(const RadialData& data, const RadialOptions& options) : data_(data), options_(options) {
    for (const RadialPoint& p : data.points)
      if (std::isfinite(p.x) && std::isfinite(p.y)) points_.push_back(p);
    std::stable_sort(points_.begin(), points_.end(),
                     [&](const RadialPoint& a, const RadialPoint& b) { return beside(a) > beside(b); });
  }

  scene::Scene draw() {
    sheet_ = detail::make_sheet(request());
    sheet_.scene.title = data_.title.empty() ? "Radial plot" : data_.title;
    sheet_.scene.description = describe();
    band();
    for (const double bound : {data_.ci_lb, data_.ci_ub}) ray(bound, 0.0, palette::axis, 0.6, {2.0, 2.0});
    ray(data_.estimate, 0.0, palette::ink, 1.0, {});
    points();
    arc();
    detail::finish_sheet(sheet_);
    return std::move(sheet_.scene);
  }

 private:
  // Distance from the line of the mean in standard errors.
  double beside(const RadialPoint& p) const { return std::fabs(p.y - data_.estimate * p.x); }
  bool outlier(const RadialPoint& p) const { return beside(p) > options_.quantile; }

  detail::SheetRequest request() {
    std::vector<double> ys{-options_.quantile, options_.quantile};
    for (const RadialPoint& p : points_) {
      reach_ = std::max(reach_, p.x);
      ys.push_back(p.y);
    }
    if (!(reach_ > 0.0)) reach_ = 1.0;
    for (const double end : {-options_.quantile, options_.quantile}) ys.push_back(data_.estimate * reach_ + end);
    detail::SheetRequest r;
    r.title = data_.title;
    r.width = options_.width;
    r.height = options_.height;
    r.font_size = options_.font_size;
    r.x = {0.0, reach_ * (1.0 + kArcRoom)};
    r.y = padded(full_limits(ys), 0.05);
    r.x_axis = {ticks(0.0, r.x.upper, Display::identity), options_.x_title};
    r.y_axis = {ticks(r.y.lower, r.y.upper, Display::identity), options_.y_title};
    return r;
  }

  Point on_page(double x, double y) const { return {sheet_.frame.x(x), sheet_.frame.y(y)}; }

  // y = slope x + shift up to the last point.
  void ray(double slope, double shift, scene::Color color, double width, std::vector<double> dash) {
    if (!std::isfinite(slope)) return;
    detail::add_clipped_line(sheet_, on_page(0.0, shift), on_page(reach_, slope * reach_ + shift), color, width,
                             std::move(dash));
  }

  void band() {
    const double q = options_.quantile, end = data_.estimate * reach_;
    if (!std::isfinite(end)) return;
    std::vector<Point> outline{on_page(0.0, -q), on_page(reach_, end - q), on_page(reach_, end + q), on_page(0.0, q)};
    outline = detail::clip_polygon(std::move(outline), sheet_.frame.panel);
    if (outline.size() > 2)
      sheet_.scene.marks.push_back(scene::filled(scene::Polygon{std::move(outline)}, palette::faint, 0.6));
  }

  void points() {
    std::vector<detail::NamedPoint> named;
    for (const RadialPoint& p : points_) {
      const Point at = on_page(p.x, p.y);
      scene::Mark mark =
          scene::filled(scene::Circle{at, kRadius}, outlier(p) ? palette::vermillion : palette::blue, 0.85);
      mark.css_class = outlier(p) ? "study outlier" : "study";
      const double effect = p.x > 0.0 ? p.y / p.x + data_.offset : std::nan("");
      mark.tooltip = fmt::format("{}: {}", p.label, number_text(to_display(effect, options_.display), 2));
      sheet_.scene.marks.push_back(std::move(mark));
      named.push_back({at, outlier(p) || points_.size() <= options_.all_named ? p.label : ""});
    }
    // Names keep off the line of the mean, the arc and its room.
    const std::vector<Point> curve = arc_curve();
    for (const Point& at : curve) named.push_back({at, ""});
    constexpr int kSteps = 100;
    for (int i = 0; i <= kSteps; ++i) {
      const double x = reach_ * i / kSteps;
      named.push_back({on_page(x, data_.estimate * x), ""});
    }
    scene::Rectangle room = sheet_.frame.panel;
    room.width = sheet_.frame.x(reach_ * (1.0 + 0.2 * kArcRoom)) - room.x;
    for (scene::Mark& mark : detail::place_labels(named, kRadius, room, sheet_.frame.text))
      sheet_.scene.marks.push_back(std::move(mark));
  }

  // Where the direction of a slope meets the circle of `radius` points around the origin.
  Point at_arc(double slope, double radius) const {
    const Point origin = on_page(0.0, 0.0), one = on_page(1.0, slope);
    const double dx = one.x - origin.x, dy = one.y - origin.y, length = std::hypot(dx, dy);
    return {origin.x + radius * dx / length, origin.y + radius * dy / length};
  }

  double arc_radius() const { return sheet_.frame.x(reach_ * (1.0 + 0.3 * kArcRoom)) - on_page(0.0, 0.0).x; }

  Limits arc_limits() const {
    std::vector<double> slopes{data_.ci_lb, data_.ci_ub};
    for (const RadialPoint& p : points_)
      if (p.x > 0.0) slopes.push_back(p.y / p.x);
    return full_limits(slopes);
  }

  bool on_panel(double slope) const {
    const scene::Rectangle& panel = sheet_.frame.panel;
    const double line = 0.5 * sheet_.frame.text.size;
    const Point p = at_arc(slope, arc_radius() + 3.0);
    return p.y > panel.y + line && p.y < panel.y + panel.height - line;
  }

  std::vector<Point> arc_curve() const {
    const Limits limits = arc_limits();
    constexpr int kSteps = 120;
    std::vector<Point> out;
    for (int i = 0; i <= kSteps; ++i) {
      const double slope = limits.lower + (limits.upper - limits.lower) * i / kSteps;
      if (on_panel(slope)) out.push_back(at_arc(slope, arc_radius()));
    }
    return out;
  }

  void arc() {
    std::vector<Point> curve = arc_curve();
    if (curve.size() > 1) sheet_.scene.marks.push_back(scene::polyline(std::move(curve), palette::axis, 0.75));
    const scene::Rectangle& panel = sheet_.frame.panel;
    const scene::Font& font = sheet_.frame.text;
    const Limits limits = arc_limits();
    const double radius = arc_radius();
    double last = -1e9;
    std::vector<Tick> marks = ticks(limits.lower + data_.offset, limits.upper + data_.offset, options_.display);
    std::reverse(marks.begin(), marks.end());  // from the top down
    for (const Tick& tick : marks) {
      const double slope = tick.at - data_.offset;
      const Point from = at_arc(slope, radius), to = at_arc(slope, radius + 3.0), text = at_arc(slope, radius + 5.0);
      const bool beyond = text.x + scene::text_width(tick.label, font) > panel.x + panel.width;
      if (!on_panel(slope) || to.y - last < 1.2 * font.size || beyond) continue;
      last = to.y;
      sheet_.scene.marks.push_back(scene::line(from, to, palette::axis, 0.75));
      sheet_.scene.marks.push_back(
          scene::text({text.x, text.y + 0.5 * scene::kCapHeight * font.size}, tick.label, font));
    }
  }

  std::string describe() const {
    std::vector<std::string> names;
    for (const RadialPoint& p : points_)
      if (outlier(p)) names.push_back(p.label);
    std::string out = fmt::format("Radial plot of {} effects ({} at the arc). The line of the mean has the slope {}.",
                                  points_.size(), options_.measure, number_text(data_.estimate, 3));
    return out + (names.empty() ? " No effect is outside the band."
                                : fmt::format(" Outside the band: {}.", join(names, ", ")));
  }

  const RadialData& data_;
  const RadialOptions& options_;
  std::vector<RadialPoint> points_;
  double reach_ = 0.0;
  detail::Sheet sheet_;
};

}  // namespace

scene::Scene radial(const RadialData& data, const RadialOptions& options) {
  return RadialDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
