#include "plot/traffic_light.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "plot/detail/traffic_dot.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using scene::Anchor;
using scene::Mark;

constexpr double kMargin = 14.0;
constexpr double kLeastWidth = 230.0;

/// Neighbouring columns of one panel.
struct Panel {
  std::string name;
  std::size_t first = 0, count = 0;
  std::vector<std::string> lines;  ///< of the name, wrapped
};

class TrafficDrawing {
 public:
  TrafficDrawing(const TrafficData& data, const TrafficOptions& options)
      : data_(data),
        options_(options),
        text_{.size = options.font_size},
        strong_{.size = options.font_size, .bold = true},
        title_{.size = 1.2 * options.font_size, .bold = true},
        row_height_(1.75 * options.font_size) {}

  scene::Scene draw() {
    place_columns();
    title();
    header();
    double y = top_;
    for (const TrafficRow& row : data_.rows) {
      table_row(row, y);
      y += row_height_;
    }
    y += 2.0;
    out_.marks.push_back(scene::line({kMargin, y}, {table_right_, y}, palette::ink));
    y += 0.6 * text_.size;
    y += detail::add_legend(legend(), kMargin, y, out_.width - 2.0 * kMargin, text_.size, options_.palette, out_.marks);
    y = names(y + 0.3 * text_.size);
    out_.height = y + kMargin;
    out_.title = data_.title.empty() ? "Risk of bias" : data_.title;
    out_.description = describe();
    return std::move(out_);
  }

 private:
  void place_columns() {
    double labels = scene::text_width("Study", strong_);
    for (const TrafficRow& row : data_.rows) labels = std::max(labels, scene::text_width(row.label, text_));
    double x = kMargin + std::min(labels, options_.max_label_width) + text_.size;
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      const TrafficItem& item = data_.items[j];
      if (j > 0 && item.panel != data_.items[j - 1].panel) x += 1.5 * text_.size;
      const double width = std::max(2.0 * text_.size, scene::text_width(item.code, strong_) + 0.6 * text_.size);
      left_.push_back(x);
      x += width;
      right_.push_back(x);
      if (j == 0 || item.panel != data_.items[j - 1].panel) panels_.push_back({item.panel, j, 0, {}});
      ++panels_.back().count;
    }
    if (!data_.score_header.empty()) {
      score_lines_ = scene::wrap(data_.score_header, 6.0 * text_.size, strong_, 3);
      double width = 0;
      for (const std::string& part : score_lines_) width = std::max(width, scene::text_width(part, strong_));
      for (const TrafficRow& row : data_.rows) width = std::max(width, scene::text_width(row.score, text_));
      x += text_.size + width;
      score_x_ = x;
    }
    table_right_ = x;
    for (Panel& panel : panels_)
      if (!panel.name.empty()) panel.lines = scene::wrap(panel.name, panel_width(panel), strong_, 4);
    out_.width = std::max(x, kLeastWidth) + kMargin;
  }

  double panel_width(const Panel& panel) const { return right_[panel.first + panel.count - 1] - left_[panel.first]; }
  double center(std::size_t item) const { return 0.5 * (left_[item] + right_[item]); }

  void title() {
    top_ = kMargin;
    if (data_.title.empty()) return;
    for (const std::string& part : scene::wrap(data_.title, out_.width - 2.0 * kMargin, title_, 4)) {
      out_.marks.push_back(scene::text({kMargin, top_ + scene::kAscent * title_.size}, part, title_));
      top_ += 1.3 * title_.size;
    }
    top_ += 0.5 * text_.size;
  }

  void header() {
    std::size_t lines = 0;
    for (const Panel& panel : panels_) lines = std::max(lines, panel.lines.size());
    const double line = 1.25 * text_.size;
    const std::size_t above = std::max(lines, score_lines_.empty() ? 0 : score_lines_.size() - 1);
    const double baseline = top_ + line * static_cast<double>(above) + scene::kAscent * text_.size;
    out_.marks.push_back(scene::text({kMargin, baseline}, "Study", strong_));
    for (const Panel& panel : panels_) {
      double y = baseline - line * static_cast<double>(panel.lines.size());
      const double x = 0.5 * (left_[panel.first] + right_[panel.first + panel.count - 1]);
      for (const std::string& part : panel.lines) {
        out_.marks.push_back(scene::text({x, y}, part, strong_, Anchor::middle));
        y += line;
      }
    }
    for (std::size_t j = 0; j < data_.items.size(); ++j)
      if (!data_.items[j].code.empty())
        out_.marks.push_back(scene::text({center(j), baseline}, data_.items[j].code, strong_, Anchor::middle));
    double y = baseline - line * (static_cast<double>(score_lines_.size()) - 1.0);
    for (const std::string& part : score_lines_) {
      out_.marks.push_back(scene::text({score_x_, y}, part, strong_, Anchor::end));
      y += line;
    }
    top_ = baseline + 0.5 * text_.size;
    out_.marks.push_back(scene::line({kMargin, top_}, {table_right_, top_}, palette::ink));
    top_ += 3.0;
  }

  const TrafficLevel* level(const TrafficRow& row, std::size_t item) const {
    if (item >= row.levels.size() || !row.levels[item]) return nullptr;
    return &data_.levels[*row.levels[item]];
  }

  void table_row(const TrafficRow& row, double top) {
    std::vector<Mark> marks;
    const double y = top + 0.5 * row_height_;
    const double baseline = y + 0.5 * scene::kCapHeight * text_.size;
    const std::string shown = scene::ellipsise(row.label, options_.max_label_width, text_);
    if (!shown.empty()) {
      marks.push_back(scene::text({kMargin, baseline}, shown, text_));
      if (shown != row.label) marks.back().tooltip = row.label;
    }
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      const TrafficLevel* found = level(row, j);
      const std::string& name = data_.items[j].name.empty() ? data_.items[j].code : data_.items[j].name;
      detail::add_dot({center(j), y}, found, options_.palette, text_.size,
                      fmt::format("{}, {}: {}", row.label, name, found ? found->text : "Not given"), marks);
    }
    if (!score_lines_.empty() && !row.score.empty())
      marks.push_back(scene::text({score_x_, baseline}, row.score, text_, Anchor::end));
    Mark group{scene::Group{std::move(marks)}};
    group.css_class = "study";
    out_.marks.push_back(std::move(group));
  }

  std::vector<detail::DotEntry> legend() const {
    std::vector<bool> used(data_.levels.size(), false);
    bool empty = false;
    for (const TrafficRow& row : data_.rows)
      for (std::size_t j = 0; j < data_.items.size(); ++j) {
        const TrafficLevel* found = level(row, j);
        if (found) used[static_cast<std::size_t>(found - data_.levels.data())] = true;
        empty = empty || !found;
      }
    std::vector<detail::DotEntry> out;
    for (std::size_t l = 0; l < data_.levels.size(); ++l)
      if (used[l]) out.push_back({&data_.levels[l], data_.levels[l].text});
    if (empty) out.push_back({nullptr, "Not given"});
    return out;
  }

  /// What the codes stand for; gives the lower end.
  double names(double y) {
    const double line = 1.25 * text_.size;
    double code_width = 0;
    for (const TrafficItem& item : data_.items)
      if (!item.name.empty()) code_width = std::max(code_width, scene::text_width(item.code, strong_));
    const double x = kMargin + code_width + 0.7 * text_.size;
    for (const TrafficItem& item : data_.items) {
      if (item.name.empty()) continue;
      const std::string name = item.panel.empty() ? item.name : item.panel + ": " + item.name;
      const auto lines = scene::wrap(name, out_.width - kMargin - x, text_);
      out_.marks.push_back(scene::text({kMargin, y + scene::kAscent * text_.size}, item.code, strong_));
      for (const std::string& part : lines) {
        out_.marks.push_back(scene::text({x, y + scene::kAscent * text_.size}, part, text_));
        y += line;
      }
    }
    return y;
  }

  std::string describe() const {
    std::string out = fmt::format("{} studies by {} items.", data_.rows.size(), data_.items.size());
    if (data_.levels.empty()) return out;
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      std::size_t best = 0;
      for (const TrafficRow& row : data_.rows) best += level(row, j) == &data_.levels.front();
      out += fmt::format(" {}: {} in {}.", data_.items[j].name.empty() ? data_.items[j].code : data_.items[j].name,
                         data_.levels.front().text, best);
    }
    return out;
  }

  const TrafficData& data_;
  const TrafficOptions& options_;
  scene::Font text_, strong_, title_;
  double row_height_;
  std::vector<double> left_, right_;  ///< of each column
  std::vector<Panel> panels_;
  std::vector<std::string> score_lines_;
  double score_x_ = 0.0, table_right_ = 0.0, top_ = 0.0;
  scene::Scene out_;
};

}  // namespace

std::vector<TrafficLevel> yes_no_levels() {
  return {{"Yes", '+', {80, 172, 86}, palette::sky_blue},
          {"Unclear", '?', {245, 208, 72}, palette::yellow},
          {"No", '-', {217, 83, 79}, palette::vermillion}};
}

scene::Scene traffic_light(const TrafficData& data, const TrafficOptions& options) {
  return TrafficDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
