// Panels stand in columns, read from left to right; the lowest panel of each column carries the names of the units,
// every second or third one where all of them have no room.
#include "plot/influence.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "plot/axis.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using scene::Anchor;
using scene::Mark;
using scene::Rectangle;

constexpr double kMargin = 14.0;
constexpr double kTickWidth = 34.0;    // room left of a panel for its numbers
constexpr double kGap = 12.0;          // between columns
constexpr double kLabelLength = 90.0;  // longest name of a unit
constexpr double kRadius = 2.4;

class InfluenceDrawing {
 public:
  InfluenceDrawing(const InfluenceData& data, const InfluenceOptions& options)
      : data_(data),
        options_(options),
        text_{.size = options.font_size},
        strong_{.size = options.font_size + 1.0, .bold = true},
        columns_(std::max<std::size_t>(1, std::min(options.columns, data.panels.size()))) {}

  scene::Scene draw() {
    const std::size_t rows = (data_.panels.size() + columns_ - 1) / columns_;
    const double top = kMargin + (data_.title.empty() ? 0.0 : 2.0 * strong_.size);
    scene_.width = 2.0 * kMargin + static_cast<double>(columns_) * (kTickWidth + options_.width + kGap) - kGap;
    scene_.height = top + static_cast<double>(rows) * pitch() + longest_label() + kMargin;
    scene_.title = data_.title.empty() ? "Influence plot" : data_.title;
    scene_.description = describe();
    if (!data_.title.empty())
      scene_.marks.push_back(scene::text({kMargin, kMargin + strong_.size}, data_.title, strong_));
    for (std::size_t i = 0; i < data_.panels.size(); ++i) {
      const double x = kMargin + kTickWidth + static_cast<double>(i % columns_) * (kTickWidth + options_.width + kGap);
      const double y = top + static_cast<double>(i / columns_) * pitch() + 1.6 * strong_.size;
      panel(data_.panels[i], {x, y, options_.width, options_.height});
      if (i + columns_ >= data_.panels.size()) unit_labels({x, y, options_.width, options_.height});
    }
    return std::move(scene_);
  }

 private:
  double pitch() const { return options_.height + 1.6 * strong_.size + 10.0; }

  std::string label(std::size_t unit) const {
    return scene::ellipsise(unit < data_.labels.size() ? data_.labels[unit] : "", kLabelLength, text_);
  }

  double longest_label() const {
    double longest = 0;
    for (std::size_t i = 0; i < data_.labels.size(); ++i)
      longest = std::max(longest, scene::text_width(label(i), text_));
    return longest + 4.0;
  }

  double x_of(const Rectangle& p, std::size_t unit) const {
    const auto n = static_cast<double>(data_.labels.size());
    return p.x + p.width * (static_cast<double>(unit) + 0.5) / n;
  }

  void panel(const InfluencePanel& values, const Rectangle& p) {
    std::vector<double> all = values.values;
    all.insert(all.end(), values.limits.begin(), values.limits.end());
    const Limits range = padded(full_limits(all), 0.08);
    const Scale y{range.lower, range.upper, p.y + p.height, p.y};
    scene_.marks.push_back(scene::text({p.x, p.y - 0.5 * text_.size}, values.title, strong_));
    scene_.marks.push_back(scene::line({p.x, p.y + p.height}, {p.x + p.width, p.y + p.height}, palette::axis));
    scene_.marks.push_back(scene::line({p.x, p.y}, {p.x, p.y + p.height}, palette::axis));
    for (const Tick& tick :
         without_collisions(ticks(range.lower, range.upper, Display::identity, 4), y, text_, false, 0.5 * text_.size)) {
      const double at = y(tick.at);
      scene_.marks.push_back(scene::line({p.x - 3.0, at}, {p.x, at}, palette::axis));
      scene_.marks.push_back(
          scene::text({p.x - 5.0, at + 0.5 * scene::kCapHeight * text_.size}, tick.label, text_, Anchor::end));
    }
    for (const double limit : values.limits)
      if (std::isfinite(limit))
        scene_.marks.push_back(
            scene::line({p.x, y(limit)}, {p.x + p.width, y(limit)}, palette::rule, 0.75, {3.0, 2.0}));
    connect(values, p, y);
    for (std::size_t i = 0; i < values.values.size(); ++i) point(values, i, {x_of(p, i), y(values.values[i])});
  }

  /// Neighbours are joined; a unit without a value interrupts the line.
  void connect(const InfluencePanel& values, const Rectangle& p, const Scale& y) {
    std::vector<scene::Point> run;
    for (std::size_t i = 0; i <= values.values.size(); ++i) {
      if (i < values.values.size() && std::isfinite(values.values[i])) {
        run.push_back({x_of(p, i), y(values.values[i])});
        continue;
      }
      if (run.size() > 1) scene_.marks.push_back(scene::polyline(run, palette::rule, 0.75));
      run.clear();
    }
  }

  void point(const InfluencePanel& values, std::size_t unit, scene::Point at) {
    if (!std::isfinite(values.values[unit])) return;
    const bool flagged = unit < data_.flagged.size() && data_.flagged[unit];
    Mark mark = scene::filled(scene::Circle{at, kRadius}, flagged ? palette::vermillion : palette::white);
    mark.paint.stroke = flagged ? palette::vermillion : palette::ink;
    mark.css_class = flagged ? "influential" : "unit";
    mark.tooltip = fmt::format("{}: {} {}", data_.labels[unit], values.title, number_text(values.values[unit], 3));
    scene_.marks.push_back(std::move(mark));
  }

  void unit_labels(const Rectangle& p) {
    const double room = p.width / std::max(1.0, static_cast<double>(data_.labels.size()));
    const auto step = static_cast<std::size_t>(std::max(1.0, std::ceil(1.15 * text_.size / room)));
    for (std::size_t i = 0; i < data_.labels.size(); i += step) {
      const bool flagged = i < data_.flagged.size() && data_.flagged[i];
      scene::Text text{{x_of(p, i) + 0.5 * scene::kCapHeight * text_.size, p.y + p.height + 5.0}, label(i), text_};
      text.anchor = Anchor::end;
      text.rotation = 90.0;
      text.color = flagged ? palette::vermillion : palette::ink;
      Mark mark;
      mark.shape = std::move(text);
      scene_.marks.push_back(std::move(mark));
    }
  }

  std::string describe() const {
    std::string names;
    for (std::size_t i = 0; i < data_.flagged.size(); ++i)
      if (data_.flagged[i]) names += (names.empty() ? "" : ", ") + data_.labels[i];
    return fmt::format("Influence of each of {} units on the fit, in {} measures. Influential: {}.",
                       data_.labels.size(), data_.panels.size(), names.empty() ? "none" : names);
  }

  const InfluenceData& data_;
  const InfluenceOptions& options_;
  scene::Font text_, strong_;
  std::size_t columns_;
  scene::Scene scene_;
};

}  // namespace

scene::Scene influence(const InfluenceData& data, const InfluenceOptions& options) {
  return InfluenceDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
