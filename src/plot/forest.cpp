// Last phase of a forest plot: from positions to marks.
#include "plot/forest.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "plot/detail/forest_layout.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

namespace palette = scene::palette;
using detail::LineKind;
using detail::PlacedColumn;
using detail::TableLine;
using scene::Anchor;
using scene::Mark;
using scene::Point;

class Drawing {
 public:
  Drawing(const ForestData& data, const ForestOptions& options)
      : data_(data), options_(options), m_(options.font_size), plan_(detail::layout(data, options)) {
    for (const TableLine& line : plan_.lines) {
      if (line.kind == LineKind::study && line.weight > max_weight_) max_weight_ = line.weight;
    }
  }

  scene::Scene draw() {
    out_.width = plan_.page_width;
    out_.height = plan_.page_height;
    out_.title = data_.title.empty() ? "Forest plot" : data_.title;
    out_.description = describe();
    title();
    header();
    reference_lines();
    for (const TableLine& line : plan_.lines) table_line(line);
    axis();
    notes();
    return std::move(out_);
  }

 private:
  double right_edge() const { return plan_.page_width - m_.margin; }

  void add(Mark mark) { out_.marks.push_back(std::move(mark)); }

  void title() {
    double y = m_.margin;
    for (const std::string& part : plan_.title_lines) {
      add(scene::text({m_.margin, y + scene::kAscent * m_.title.size}, part, m_.title));
      y += 1.3 * m_.title.size;
    }
  }

  void header_cell(const std::vector<std::string>& lines, double x, Anchor anchor) {
    double y = plan_.header_bottom - 0.65 * options_.font_size;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      if (!line->empty()) add(scene::text({x, y}, *line, m_.strong, anchor));
      y -= m_.line_pitch;
    }
  }

  void header_column(const PlacedColumn& c) {
    header_cell(c.header_lines, c.numeric ? c.x + c.width : c.x, c.numeric ? Anchor::end : Anchor::start);
  }

  void header() {
    header_column(plan_.label);
    for (const PlacedColumn& c : plan_.left) header_column(c);
    if (plan_.effect.shown) {
      header_cell(plan_.effect.header_lines, plan_.effect.x + plan_.effect.width, Anchor::end);
    }
    if (plan_.weight_shown) header_column(plan_.weight);
    for (const PlacedColumn& c : plan_.right) header_column(c);
    groups(plan_.left);
    groups(plan_.right);
    add(scene::line({m_.margin, plan_.header_bottom}, {right_edge(), plan_.header_bottom}, palette::ink, 0.75));
  }

  void groups(const std::vector<PlacedColumn>& columns) {
    for (std::size_t first = 0; first < columns.size();) {
      std::size_t last = first;
      while (last + 1 < columns.size() && columns[last + 1].group == columns[first].group) ++last;
      if (!columns[first].group.empty()) {
        const double from = columns[first].x;
        const double to = columns[last].x + columns[last].width;
        const double baseline = plan_.header_top + scene::kAscent * options_.font_size;
        add(scene::text({0.5 * (from + to), baseline}, columns[first].group, m_.strong, Anchor::middle));
        const double y = plan_.header_top + 1.25 * options_.font_size;
        add(scene::line({from, y}, {to, y}, palette::rule, 0.5));
      }
      first = last + 1;
    }
  }

  // The line of no effect, and a dotted one at the first overall estimate; both behind the data.
  void reference_lines() {
    const double top = plan_.header_bottom;
    if (plan_.scale.contains(options_.null_value)) {
      const double x = plan_.scale(options_.null_value);
      add(scene::line({x, top}, {x, plan_.axis_y}, palette::axis, 0.6));
    }
    if (data_.summaries.empty() || !plan_.scale.contains(data_.summaries.front().yi)) return;
    const double x = plan_.scale(data_.summaries.front().yi);
    add(scene::line({x, top}, {x, plan_.axis_y}, palette::rule, 0.6, {1.5, 2.0}));
  }

  const scene::Font& font_of(const TableLine& line) const {
    const bool strong = line.kind == LineKind::heading || line.kind == LineKind::block_summary ||
                        line.kind == LineKind::overall_summary;
    return line.kind == LineKind::note ? m_.note : strong ? m_.strong : m_.text;
  }

  void table_line(const TableLine& line) {
    if (line.kind == LineKind::gap) return;
    if (line.kind == LineKind::rule) {
      const double y = line.top + 0.5 * line.height;
      add(scene::line({m_.margin, y}, {right_edge(), y}, palette::rule, 0.5));
      return;
    }
    std::vector<Mark> marks;
    label(line, marks);
    if (line.kind != LineKind::note && line.kind != LineKind::heading) {
      cells(line, marks);
      estimate(line, marks);
    }
    Mark group{scene::Group{std::move(marks)}};
    group.css_class = css_class(line.kind);
    group.tooltip = tooltip(line);
    add(std::move(group));
  }

  static std::string css_class(LineKind kind) {
    switch (kind) {
      case LineKind::study:
        return "study";
      case LineKind::heading:
        return "heading";
      case LineKind::block_summary:
        return "summary subgroup";
      case LineKind::overall_summary:
        return "summary overall";
      case LineKind::prediction:
        return "prediction";
      default:
        return "note";
    }
  }

  std::string effect_text(const TableLine& line) const {
    if (!line.effect_instead.empty()) return line.effect_instead;
    std::string out = line.effect[0];
    for (std::size_t i = 1; i < 3; ++i) {
      if (!line.effect[i].empty()) out += (out.empty() ? "" : " ") + line.effect[i];
    }
    return out;
  }

  std::string tooltip(const TableLine& line) const {
    if (line.kind == LineKind::note || line.kind == LineKind::heading)
      return line.label_lines.size() > 1 ? line.label : "";
    std::string out = line.label + ": " + effect_text(line);
    if (!line.weight_text.empty()) out += ", weight " + line.weight_text + " %";
    return out;
  }

  double baseline(const TableLine& line) const {
    if (line.kind == LineKind::note) return line.top + 0.5 * (m_.note_pitch + scene::kCapHeight * m_.note.size);
    return center(line) + 0.5 * scene::kCapHeight * options_.font_size;
  }

  // Marks and cells stand level with the first line of the label.
  double center(const TableLine& line) const { return line.top + 0.5 * m_.row_height; }

  void label(const TableLine& line, std::vector<Mark>& marks) const {
    double y = baseline(line);
    const bool note = line.kind == LineKind::note;
    for (const std::string& part : line.label_lines) {
      if (!part.empty()) {
        marks.push_back(scene::text({m_.margin + line.indent, y}, part, font_of(line), Anchor::start,
                                    note ? palette::muted : palette::ink));
      }
      y += note ? m_.note_pitch : m_.line_pitch;
    }
  }

  void cell(const TableLine& line, const PlacedColumn& c, const std::string& content, std::vector<Mark>& marks) const {
    if (content.empty()) return;
    const std::string shown = scene::ellipsise(content, c.width + 0.01, font_of(line));
    Mark mark = scene::text({c.numeric ? c.x + c.width : c.x, baseline(line)}, shown, font_of(line),
                            c.numeric ? Anchor::end : Anchor::start);
    if (shown != content) mark.tooltip = content;
    marks.push_back(std::move(mark));
  }

  void cells(const TableLine& line, std::vector<Mark>& marks) const {
    for (std::size_t j = 0; j < plan_.left.size(); ++j) cell(line, plan_.left[j], line.left[j], marks);
    if (plan_.effect.shown) {
      const double y = baseline(line);
      for (std::size_t i = 0; i < 3; ++i) {
        if (line.effect[i].empty()) continue;
        marks.push_back(
            scene::text({plan_.effect.x + plan_.effect.ends[i], y}, line.effect[i], font_of(line), Anchor::end));
      }
      if (!line.effect_instead.empty()) {
        marks.push_back(scene::text({plan_.effect.x + plan_.effect.width, y}, line.effect_instead, m_.text, Anchor::end,
                                    palette::muted));
      }
    }
    if (plan_.weight_shown) cell(line, plan_.weight, line.weight_text, marks);
    for (std::size_t j = 0; j < plan_.right.size(); ++j) cell(line, plan_.right[j], line.right[j], marks);
  }

  void estimate(const TableLine& line, std::vector<Mark>& marks) const {
    if (line.kind == LineKind::prediction) {
      interval(line, palette::vermillion, 2.4, marks);
    } else if (line.kind == LineKind::study) {
      interval(line, palette::ink, 0.9, marks);
      square(line, marks);
    } else {
      diamond(line, marks);
    }
  }

  void arrow(double tip_x, double y, double direction, scene::Color color, double size,
             std::vector<Mark>& marks) const {
    const double back = tip_x - direction * size;
    marks.push_back(
        scene::filled(scene::Polygon{{{tip_x, y}, {back, y - 0.55 * size}, {back, y + 0.55 * size}}}, color));
  }

  // A line from ci_lb to ci_ub inside the panel; an end outside becomes an arrow at the panel's edge.
  void interval(const TableLine& line, scene::Color color, double width, std::vector<Mark>& marks) const {
    if (std::isnan(line.ci_lb) || std::isnan(line.ci_ub)) return;
    const double y = center(line);
    const Scale& s = plan_.scale;
    const double size = 0.5 * options_.font_size;
    const bool cut_left = line.ci_lb < s.lower;
    const bool cut_right = line.ci_ub > s.upper;
    if (line.ci_ub >= s.lower && line.ci_lb <= s.upper) {
      const double from = cut_left ? s.at_lower + 0.8 * size : s(line.ci_lb);
      const double to = cut_right ? s.at_upper - 0.8 * size : s(line.ci_ub);
      if (to > from) marks.push_back(scene::line({from, y}, {to, y}, color, width));
    }
    if (cut_left) arrow(s.at_lower, y, -1.0, color, size, marks);
    if (cut_right) arrow(s.at_upper, y, 1.0, color, size, marks);
  }

  void square(const TableLine& line, std::vector<Mark>& marks) const {
    if (!plan_.scale.contains(line.yi)) return;
    const double largest = 0.78 * options_.font_size;
    const double share = max_weight_ > 0.0 ? (line.weight > 0.0 ? line.weight / max_weight_ : 0.0) : 0.4;
    const double side = std::max(1.6, largest * std::sqrt(share));
    marks.push_back(scene::filled(
        scene::Rectangle{plan_.scale(line.yi) - 0.5 * side, center(line) - 0.5 * side, side, side}, palette::blue));
  }

  // The part of the diamond inside the panel; a cut side is vertical, with an arrow.
  void diamond(const TableLine& line, std::vector<Mark>& marks) const {
    if (std::isnan(line.ci_lb) || std::isnan(line.ci_ub) || std::isnan(line.yi)) return;
    const Scale& s = plan_.scale;
    const bool overall = line.kind == LineKind::overall_summary;
    const scene::Color color = overall ? palette::ink : palette::axis;
    const double y = center(line);
    const double half = 0.42 * options_.font_size;
    if (!s.contains(line.yi)) return interval(line, color, 2.4, marks);
    const auto side = [&](double end, double limit, bool cut) -> std::vector<Point> {
      if (!cut) return {{s(end), y}};
      const double share = std::isfinite(end) ? (end - limit) / (end - line.yi) : 1.0;
      return {{s(limit), y - half * share}, {s(limit), y + half * share}};
    };
    std::vector<Point> left = side(line.ci_lb, s.lower, line.ci_lb < s.lower);
    const std::vector<Point> right = side(line.ci_ub, s.upper, line.ci_ub > s.upper);
    std::vector<Point> outline{{s(line.yi), y - half}};
    outline.insert(outline.end(), right.begin(), right.end());
    outline.push_back({s(line.yi), y + half});
    outline.insert(outline.end(), left.rbegin(), left.rend());
    marks.push_back(scene::filled(scene::Polygon{std::move(outline)}, color));
  }

  void axis() {
    const Scale& s = plan_.scale;
    const double fs = options_.font_size;
    double y = plan_.axis_y;
    add(scene::line({s.at_lower, y}, {s.at_upper, y}, palette::axis, 0.75));
    const double label_y = y + 0.45 * fs + 0.95 * fs;
    for (const Tick& tick : plan_.ticks) {
      add(scene::line({s(tick.at), y}, {s(tick.at), y + 0.35 * fs}, palette::axis, 0.75));
      add(scene::text({s(tick.at), label_y}, tick.label, m_.text, Anchor::middle));
    }
    const double pitch = 1.3 * fs;
    y = label_y + 0.15 * fs;
    const double null_x = s.contains(options_.null_value) ? s(options_.null_value) : 0.0;
    const double gap = 0.6 * fs;
    const double left_x = plan_.favours_at_null ? null_x - gap : s.at_lower;
    const double right_x = plan_.favours_at_null ? null_x + gap : s.at_upper;
    foot_lines(plan_.favours_left, left_x, y, plan_.favours_at_null ? Anchor::end : Anchor::start);
    foot_lines(plan_.favours_right, right_x, y, plan_.favours_at_null ? Anchor::start : Anchor::end);
    y += pitch * static_cast<double>(std::max(plan_.favours_left.size(), plan_.favours_right.size()));
    foot_lines(plan_.axis_title, 0.5 * (s.at_lower + s.at_upper), y, Anchor::middle);
  }

  void foot_lines(const std::vector<std::string>& lines, double x, double y, Anchor anchor) {
    for (const std::string& part : lines) {
      y += 1.3 * options_.font_size;
      if (!part.empty()) add(scene::text({x, y}, part, m_.text, anchor));
    }
  }

  void notes() {
    double y = plan_.axis_y - 0.2 * options_.font_size;
    for (const std::string& part : plan_.notes) {
      y += m_.note_pitch;
      add(scene::text({m_.margin, y}, part, m_.note, Anchor::start, palette::muted));
    }
  }

  std::string describe() const {
    std::size_t studies = 0;
    std::size_t missing = 0;
    std::string pooled;
    for (const TableLine& line : plan_.lines) {
      if (line.kind == LineKind::study) ++studies;
      if (line.kind == LineKind::study && std::isnan(line.yi)) ++missing;
      if (line.kind == LineKind::overall_summary || line.kind == LineKind::prediction) {
        pooled += fmt::format(" {}: {}.", line.label, effect_text(line));
      }
    }
    std::string out = fmt::format("Forest plot of {} row{} ({}).", studies, studies == 1 ? "" : "s", options_.measure);
    if (missing > 0) out += fmt::format(" Not estimable: {}.", missing);
    out += pooled;
    for (const std::string& note : data_.notes) out += " " + note + (note.ends_with('.') ? "" : ".");
    return out;
  }

  const ForestData& data_;
  const ForestOptions& options_;
  detail::Measures m_;
  detail::Layout plan_;
  double max_weight_ = 0.0;
  scene::Scene out_;
};

}  // namespace

scene::Scene forest(const ForestData& data, const ForestOptions& options) { return Drawing(data, options).draw(); }

scene::Scene leave_one_out_forest(const std::vector<LeaveOneOutRow>& rows, const ForestSummary& all,
                                  const std::vector<ForestColumn>& right_columns, const ForestOptions& options,
                                  const std::string& title) {
  ForestData data;
  data.title = title;
  data.label_header = "Omitted";
  data.right_columns = right_columns;
  ForestBlock block;
  for (const LeaveOneOutRow& row : rows) {
    block.rows.push_back({row.omitted, {}, row.right, row.estimate, row.ci_lb, row.ci_ub, kNotGiven});
  }
  data.blocks.push_back(std::move(block));
  data.summaries.push_back(all);
  return forest(data, options);
}

}  // namespace hedgerow::plot
