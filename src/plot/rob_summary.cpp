#include "plot/rob_summary.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "plot/detail/traffic_dot.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using scene::Anchor;

constexpr double kMargin = 14.0;

class SummaryDrawing {
 public:
  SummaryDrawing(const TrafficData& data, const std::vector<double>& weights, const SummaryOptions& options)
      : data_(data),
        weights_(weights),
        options_(options),
        text_{.size = options.font_size},
        strong_{.size = options.font_size, .bold = true},
        title_{.size = 1.2 * options.font_size, .bold = true},
        line_(1.25 * options.font_size) {}

  scene::Scene draw() {
    double labels = 4.0 * text_.size;
    for (const TrafficItem& item : data_.items) labels = std::max(labels, scene::text_width(label(item), text_));
    bar_x_ = kMargin + std::min(labels, options_.max_label_width) + text_.size;
    out_.width = bar_x_ + options_.bar_width + kMargin + 1.2 * text_.size;
    double y = kMargin;
    if (!data_.title.empty()) {
      for (const std::string& part : scene::wrap(data_.title, out_.width - 2.0 * kMargin, title_, 4)) {
        out_.marks.push_back(scene::text({kMargin, y + scene::kAscent * title_.size}, part, title_));
        y += 1.3 * title_.size;
      }
      y += 0.5 * text_.size;
    }
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      if (!data_.items[j].panel.empty() && (j == 0 || data_.items[j].panel != data_.items[j - 1].panel))
        y = heading(data_.items[j].panel, y);
      y = bar(j, y);
    }
    y = axis(y);
    y += detail::add_legend(legend(), kMargin, y, out_.width - 2.0 * kMargin, text_.size, options_.palette, out_.marks);
    y = note(y + 0.3 * text_.size);
    out_.height = y + kMargin;
    out_.title = data_.title.empty() ? "Summary of the risk of bias" : data_.title;
    out_.description = describe();
    return std::move(out_);
  }

 private:
  static std::string label(const TrafficItem& item) { return item.name.empty() ? item.code : item.name; }

  double heading(const std::string& text, double y) {
    y += 0.5 * text_.size;
    out_.marks.push_back(scene::text({kMargin, y + scene::kAscent * text_.size}, text, strong_));
    return y + line_ + 0.2 * text_.size;
  }

  double bar(std::size_t item, double top) {
    const auto lines = scene::wrap(label(data_.items[item]), bar_x_ - kMargin - text_.size, text_);
    const double height = std::max(1.9 * text_.size, line_ * static_cast<double>(lines.size()));
    double y = top + 0.5 * (height - line_ * static_cast<double>(lines.size())) + scene::kAscent * text_.size;
    for (const std::string& part : lines) {
      if (!part.empty()) out_.marks.push_back(scene::text({kMargin, y}, part, text_));
      y += line_;
    }
    const std::vector<double> shares = level_shares(data_, item, weights_);
    const double thick = 1.5 * text_.size, mid = top + 0.5 * height;
    double x = bar_x_;
    for (std::size_t l = 0; l < shares.size(); ++l) {
      const double width = shares[l] * options_.bar_width;
      if (width <= 0) continue;
      const bool given = l < data_.levels.size();
      scene::Mark part{scene::Rectangle{x, mid - 0.5 * thick, width, thick}};
      part.paint.fill = given ? data_.levels[l].color(options_.palette) : palette::white;
      part.paint.stroke = palette::axis;
      part.paint.stroke_width = 0.4;
      part.tooltip = fmt::format("{}: {} {}%", label(data_.items[item]), given ? data_.levels[l].text : "Not given",
                                 format_fixed(100.0 * shares[l], 1));
      out_.marks.push_back(std::move(part));
      if (given && width > 1.3 * text_.size)
        detail::add_symbol({x + 0.5 * width, mid}, data_.levels[l].symbol, text_.size, out_.marks);
      x += width;
    }
    return top + height + 0.35 * text_.size;
  }

  double axis(double y) {
    out_.marks.push_back(scene::line({bar_x_, y}, {bar_x_ + options_.bar_width, y}, palette::axis));
    for (int percent : {0, 25, 50, 75, 100}) {
      const double x = bar_x_ + options_.bar_width * percent / 100.0;
      out_.marks.push_back(scene::line({x, y}, {x, y + 3.0}, palette::axis));
      out_.marks.push_back(
          scene::text({x, y + 4.0 + scene::kAscent * text_.size}, fmt::format("{}%", percent), text_, Anchor::middle));
    }
    return y + 4.0 + 1.6 * text_.size;
  }

  std::vector<detail::DotEntry> legend() const {
    std::vector<double> total(data_.levels.size() + 1, 0.0);
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      const std::vector<double> shares = level_shares(data_, j, weights_);
      for (std::size_t l = 0; l < shares.size(); ++l) total[l] += shares[l];
    }
    std::vector<detail::DotEntry> out;
    for (std::size_t l = 0; l < data_.levels.size(); ++l)
      if (total[l] > 0) out.push_back({&data_.levels[l], data_.levels[l].text});
    if (total.back() > 0) out.push_back({nullptr, "Not given"});
    return out;
  }

  std::string basis() const {
    return weights_.empty() ? fmt::format("Share of {} assessments, each counting the same.", data_.rows.size())
                            : fmt::format("Share of the weight of {} assessments.", data_.rows.size());
  }

  double note(double y) {
    for (const std::string& part : scene::wrap(basis(), out_.width - 2.0 * kMargin, text_)) {
      out_.marks.push_back(
          scene::text({kMargin, y + scene::kAscent * text_.size}, part, text_, Anchor::start, palette::muted));
      y += line_;
    }
    return y;
  }

  std::string describe() const {
    std::string out = basis();
    for (std::size_t j = 0; j < data_.items.size() && !data_.levels.empty(); ++j)
      out += fmt::format(" {}: {} {}%.", label(data_.items[j]), data_.levels.front().text,
                         format_fixed(100.0 * level_shares(data_, j, weights_).front(), 0));
    return out;
  }

  const TrafficData& data_;
  const std::vector<double>& weights_;
  const SummaryOptions& options_;
  scene::Font text_, strong_, title_;
  double line_, bar_x_ = 0.0;
  scene::Scene out_;
};

}  // namespace

std::vector<double> level_shares(const TrafficData& data, std::size_t item, const std::vector<double>& weights) {
  std::vector<double> out(data.levels.size() + 1, 0.0);
  double total = 0;
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    const auto& levels = data.rows[i].levels;
    out[item < levels.size() && levels[item] ? *levels[item] : data.levels.size()] += weight;
    total += weight;
  }
  for (double& share : out) share = total > 0 ? share / total : 0.0;
  return out;
}

scene::Scene rob_summary(const TrafficData& data, const std::vector<double>& weights, const SummaryOptions& options) {
  return SummaryDrawing(data, weights, options).draw();
}

}  // namespace hedgerow::plot
