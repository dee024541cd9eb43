// Contours: |yi - null| = z(1 - p/2) sei. Triangle: |yi - estimate| = z(0.975) sei.
#include "plot/funnel.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "plot/detail/frame.hpp"
#include "scene/metrics.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using detail::LegendEntry;
using scene::Point;

constexpr int kCurveSteps = 60;

double critical(double p) { return stats::normal_quantile(1.0 - 0.5 * p); }

scene::Color grey(double share) {
  const auto level = static_cast<std::uint8_t>(std::lround(255.0 * share));
  return {level, level, level};
}

// From the region just outside the first contour (darkest) to the most significant one (lightest); inside is white.
scene::Color region_color(std::size_t region, std::size_t regions) {
  const double step = regions > 1 ? static_cast<double>(region) / static_cast<double>(regions - 1) : 0.0;
  return grey(0.80 + 0.14 * step);
}

class FunnelDrawing {
 public:
  FunnelDrawing(const FunnelData& data, const FunnelOptions& options) : data_(data), options_(options) {
    for (const FunnelPoint& p : data.points) {
      if (std::isfinite(p.yi) && std::isfinite(p.sei) && p.sei > 0.0) points_.push_back(p);
    }
    contours_ = options.contours;
    std::sort(contours_.rbegin(), contours_.rend());
  }

  scene::Scene draw() {
    sheet_ = detail::make_sheet(request());
    sheet_.scene.title = data_.title.empty() ? "Funnel plot" : data_.title;
    sheet_.scene.description = describe();
    contours();
    if (options_.triangle) triangle();
    if (data_.regression) regression();
    for (const FunnelPoint& p : points_) point(p);
    detail::finish_sheet(sheet_);
    return std::move(sheet_.scene);
  }

 private:
  bool inverse() const { return options_.axis == FunnelAxis::inverse_sei; }
  double to_axis(double sei) const { return inverse() ? 1.0 / sei : sei; }
  double to_sei(double y) const { return inverse() ? 1.0 / y : y; }

  Limits y_limits() const {
    if (points_.empty()) return inverse() ? Limits{0.5, 2.0} : Limits{0.0, 1.0};
    std::vector<double> ys;
    for (const FunnelPoint& p : points_) ys.push_back(to_axis(p.sei));
    const Limits full = full_limits(ys);
    if (!inverse()) return {0.0, 1.06 * full.upper};
    const Limits wide = padded(full, 0.06);
    return {std::max(wide.lower, 0.5 * full.lower), wide.upper};
  }

  Limits x_limits(const Limits& y) const {
    const double widest_sei = inverse() ? to_sei(y.lower) : y.upper;
    std::vector<double> xs{data_.estimate};
    if (!contours_.empty()) xs.push_back(options_.null_value);
    if (options_.triangle) {
      const double half = critical(0.05) * widest_sei;
      xs.insert(xs.end(), {data_.estimate - half, data_.estimate + half});
    }
    for (const FunnelPoint& p : points_) xs.push_back(p.yi);
    return padded(full_limits(xs), 0.05);
  }

  detail::SheetRequest request() const {
    detail::SheetRequest r;
    r.title = data_.title;
    r.width = options_.width;
    r.height = options_.height;
    r.font_size = options_.font_size;
    r.y = y_limits();
    r.x = x_limits(r.y);
    r.y_downward = !inverse();
    r.x_axis = {ticks(r.x.lower, r.x.upper, options_.display), options_.measure};
    r.y_axis = {ticks(r.y.lower, r.y.upper, Display::identity),
                inverse() ? "Precision (1 / standard error)" : "Standard error"};
    r.legend = legend();
    return r;
  }

  std::vector<LegendEntry> legend() const {
    using Kind = LegendEntry::Kind;
    std::vector<LegendEntry> out;
    for (std::size_t i = 0; i < contours_.size(); ++i) {
      if (i == 0) out.push_back({Kind::swatch, palette::white, fmt::format("p > {:g}", contours_[0])});
      const bool last = i + 1 == contours_.size();
      out.push_back({Kind::swatch, region_color(i, contours_.size()),
                     last ? fmt::format("p < {:g}", contours_[i])
                          : fmt::format("{:g} > p > {:g}", contours_[i], contours_[i + 1])});
    }
    if (options_.triangle) {
      out.push_back({inverse() ? Kind::line : Kind::dashed, palette::ink, "Pseudo 95% limits"});
    }
    if (data_.regression) out.push_back({Kind::line, palette::vermillion, "Egger regression"});
    const bool imputed = std::any_of(points_.begin(), points_.end(), [](const FunnelPoint& p) { return p.imputed; });
    if (imputed) out.push_back({Kind::dot, palette::blue, "Observed"});
    if (imputed) out.push_back({Kind::circle, palette::blue, "Imputed by trim and fill"});
    if (data_.adjusted_estimate) out.push_back({Kind::dashed, palette::blue, "Estimate with imputed"});
    return out;
  }

  // The points (center + side * z * sei, y) from the bottom of the y limits to their top.
  std::vector<Point> curve(double center, double z) const {
    const detail::Frame& f = sheet_.frame;
    const int steps = inverse() ? kCurveSteps : 1;
    std::vector<Point> out;
    for (int i = 0; i <= steps; ++i) {
      const double y = f.y.lower + (f.y.upper - f.y.lower) * i / steps;
      out.push_back({f.x(center + z * to_sei(y)), f.y(y)});
    }
    return out;
  }

  std::vector<Point> wedge(double center, double z) const {
    std::vector<Point> out = curve(center, -z);
    const std::vector<Point> right = curve(center, z);
    out.insert(out.end(), right.rbegin(), right.rend());
    return detail::clip_polygon(std::move(out), sheet_.frame.panel);
  }

  void contours() {
    if (contours_.empty()) return;
    const std::size_t n = contours_.size();
    sheet_.scene.marks.push_back(scene::filled(sheet_.frame.panel, region_color(n - 1, n)));
    for (std::size_t i = n; i-- > 0;) {
      std::vector<Point> outline = wedge(options_.null_value, critical(contours_[i]));
      if (outline.size() < 3) continue;
      const scene::Color color = i == 0 ? palette::white : region_color(i - 1, n);
      sheet_.scene.marks.push_back(scene::filled(scene::Polygon{std::move(outline)}, color));
    }
    vertical(options_.null_value, palette::axis, 0.6, {});
  }

  void vertical(double x, scene::Color color, double width, std::vector<double> dash) {
    const scene::Rectangle& p = sheet_.frame.panel;
    const double at = sheet_.frame.x(x);
    detail::add_clipped_line(sheet_, {at, p.y}, {at, p.y + p.height}, color, width, std::move(dash));
  }

  void path(const std::vector<Point>& points, scene::Color color, double width, const std::vector<double>& dash) {
    for (std::size_t i = 1; i < points.size(); ++i) {
      detail::add_clipped_line(sheet_, points[i - 1], points[i], color, width, dash);
    }
  }

  void triangle() {
    const std::vector<double> dash = inverse() ? std::vector<double>{} : std::vector<double>{3.0, 2.0};
    path(curve(data_.estimate, -critical(0.05)), palette::ink, 0.8, dash);
    path(curve(data_.estimate, critical(0.05)), palette::ink, 0.8, dash);
    vertical(data_.estimate, palette::ink, 0.8, {3.0, 2.0});
    if (data_.adjusted_estimate) vertical(*data_.adjusted_estimate, palette::blue, 0.9, {3.0, 2.0});
  }

  void regression() {
    const detail::Frame& f = sheet_.frame;
    std::vector<Point> points;
    for (int i = 0; i <= kCurveSteps; ++i) {
      const double y = f.y.lower + (f.y.upper - f.y.lower) * i / kCurveSteps;
      points.push_back({f.x(data_.regression->intercept + data_.regression->slope * to_sei(y)), f.y(y)});
    }
    path(points, palette::vermillion, 1.1, {});
  }

  void point(const FunnelPoint& p) {
    const detail::Frame& f = sheet_.frame;
    scene::Mark mark = scene::filled(scene::Circle{{f.x(p.yi), f.y(to_axis(p.sei))}, 0.29 * options_.font_size},
                                     p.imputed ? palette::white : palette::blue);
    mark.paint.stroke = p.imputed ? palette::blue : palette::white;
    mark.paint.stroke_width = p.imputed ? 0.9 : 0.4;
    mark.css_class = p.imputed ? "imputed" : "study";
    mark.tooltip = fmt::format("{}{}{} (SE {})", p.label.empty() ? "" : p.label + ": ",
                               number_text(to_display(p.yi, options_.display), 2), p.imputed ? ", imputed" : "",
                               number_text(p.sei, 3));
    sheet_.scene.marks.push_back(std::move(mark));
  }

  std::string describe() const {
    std::size_t imputed = 0;
    for (const FunnelPoint& p : points_) imputed += p.imputed ? 1 : 0;
    std::string out =
        fmt::format("Funnel plot of {} effects ({}) around the pooled estimate {}.", points_.size() - imputed,
                    options_.measure, number_text(to_display(data_.estimate, options_.display), 2));
    if (imputed > 0) out += fmt::format(" {} imputed by trim and fill.", imputed);
    const std::size_t left_out = data_.points.size() - points_.size();
    if (left_out > 0) out += fmt::format(" Left out for want of a standard error: {}.", left_out);
    return out;
  }

  const FunnelData& data_;
  const FunnelOptions& options_;
  std::vector<FunnelPoint> points_;
  std::vector<double> contours_;
  detail::Sheet sheet_;
};

}  // namespace

scene::Scene funnel(const FunnelData& data, const FunnelOptions& options) {
  return FunnelDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
