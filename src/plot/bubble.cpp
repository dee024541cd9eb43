// Bubbles have areas proportional to the weights; large ones are drawn first, so that none hides another.
#include "plot/bubble.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "plot/detail/frame.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using detail::LegendEntry;
using scene::Point;

constexpr double kLargestRadius = 9.0;   // points
constexpr double kSmallestRadius = 1.4;  // points
constexpr double kLevelMargin = 0.6;     // room beside the outer levels of a factor, in levels
constexpr double kLevelSpread = 0.22;    // bubbles of one level stand up to so far beside its centre

class BubbleDrawing {
 public:
  BubbleDrawing(const BubbleData& data, const BubbleOptions& options) : data_(data), options_(options) {
    for (const BubblePoint& p : data.points) {
      if (std::isfinite(p.x) && std::isfinite(p.yi)) points_.push_back(p);
    }
    spread_levels();
    std::stable_sort(points_.begin(), points_.end(),
                     [](const BubblePoint& a, const BubblePoint& b) { return a.weight > b.weight; });
    for (const BubblePoint& p : points_) max_weight_ = std::max(max_weight_, p.weight);
  }

  scene::Scene draw() {
    sheet_ = detail::make_sheet(request());
    sheet_.scene.title = data_.title.empty() ? "Bubble plot" : data_.title;
    sheet_.scene.description = describe();
    null_line();
    if (factor()) {
      for (const BubblePoint& p : points_) point(p);
      for (const BubbleFit& f : data_.fit) level_fit(f);
    } else {
      band(&BubbleFit::pi_lb, &BubbleFit::pi_ub, 0.10);
      band(&BubbleFit::ci_lb, &BubbleFit::ci_ub, 0.20);
      for (const BubblePoint& p : points_) point(p);
      fitted_line();
    }
    detail::finish_sheet(sheet_);
    return std::move(sheet_.scene);
  }

 private:
  bool factor() const { return !data_.levels.empty(); }

  // The points of a level alternate to the right and left of its centre; the same data give the same picture.
  void spread_levels() {
    if (!factor()) return;
    std::vector<std::size_t> totals(data_.levels.size(), 0);
    const auto level_of = [&](const BubblePoint& p) {
      return static_cast<std::size_t>(std::max(0.0, std::round(p.x)));
    };
    for (const BubblePoint& p : points_) {
      if (level_of(p) < totals.size()) ++totals[level_of(p)];
    }
    std::vector<std::size_t> seen(totals.size(), 0);
    for (BubblePoint& p : points_) {
      const std::size_t level = level_of(p);
      if (level >= totals.size() || totals[level] < 2) continue;
      // The golden ratio's multiples fill the interval evenly for any count.
      const double step = static_cast<double>(++seen[level]) * 0.6180339887498949;
      p.x += kLevelSpread * (2.0 * (step - std::floor(step)) - 1.0);
    }
  }

  detail::SheetRequest request() const {
    std::vector<double> xs;
    std::vector<double> ys;
    std::vector<double> always{options_.null_value};
    for (const BubblePoint& p : points_) {
      xs.push_back(p.x);
      ys.push_back(p.yi);
      always.push_back(p.yi);
    }
    for (const BubbleFit& f : data_.fit) {
      xs.push_back(f.x);
      ys.insert(ys.end(), {f.ci_lb, f.ci_ub, f.pi_lb, f.pi_ub});
      always.push_back(f.estimate);
    }
    detail::SheetRequest r;
    r.title = data_.title;
    r.width = options_.width;
    r.height = options_.height;
    r.font_size = options_.font_size;
    r.x = padded(full_limits(xs), 0.06);
    if (factor()) r.x = {-kLevelMargin, static_cast<double>(data_.levels.size()) - 1.0 + kLevelMargin};
    r.y = padded(robust_limits(ys, always), 0.08);
    r.x_axis = {factor() ? level_ticks() : ticks(r.x.lower, r.x.upper, Display::identity), options_.moderator};
    r.y_axis = {ticks(r.y.lower, r.y.upper, options_.display), options_.measure};
    r.legend = legend();
    return r;
  }

  std::vector<Tick> level_ticks() const {
    const scene::Font font{.size = options_.font_size};
    const double room = options_.width / (static_cast<double>(data_.levels.size()) + 0.3) - options_.font_size;
    std::vector<Tick> out;
    for (std::size_t i = 0; i < data_.levels.size(); ++i) {
      out.push_back({static_cast<double>(i), scene::ellipsise(data_.levels[i], room, font)});
    }
    return out;
  }

  bool has_prediction() const {
    return std::any_of(data_.fit.begin(), data_.fit.end(),
                       [](const BubbleFit& f) { return std::isfinite(f.pi_lb) && std::isfinite(f.pi_ub); });
  }

  std::vector<LegendEntry> legend() const {
    if (data_.fit.empty()) return {};
    using Kind = LegendEntry::Kind;
    if (factor()) return {{Kind::line, palette::vermillion, "Estimate with confidence interval"}};
    std::vector<LegendEntry> out{{Kind::line, palette::vermillion, "Fitted line"},
                                 {Kind::swatch, {247, 223, 204}, "Confidence band"}};
    if (has_prediction()) out.push_back({Kind::swatch, {251, 239, 230}, "Prediction band"});
    return out;
  }

  void null_line() {
    const scene::Rectangle& p = sheet_.frame.panel;
    const double y = sheet_.frame.y(options_.null_value);
    if (!std::isfinite(y)) return;
    detail::add_clipped_line(sheet_, {p.x, y}, {p.x + p.width, y}, palette::rule, 0.6);
  }

  void band(double BubbleFit::*lower, double BubbleFit::*upper, double opacity) {
    const detail::Frame& f = sheet_.frame;
    std::vector<Point> outline;
    for (const BubbleFit& fit : data_.fit) {
      if (std::isfinite(fit.*lower) && std::isfinite(fit.*upper)) outline.push_back({f.x(fit.x), f.y(fit.*lower)});
    }
    for (auto fit = data_.fit.rbegin(); fit != data_.fit.rend(); ++fit) {
      if (std::isfinite(*fit.*lower) && std::isfinite(*fit.*upper)) outline.push_back({f.x(fit->x), f.y(*fit.*upper)});
    }
    outline = detail::clip_polygon(std::move(outline), f.panel);
    if (outline.size() < 3) return;
    sheet_.scene.marks.push_back(scene::filled(scene::Polygon{std::move(outline)}, palette::vermillion, opacity));
  }

  void fitted_line() {
    const detail::Frame& f = sheet_.frame;
    for (std::size_t i = 1; i < data_.fit.size(); ++i) {
      const BubbleFit& a = data_.fit[i - 1];
      const BubbleFit& b = data_.fit[i];
      if (!std::isfinite(a.estimate) || !std::isfinite(b.estimate)) continue;
      detail::add_clipped_line(sheet_, {f.x(a.x), f.y(a.estimate)}, {f.x(b.x), f.y(b.estimate)}, palette::vermillion,
                               1.4);
    }
  }

  void level_fit(const BubbleFit& fit) {
    const detail::Frame& f = sheet_.frame;
    if (!std::isfinite(fit.estimate)) return;
    const double x = f.x(fit.x);
    detail::add_clipped_line(sheet_, {f.x(fit.x - 0.28), f.y(fit.estimate)}, {f.x(fit.x + 0.28), f.y(fit.estimate)},
                             palette::vermillion, 1.6);
    if (!std::isfinite(fit.ci_lb) || !std::isfinite(fit.ci_ub)) return;
    detail::add_clipped_line(sheet_, {x, f.y(fit.ci_lb)}, {x, f.y(fit.ci_ub)}, palette::vermillion, 1.6);
    for (double end : {fit.ci_lb, fit.ci_ub}) {
      detail::add_clipped_line(sheet_, {x - 4.0, f.y(end)}, {x + 4.0, f.y(end)}, palette::vermillion, 1.6);
    }
  }

  void point(const BubblePoint& p) {
    const detail::Frame& f = sheet_.frame;
    const double share = max_weight_ > 0.0 && p.weight > 0.0 ? p.weight / max_weight_ : 0.0;
    const double radius = std::max(kSmallestRadius, kLargestRadius * std::sqrt(share));
    scene::Mark mark = scene::filled(scene::Circle{{f.x(p.x), f.y(p.yi)}, radius}, palette::blue, 0.45);
    mark.paint.stroke = palette::blue;
    mark.paint.stroke_width = 0.7;
    mark.css_class = "study";
    mark.tooltip = (p.label.empty() ? "" : p.label + ": ") + number_text(to_display(p.yi, options_.display), 2);
    sheet_.scene.marks.push_back(std::move(mark));
  }

  std::string describe() const {
    std::string out =
        fmt::format("Bubble plot of {} effects ({}) against {}.", points_.size(), options_.measure, options_.moderator);
    if (data_.fit.size() < 2) return out;
    const auto shown = [&](double v) { return number_text(to_display(v, options_.display), 2); };
    const auto where = [&](const BubbleFit& f) {
      const auto level = static_cast<std::size_t>(std::max(0.0, std::round(f.x)));
      return factor() && level < data_.levels.size() ? data_.levels[level] : number_text(f.x, 2);
    };
    const BubbleFit& first = data_.fit.front();
    const BubbleFit& last = data_.fit.back();
    return out + fmt::format(" The fitted effect is {} at {} and {} at {}.", shown(first.estimate), where(first),
                             shown(last.estimate), where(last));
  }

  const BubbleData& data_;
  const BubbleOptions& options_;
  std::vector<BubblePoint> points_;
  double max_weight_ = 0.0;
  detail::Sheet sheet_;
};

}  // namespace

scene::Scene bubble(const BubbleData& data, const BubbleOptions& options) {
  return BubbleDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
