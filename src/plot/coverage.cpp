#include "plot/coverage.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plot/axis.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using scene::Anchor;
using scene::Point;

constexpr double kMargin = 10.0;
constexpr double kGap = 16.0;    ///< between panels
constexpr double kSpread = 0.5;  ///< share of a step of the x axis over which the methods stand side by side

constexpr std::array<scene::Color, 7> kColors{palette::black,        palette::orange,     palette::reddish_purple,
                                              palette::bluish_green, palette::vermillion, palette::blue,
                                              palette::sky_blue};

class CoverageDrawing {
 public:
  CoverageDrawing(const CoverageData& data, const CoverageOptions& options) : data_(data), options_(options) {
    text_ = {.size = options.font_size};
    strong_ = {.size = options.font_size, .bold = true};
    limits_ = find_limits();
    left_ = kMargin + 5.5 * options.font_size;
    top_ = kMargin + (data.title.empty() ? 0.0 : 2.2 * options.font_size) + 1.8 * options.font_size;
  }

  scene::Scene draw() {
    const double fs = options_.font_size;
    const auto columns = static_cast<double>(data_.columns.size());
    const auto rows = static_cast<double>(data_.rows.size());
    scene_.width = left_ + columns * (options_.width + kGap) - kGap + kMargin;
    bottom_ = top_ + rows * (options_.height + row_gap()) - row_gap();
    scene_.title = data_.title;
    scene_.description = describe();
    if (!data_.title.empty())
      scene_.marks.push_back(scene::text({left_, kMargin + 1.1 * fs}, data_.title, {.size = 1.2 * fs, .bold = true}));
    for (std::size_t r = 0; r < data_.rows.size(); ++r)
      for (std::size_t c = 0; c < data_.columns.size(); ++c) panel(r, c);
    scene_.marks.push_back(scene::text({0.5 * (left_ + scene_.width - kMargin), bottom_ + 3.2 * fs}, options_.x_title,
                                       text_, Anchor::middle));
    legend();
    return std::move(scene_);
  }

 private:
  double row_gap() const { return 2.2 * options_.font_size; }

  Limits find_limits() const {
    std::vector<double> values{data_.level};
    for (const CoveragePanel& panel : data_.panels)
      for (const CoverageSeries& series : panel.series)
        for (std::size_t i = 0; i < series.coverage.size(); ++i)
          values.insert(values.end(), {series.coverage[i] - series.margin[i], series.coverage[i] + series.margin[i]});
    Limits out = padded(full_limits(values), 0.05);
    out.upper = std::min(out.upper, 1.005);
    return out;
  }

  Scale y_scale(std::size_t row) const {
    const double y = top_ + static_cast<double>(row) * (options_.height + row_gap());
    return {limits_.lower, limits_.upper, y + options_.height, y};
  }
  Scale x_scale(std::size_t column) const {
    const double x = left_ + static_cast<double>(column) * (options_.width + kGap);
    return {-0.5, static_cast<double>(data_.sizes.size()) - 0.5, x, x + options_.width};
  }

  void panel(std::size_t r, std::size_t c) {
    const Scale x = x_scale(c), y = y_scale(r);
    axes(x, y, r, c);
    const CoveragePanel& panel = data_.panels[r * data_.columns.size() + c];
    for (std::size_t s = 0; s < panel.series.size(); ++s) series(panel.series[s], s, x, y);
  }

  void axes(const Scale& x, const Scale& y, std::size_t r, std::size_t c) {
    const double fs = options_.font_size;
    auto& marks = scene_.marks;
    for (const Tick& tick : ticks(limits_.lower, limits_.upper, Display::identity)) {
      marks.push_back(scene::line({x.at_lower, y(tick.at)}, {x.at_upper, y(tick.at)}, palette::faint, 0.5));
      if (c > 0) continue;
      const std::string label = fmt::format("{:g}%", std::round(1000 * tick.at) / 10);
      marks.push_back(
          scene::text({x.at_lower - 0.6 * fs, y(tick.at) + 0.5 * scene::kCapHeight * fs}, label, text_, Anchor::end));
    }
    marks.push_back(scene::line({x.at_lower, y(data_.level)}, {x.at_upper, y(data_.level)}, palette::ink, 1.0, {4, 2}));
    scene::Mark frame{scene::Rectangle{x.at_lower, y.at_upper, x.at_upper - x.at_lower, y.at_lower - y.at_upper}};
    frame.paint.stroke = palette::axis;
    marks.push_back(std::move(frame));
    for (std::size_t i = 0; i < data_.sizes.size(); ++i) {
      const double at = x(static_cast<double>(i));
      marks.push_back(scene::line({at, y.at_lower}, {at, y.at_lower + 0.3 * fs}, palette::axis));
      if (r + 1 == data_.rows.size())
        marks.push_back(scene::text({at, y.at_lower + 1.5 * fs}, data_.sizes[i], text_, Anchor::middle));
    }
    if (r == 0)
      marks.push_back(scene::text({0.5 * (x.at_lower + x.at_upper), y.at_upper - 0.6 * fs},
                                  scene::ellipsise(data_.columns[c], options_.width, strong_), strong_,
                                  Anchor::middle));
    if (c == 0)
      marks.push_back(scene::Mark{scene::Text{{kMargin + fs, 0.5 * (y.at_lower + y.at_upper)},
                                              scene::ellipsise(data_.rows[r], options_.height, strong_),
                                              strong_,
                                              Anchor::middle,
                                              palette::ink,
                                              90.0}});
  }

  double shift(std::size_t s) const {
    const auto n = static_cast<double>(data_.series.size());
    return n < 2 ? 0.0 : kSpread * (static_cast<double>(s) / (n - 1) - 0.5);
  }

  /// Even methods have filled points and solid lines, odd ones open points and dashes.
  void point(Point at, std::size_t s, const std::string& tooltip) {
    const scene::Color color = kColors[s % kColors.size()];
    scene::Mark mark = scene::filled(scene::Circle{at, 2.3}, s % 2 == 0 ? color : palette::white);
    mark.paint.stroke = color;
    mark.paint.stroke_width = 1.0;
    mark.tooltip = tooltip;
    scene_.marks.push_back(std::move(mark));
  }
  static std::vector<double> dash(std::size_t s) { return s % 2 == 0 ? std::vector<double>{} : std::vector{3.0, 2.0}; }

  void series(const CoverageSeries& values, std::size_t s, const Scale& x, const Scale& y) {
    const scene::Color color = kColors[s % kColors.size()];
    std::vector<Point> points;
    for (std::size_t i = 0; i < values.coverage.size(); ++i) {
      if (!std::isfinite(values.coverage[i])) continue;
      const double at = x(static_cast<double>(i) + shift(s));
      points.push_back({at, y(values.coverage[i])});
      scene_.marks.push_back(scene::line({at, y(values.coverage[i] - values.margin[i])},
                                         {at, y(std::min(values.coverage[i] + values.margin[i], limits_.upper))}, color,
                                         0.9));
    }
    if (points.size() > 1) scene_.marks.push_back(scene::polyline(points, color, 0.9, dash(s)));
    std::size_t i = 0;
    for (const Point& at : points) {
      while (!std::isfinite(values.coverage[i])) ++i;
      point(at, s, fmt::format("{}, {}: {:.1f}%", data_.series[s], data_.sizes[i], 100 * values.coverage[i]));
      ++i;
    }
  }

  void legend() {
    const double fs = options_.font_size;
    double x = left_, y = bottom_ + 5.4 * fs;
    const auto entry_width = [&](const std::string& label) { return 4.6 * fs + scene::text_width(label, text_); };
    for (std::size_t s = 0; s < data_.series.size(); ++s) {
      if (x > left_ && x + entry_width(data_.series[s]) > scene_.width - kMargin) {
        x = left_;
        y += 1.5 * fs;
      }
      const double middle = y - 0.5 * scene::kCapHeight * fs;
      scene_.marks.push_back(
          scene::line({x, middle}, {x + 2.2 * fs, middle}, kColors[s % kColors.size()], 0.9, dash(s)));
      point({x + 1.1 * fs, middle}, s, "");
      scene_.marks.push_back(scene::text({x + 2.8 * fs, y}, data_.series[s], text_));
      x += entry_width(data_.series[s]);
    }
    y += 1.7 * fs;
    scene_.marks.push_back(scene::text({left_, y},
                                       fmt::format("Dashed black line: nominal {:g}%. Bars: ±1.96 Monte Carlo "
                                                   "standard errors.",
                                                   100 * data_.level),
                                       text_, Anchor::start, palette::muted));
    scene_.height = y + kMargin;
  }

  std::string describe() const {
    return fmt::format(
        "Coverage of {:g}% confidence intervals against the number of studies by {} methods, in {} "
        "panels.",
        100 * data_.level, data_.series.size(), data_.panels.size());
  }

  const CoverageData& data_;
  const CoverageOptions& options_;
  scene::Font text_, strong_;
  Limits limits_;
  double left_ = 0, top_ = 0, bottom_ = 0;
  scene::Scene scene_;
};

}  // namespace

scene::Scene coverage(const CoverageData& data, const CoverageOptions& options) {
  return CoverageDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
