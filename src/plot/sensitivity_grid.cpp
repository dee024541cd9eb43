// Panels stand below each other on one horizontal axis, so that a change of the estimate and of the components is read
// at the same place.
#include "plot/sensitivity_grid.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "plot/axis.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using scene::Anchor;
using scene::Mark;
using scene::Point;

constexpr double kMargin = 12.0;
constexpr double kRadius = 2.2;

struct Style {
  scene::Color color;
  std::vector<double> dash;
};
const std::array<Style, 6> kStyles{{{palette::blue, {}},
                                    {palette::vermillion, {4, 2}},
                                    {palette::bluish_green, {1.5, 1.5}},
                                    {palette::reddish_purple, {6, 2, 1.5, 2}},
                                    {palette::orange, {2.5, 1}},
                                    {palette::black, {8, 3}}}};

class GridDrawing {
 public:
  GridDrawing(const GridData& data, const GridOptions& options)
      : data_(data),
        options_(options),
        text_{.size = options.font_size},
        strong_{.size = options.font_size, .bold = true},
        left_(kMargin + 4.5 * options.font_size) {
    std::vector<double> at = data.values;
    at.push_back(data.used);
    const Limits limits = padded(full_limits(at), 0.04);
    x_ = {limits.lower, limits.upper, left_, left_ + options.width};
  }

  scene::Scene draw() {
    const double fs = options_.font_size;
    scene_.width = left_ + options_.width + kMargin + 1.5 * fs;
    scene_.title = data_.title.empty() ? "Sensitivity to " + data_.x_title : data_.title;
    scene_.description = describe();
    double y = kMargin;
    if (!data_.title.empty()) {
      const scene::Font large{.size = 1.2 * fs, .bold = true};
      scene_.marks.push_back(
          scene::text({kMargin, y + fs}, scene::ellipsise(data_.title, scene_.width - 2 * kMargin, large), large));
      y += 2.0 * fs;
    }
    for (const GridPanel& panel : data_.panels) y = draw_panel(panel, y + 1.6 * fs);
    finish(y);
    return std::move(scene_);
  }

 private:
  static Limits limits_of(const GridPanel& panel) {
    std::vector<double> all;
    if (panel.with_null) all.push_back(0.0);
    for (const GridCurve& curve : panel.curves)
      for (const std::vector<double>* part : {&curve.values, &curve.lower, &curve.upper})
        all.insert(all.end(), part->begin(), part->end());
    return padded(full_limits(all), 0.06);
  }

  /// Draws the panel below `top` and returns where it ends.
  double draw_panel(const GridPanel& panel, double top) {
    const double fs = options_.font_size;
    auto& marks = scene_.marks;
    const Limits limits = limits_of(panel);
    marks.push_back(scene::text({left_, top - 0.5 * fs}, panel.title, strong_));
    if (panel.curves.size() > 1) top = draw_legend(panel, top + 0.9 * fs) + 0.6 * fs;
    const Scale y{limits.lower, limits.upper, top + options_.height, top};
    for (const Tick& tick : without_collisions(ticks(y.lower, y.upper, Display::identity, 4), y, text_, false, fs)) {
      marks.push_back(scene::line({x_.at_lower, y(tick.at)}, {x_.at_upper, y(tick.at)}, palette::faint, 0.5));
      marks.push_back(
          scene::text({left_ - 0.6 * fs, y(tick.at) + 0.5 * scene::kCapHeight * fs}, tick.label, text_, Anchor::end));
    }
    if (panel.with_null && y.contains(0.0))
      marks.push_back(scene::line({x_.at_lower, y(0.0)}, {x_.at_upper, y(0.0)}, palette::ink, 0.75));
    if (std::isfinite(data_.used))
      marks.push_back(
          scene::line({x_(data_.used), y.at_lower}, {x_(data_.used), y.at_upper}, palette::ink, 0.9, {4, 2}));
    for (std::size_t c = 0; c < panel.curves.size(); ++c) draw_curve(panel, c, y);
    for (std::size_t i = 0; i < data_.failures.size(); ++i)
      if (!data_.failures[i].empty()) cross({x_(data_.values[i]), y.at_lower - 0.6 * fs}, data_.failures[i]);
    Mark frame{scene::Rectangle{x_.at_lower, y.at_upper, options_.width, options_.height}};
    frame.paint.stroke = palette::axis;
    marks.push_back(std::move(frame));
    return y.at_lower + 0.6 * fs;
  }

  void draw_curve(const GridPanel& panel, std::size_t c, const Scale& y) {
    const GridCurve& curve = panel.curves[c];
    const Style& style = kStyles[c % kStyles.size()];
    std::size_t from = 0;
    for (std::size_t i = 0; i <= curve.values.size(); ++i) {
      if (i < curve.values.size() && std::isfinite(curve.values[i])) continue;
      draw_run(curve, style, from, i, y);
      from = i + 1;
    }
    for (std::size_t i = 0; i < curve.values.size(); ++i) {
      if (!std::isfinite(curve.values[i])) continue;
      const bool used = data_.values[i] == data_.used;
      Mark mark = scene::filled(scene::Circle{{x_(data_.values[i]), y(curve.values[i])}, kRadius},
                                used ? style.color : palette::white);
      mark.paint.stroke = style.color;
      mark.tooltip = tooltip(curve, i);
      scene_.marks.push_back(std::move(mark));
    }
  }

  std::string tooltip(const GridCurve& curve, std::size_t i) const {
    std::string out =
        fmt::format("{} at {}: {}", curve.name, number_text(data_.values[i], 2), number_text(curve.values[i], 4));
    if (i < curve.lower.size() && i < curve.upper.size())
      out += fmt::format(" [{}, {}]", number_text(curve.lower[i], 4), number_text(curve.upper[i], 4));
    return out;
  }

  /// Values from `from` to before `to`, all finite: band and line.
  void draw_run(const GridCurve& curve, const Style& style, std::size_t from, std::size_t to, const Scale& y) {
    std::vector<Point> points, band;
    for (std::size_t i = from; i < to; ++i) points.push_back({x_(data_.values[i]), y(curve.values[i])});
    if (points.size() < 2) {
      if (points.size() == 1 && from < curve.lower.size() && std::isfinite(curve.lower[from]))
        scene_.marks.push_back(scene::line({points.front().x, y(curve.lower[from])},
                                           {points.front().x, y(curve.upper[from])}, style.color, 0.9));
      return;
    }
    for (std::size_t i = from; i < to && i < curve.lower.size(); ++i)
      if (std::isfinite(curve.lower[i])) band.push_back({x_(data_.values[i]), y(curve.lower[i])});
    for (std::size_t i = std::min(to, curve.upper.size()); i-- > from;)
      if (std::isfinite(curve.upper[i])) band.push_back({x_(data_.values[i]), y(curve.upper[i])});
    if (band.size() > 3) scene_.marks.push_back(scene::filled(scene::Polygon{std::move(band)}, style.color, 0.18));
    scene_.marks.push_back(scene::polyline(std::move(points), style.color, 1.2, style.dash));
  }

  void cross(Point at, const std::string& why) {
    const double r = 3.0;
    scene::Group group;
    group.marks.push_back(scene::line({at.x - r, at.y - r}, {at.x + r, at.y + r}, palette::vermillion, 1.2));
    group.marks.push_back(scene::line({at.x - r, at.y + r}, {at.x + r, at.y - r}, palette::vermillion, 1.2));
    Mark mark{std::move(group)};
    mark.tooltip = why;
    scene_.marks.push_back(std::move(mark));
  }

  /// Names of the curves from `y` on; returns the last line's place.
  double draw_legend(const GridPanel& panel, double y) {
    const double fs = options_.font_size;
    double x = left_;
    for (std::size_t c = 0; c < panel.curves.size(); ++c) {
      const std::string name = scene::ellipsise(panel.curves[c].name, 0.5 * options_.width, text_);
      const double width = 4.0 * fs + scene::text_width(name, text_);
      if (x > left_ && x + width > x_.at_upper) {
        x = left_;
        y += 1.4 * fs;
      }
      const Style& style = kStyles[c % kStyles.size()];
      const double middle = y - 0.5 * scene::kCapHeight * fs;
      scene_.marks.push_back(scene::line({x, middle}, {x + 2.2 * fs, middle}, style.color, 1.2, style.dash));
      scene_.marks.push_back(scene::text({x + 2.7 * fs, y}, name, text_));
      x += width;
    }
    return y;
  }

  bool any_failure() const {
    return std::any_of(data_.failures.begin(), data_.failures.end(), [](const auto& why) { return !why.empty(); });
  }

  /// The horizontal axis with its title, and what the marks mean.
  void finish(double y) {
    const double fs = options_.font_size;
    for (const Tick& tick : without_collisions(ticks(x_.lower, x_.upper, Display::identity, 8), x_, text_, true, fs))
      scene_.marks.push_back(scene::text({x_(tick.at), y + fs}, tick.label, text_, Anchor::middle));
    y += 2.6 * fs;
    scene_.marks.push_back(scene::text({0.5 * (x_.at_lower + x_.at_upper), y}, data_.x_title, text_, Anchor::middle));
    std::vector<std::string> notes;
    if (std::isfinite(data_.used))
      notes.push_back(fmt::format("dashed vertical line: main analysis ({})", format_shortest(data_.used)));
    if (any_failure()) notes.emplace_back("×: no fit");
    if (!notes.empty()) {
      y += 1.8 * fs;
      scene_.marks.push_back(scene::text({left_, y}, join(notes, "; "), text_, Anchor::start, palette::muted));
    }
    scene_.height = y + kMargin;
  }

  std::string describe() const {
    std::string failed;
    for (std::size_t i = 0; i < data_.failures.size(); ++i)
      if (!data_.failures[i].empty()) failed += (failed.empty() ? "" : ", ") + format_shortest(data_.values[i]);
    return fmt::format("{} panels against {} at {} values. Without a fit: {}.", data_.panels.size(), data_.x_title,
                       data_.values.size(), failed.empty() ? "none" : failed);
  }

  const GridData& data_;
  const GridOptions& options_;
  scene::Font text_, strong_;
  double left_;
  Scale x_;
  scene::Scene scene_;
};

}  // namespace

scene::Scene sensitivity_grid(const GridData& data, const GridOptions& options) {
  return GridDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
