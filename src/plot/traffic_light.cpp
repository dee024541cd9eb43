// The symbols are drawn as lines, except "?", so that they are centred whatever the font.
#include "plot/traffic_light.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using scene::Anchor;
using scene::Mark;
using scene::Point;

constexpr double kMargin = 14.0;

struct Colors {
  scene::Color good;
  scene::Color unclear;
  scene::Color bad;
};

Colors colors_of(TrafficPalette name) {
  if (name == TrafficPalette::cochrane) return {{80, 172, 86}, {245, 208, 72}, {217, 83, 79}};
  return {palette::sky_blue, palette::yellow, palette::vermillion};
}

class TrafficDrawing {
 public:
  TrafficDrawing(const TrafficData& data, const TrafficOptions& options)
      : data_(data),
        options_(options),
        text_{.size = options.font_size},
        strong_{.size = options.font_size, .bold = true},
        title_{.size = 1.2 * options.font_size, .bold = true},
        colors_(colors_of(options.palette)),
        row_height_(1.75 * options.font_size),
        pitch_(2.0 * options.font_size) {}

  scene::Scene draw() {
    measure();
    title();
    header();
    double y = table_top_;
    for (const TrafficRow& row : data_.rows) {
      table_row(row, y);
      y += row_height_;
    }
    out_.marks.push_back(scene::line({kMargin, y + 2.0}, {out_.width - kMargin, y + 2.0}, palette::ink));
    legend(y + 2.0 + 0.8 * options_.font_size);
    out_.title = data_.title.empty() ? "Risk of bias" : data_.title;
    out_.description = describe();
    return std::move(out_);
  }

 private:
  void measure() {
    label_width_ = scene::text_width("Study", strong_);
    for (const TrafficRow& row : data_.rows) {
      label_width_ = std::max(label_width_, scene::text_width(row.label, text_));
      score_width_ = std::max(score_width_, scene::text_width(row.score, text_));
    }
    label_width_ = std::min(label_width_, options_.max_label_width);
    score_lines_ = data_.score_header.empty() ? std::vector<std::string>{}
                                              : scene::wrap(data_.score_header, 6.0 * text_.size, strong_, 3);
    for (const std::string& part : score_lines_)
      score_width_ = std::max(score_width_, scene::text_width(part, strong_));
    for (const std::string& item : data_.items)
      header_width_ = std::max(header_width_, scene::text_width(item, strong_));
    upright_ = header_width_ > pitch_ - 2.0;
    dots_x_ = kMargin + label_width_ + text_.size;
    double right = dots_x_ + pitch_ * static_cast<double>(data_.items.size());
    if (!score_lines_.empty()) right += 0.8 * text_.size + score_width_;
    score_x_ = right;
    double legend_width = 0.0;
    for (const std::string* s : {&data_.good_text, &data_.unclear_text, &data_.bad_text}) {
      legend_width = std::max(legend_width, pitch_ + scene::text_width(*s, text_));
    }
    out_.width = std::max({right, kMargin + legend_width, 200.0}) + kMargin;
    double y = kMargin;
    if (!data_.title.empty()) {
      title_lines_ = scene::wrap(data_.title, out_.width - 2.0 * kMargin, title_, 4);
      y += 1.3 * title_.size * static_cast<double>(title_lines_.size()) + 0.5 * text_.size;
    }
    const double upright = std::min(header_width_, options_.max_header_height);
    const double lines = 1.2 * text_.size * static_cast<double>(std::max<std::size_t>(score_lines_.size(), 1));
    y += std::max(upright_ ? upright : 0.0, lines) + 0.5 * text_.size;
    header_bottom_ = y;
    table_top_ = y + 3.0;
    const double table = row_height_ * static_cast<double>(data_.rows.size());
    out_.height = table_top_ + table + 2.0 + 0.8 * text_.size + 3.0 * row_height_ + kMargin;
  }

  void title() {
    double y = kMargin;
    for (const std::string& part : title_lines_) {
      out_.marks.push_back(scene::text({kMargin, y + scene::kAscent * title_.size}, part, title_));
      y += 1.3 * title_.size;
    }
  }

  double dot_x(std::size_t item) const { return dots_x_ + (static_cast<double>(item) + 0.5) * pitch_; }

  void header() {
    const double baseline = header_bottom_ - 0.5 * text_.size;
    out_.marks.push_back(scene::text({kMargin, baseline}, "Study", strong_));
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      if (data_.items[j].empty()) continue;
      if (!upright_) {
        out_.marks.push_back(scene::text({dot_x(j), baseline}, data_.items[j], strong_, Anchor::middle));
        continue;
      }
      const std::string shown = scene::ellipsise(data_.items[j], options_.max_header_height, strong_);
      const Point at{dot_x(j) + 0.5 * scene::kCapHeight * text_.size, header_bottom_ - 0.4 * text_.size};
      Mark mark{scene::Text{at, shown, strong_, Anchor::start, palette::ink, 90.0}};
      if (shown != data_.items[j]) mark.tooltip = data_.items[j];
      out_.marks.push_back(std::move(mark));
    }
    double y = baseline;
    for (auto part = score_lines_.rbegin(); part != score_lines_.rend(); ++part) {
      out_.marks.push_back(scene::text({score_x_, y}, *part, strong_, Anchor::end));
      y -= 1.2 * text_.size;
    }
    out_.marks.push_back(scene::line({kMargin, header_bottom_}, {out_.width - kMargin, header_bottom_}, palette::ink));
  }

  const std::string& name(Judgement judgement) const {
    static const std::string none = "Not given";
    switch (judgement) {
      case Judgement::good:
        return data_.good_text;
      case Judgement::unclear:
        return data_.unclear_text;
      case Judgement::bad:
        return data_.bad_text;
      case Judgement::not_given:
        break;
    }
    return none;
  }

  void dot(Point center, Judgement judgement, const std::string& tooltip, std::vector<Mark>& marks) const {
    const double radius = 0.62 * text_.size;
    const double arm = 0.55 * radius;
    Mark circle{scene::Circle{center, radius}};
    circle.tooltip = tooltip;
    circle.paint.stroke = palette::axis;
    circle.paint.stroke_width = 0.4;
    if (judgement == Judgement::good) circle.paint.fill = colors_.good;
    if (judgement == Judgement::unclear) circle.paint.fill = colors_.unclear;
    if (judgement == Judgement::bad) circle.paint.fill = colors_.bad;
    marks.push_back(std::move(circle));
    if (judgement == Judgement::not_given) return;
    if (judgement == Judgement::unclear) {
      const scene::Font font{.size = 0.95 * text_.size, .bold = true};
      marks.push_back(scene::text({center.x, center.y + 0.5 * scene::kCapHeight * font.size}, "?", font, Anchor::middle,
                                  palette::black));
      return;
    }
    marks.push_back(scene::line({center.x - arm, center.y}, {center.x + arm, center.y}, palette::black, 1.4));
    if (judgement == Judgement::good) {
      marks.push_back(scene::line({center.x, center.y - arm}, {center.x, center.y + arm}, palette::black, 1.4));
    }
  }

  void table_row(const TrafficRow& row, double top) {
    std::vector<Mark> marks;
    const double y = top + 0.5 * row_height_;
    const double baseline = y + 0.5 * scene::kCapHeight * text_.size;
    const std::string shown = scene::ellipsise(row.label, options_.max_label_width, text_);
    if (!shown.empty()) marks.push_back(scene::text({kMargin, baseline}, shown, text_));
    if (shown != row.label) marks.back().tooltip = row.label;
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      const Judgement judgement = j < row.judgements.size() ? row.judgements[j] : Judgement::not_given;
      dot({dot_x(j), y}, judgement, fmt::format("{}, {}: {}", row.label, data_.items[j], name(judgement)), marks);
    }
    if (!score_lines_.empty() && !row.score.empty()) {
      marks.push_back(scene::text({score_x_, baseline}, row.score, text_, Anchor::end));
    }
    Mark group{scene::Group{std::move(marks)}};
    group.css_class = "study";
    out_.marks.push_back(std::move(group));
  }

  void legend(double top) {
    double y = top + 0.5 * row_height_;
    for (Judgement judgement : {Judgement::good, Judgement::unclear, Judgement::bad}) {
      dot({kMargin + 0.7 * text_.size, y}, judgement, "", out_.marks);
      out_.marks.push_back(
          scene::text({kMargin + pitch_, y + 0.5 * scene::kCapHeight * text_.size}, name(judgement), text_));
      y += row_height_;
    }
  }

  std::string describe() const {
    std::string out = fmt::format("{} studies by {} items.", data_.rows.size(), data_.items.size());
    for (std::size_t j = 0; j < data_.items.size(); ++j) {
      std::size_t good = 0;
      for (const TrafficRow& row : data_.rows) {
        if (j < row.judgements.size() && row.judgements[j] == Judgement::good) ++good;
      }
      out += fmt::format(" {}: {} in {}.", data_.items[j], data_.good_text, good);
    }
    return out;
  }

  const TrafficData& data_;
  const TrafficOptions& options_;
  scene::Font text_;
  scene::Font strong_;
  scene::Font title_;
  Colors colors_;
  double row_height_;
  double pitch_;
  double label_width_ = 0.0;
  double score_width_ = 0.0;
  double header_width_ = 0.0;
  double dots_x_ = 0.0;
  double score_x_ = 0.0;
  double header_bottom_ = 0.0;
  double table_top_ = 0.0;
  bool upright_ = false;
  std::vector<std::string> score_lines_;
  std::vector<std::string> title_lines_;
  scene::Scene out_;
};

}  // namespace

scene::Scene traffic_light(const TrafficData& data, const TrafficOptions& options) {
  return TrafficDrawing(data, options).draw();
}

}  // namespace hedgerow::plot
