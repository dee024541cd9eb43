// Phases 2 and 3 of a forest plot: the widths of columns, the heights of lines, the axis.
#include "plot/detail/forest_layout.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot::detail {
namespace {

using scene::text_width;

constexpr std::size_t kMaxLabelLines = 2;
constexpr double kNoteRoom = 17.0;     // em that notes and headings may ask for beyond what the columns need
constexpr double kTickOverhang = 9.0;  // a tick label may reach so far into the gaps beside the panel

double widest(const std::vector<std::string>& texts, const scene::Font& font) {
  double width = 0.0;
  for (const std::string& t : texts) width = std::max(width, text_width(t, font));
  return width;
}

bool is_summary(const TableLine& line) {
  return line.kind == LineKind::overall_summary || line.kind == LineKind::block_summary;
}

class Planner {
 public:
  Planner(const ForestData& data, const ForestOptions& options)
      : data_(data), options_(options), m_(options.font_size) {
    out_.lines = table_lines(data, options);
  }

  Layout plan() {
    text_columns(data_.left_columns, &TableLine::left, out_.left);
    text_columns(data_.right_columns, &TableLine::right, out_.right);
    effect_column();
    weight_column();
    label_column();
    place_columns();
    break_texts();
    place_lines();
    axis();
    foot();
    return std::move(out_);
  }

 private:
  const scene::Font& font_of(const TableLine& line) const {
    return line.kind == LineKind::heading || is_summary(line) ? m_.strong : m_.text;
  }

  PlacedColumn column(const std::string& header, double content_width) const {
    PlacedColumn c;
    // Wide enough for the longest word, so that no header is broken inside one (unless it is longer than a column may
    // be).
    double word = 0.0;
    for (const std::string& part : split(header, ' ')) word = std::max(word, text_width(part, m_.strong));
    const double room = std::max({content_width, 5.5 * options_.font_size, std::min(word, options_.max_column_width)});
    c.header_lines = scene::wrap(header, room, m_.strong, 3);
    c.width = std::max(content_width, widest(c.header_lines, m_.strong));
    return c;
  }

  void text_columns(const std::vector<ForestColumn>& columns, std::vector<std::string> TableLine::*cells,
                    std::vector<PlacedColumn>& placed) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      double width = 0.0;
      for (TableLine& line : out_.lines) {
        if ((line.*cells).empty()) continue;
        const double cell = text_width((line.*cells)[j], font_of(line));
        width = std::max(width, std::min(cell, options_.max_column_width));
      }
      PlacedColumn c = column(columns[j].header, width);
      c.group = columns[j].group;
      c.numeric = columns[j].numeric;
      out_.has_groups = out_.has_groups || !c.group.empty();
      placed.push_back(std::move(c));
    }
    widen_for_groups(placed);
  }

  // A common header that is wider than its columns widens each of them by the same amount.
  void widen_for_groups(std::vector<PlacedColumn>& columns) const {
    for (std::size_t first = 0; first < columns.size();) {
      std::size_t last = first + 1;
      while (last < columns.size() && columns[last].group == columns[first].group) ++last;
      if (!columns[first].group.empty()) {
        double width = m_.column_gap * static_cast<double>(last - first - 1);
        for (std::size_t j = first; j < last; ++j) width += columns[j].width;
        const double needed = text_width(columns[first].group, m_.strong);
        const double extra = std::max(0.0, needed - width) / static_cast<double>(last - first);
        for (std::size_t j = first; j < last; ++j) columns[j].width += extra;
      }
      first = last;
    }
  }

  void effect_column() {
    if (!options_.effect_column) return;
    EffectColumn& e = out_.effect;
    e.shown = true;
    std::array<double, 3> widths{};
    double instead = 0.0;
    for (const TableLine& line : out_.lines) {
      for (std::size_t i = 0; i < 3; ++i) widths[i] = std::max(widths[i], text_width(line.effect[i], font_of(line)));
      instead = std::max(instead, text_width(line.effect_instead, m_.text));
    }
    const double gap = 0.3 * options_.font_size;
    const double content = std::max(instead, widths[0] + widths[1] + widths[2] + 2 * gap);
    e.header_lines = effect_header(std::max(content, 10.0 * options_.font_size));
    e.width = std::max(content, widest(e.header_lines, m_.strong));
    e.ends = {e.width - widths[2] - widths[1] - 2 * gap, e.width - widths[2] - gap, e.width};
  }

  // The bracket stays whole: on the line of the measure if there is room, else on its own.
  std::vector<std::string> effect_header(double room) const {
    const double percent = 100.0 * options_.level;
    const std::string bracket = "[" + number_text(percent, percent == std::floor(percent) ? 0 : 1) + "% CI]";
    const std::string whole = options_.measure + " " + bracket;
    if (text_width(whole, m_.strong) <= room) return {whole};
    std::vector<std::string> lines = scene::wrap(options_.measure, room, m_.strong, 3);
    lines.push_back(bracket);
    return lines;
  }

  void weight_column() {
    double width = 0.0;
    bool any = false;
    for (const TableLine& line : out_.lines) {
      any = any || !line.weight_text.empty();
      width = std::max(width, text_width(line.weight_text, font_of(line)));
    }
    out_.weight_shown = options_.weight_column && any;
    if (out_.weight_shown) out_.weight = column("Weight (%)", width);
  }

  // Wide enough for the labels up to the maximum, and so that notes do not become a tower of short lines.
  void label_column() {
    double width = text_width(data_.label_header, m_.strong);
    double longest_note = 0.0;
    for (const TableLine& line : out_.lines) {
      if (line.kind == LineKind::note || line.kind == LineKind::heading) {
        const scene::Font& font = line.kind == LineKind::note ? m_.note : m_.strong;
        longest_note = std::max(longest_note, text_width(line.label, font) + line.indent);
      } else {
        width = std::max(width, line.indent + text_width(line.label, font_of(line)));
      }
    }
    for (const std::string& note : data_.notes) longest_note = std::max(longest_note, text_width(note, m_.note));
    double others = 0.0;
    for (const PlacedColumn& c : out_.left) others += m_.column_gap + c.width;
    const double note_room = std::min(longest_note + 1.0, kNoteRoom * options_.font_size);
    out_.label.width = std::max(std::min(width, options_.max_label_width), note_room - others);
    out_.label.header_lines = scene::wrap(data_.label_header, out_.label.width, m_.strong, 3);
    out_.label.numeric = false;
  }

  void place_columns() {
    double x = m_.margin;
    out_.label.x = x;
    x += out_.label.width;
    for (PlacedColumn& c : out_.left) {
      c.x = x + m_.column_gap;
      x = c.x + c.width;
    }
    out_.left_end = x;
    double right_width = 0.0;
    if (out_.effect.shown) right_width += out_.effect.width + m_.column_gap;
    if (out_.weight_shown) right_width += out_.weight.width + m_.column_gap;
    for (const PlacedColumn& c : out_.right) right_width += c.width + m_.column_gap;
    right_width = std::max(0.0, right_width - m_.column_gap);
    const double fixed = x + 2.0 * m_.panel_gap + right_width + m_.margin;
    const double panel = std::max(options_.panel_width, 34.0 * options_.font_size - fixed);
    out_.scale.at_lower = x + m_.panel_gap;
    out_.scale.at_upper = out_.scale.at_lower + panel;
    x = out_.scale.at_upper + m_.panel_gap;
    if (out_.effect.shown) {
      out_.effect.x = x;
      x += out_.effect.width + m_.column_gap;
    }
    if (out_.weight_shown) {
      out_.weight.x = x;
      x += out_.weight.width + m_.column_gap;
    }
    for (PlacedColumn& c : out_.right) {
      c.x = x;
      x += c.width + m_.column_gap;
    }
    out_.page_width = fixed + panel;
  }

  // Notes break between statements, not around "=" or "<": those spaces are unbreakable while the lines are made.
  std::vector<std::string> note_lines(const std::string& note, double room) const {
    constexpr std::string_view bound = "\u00A0";
    std::string glued;
    for (std::size_t i = 0; i < note.size(); ++i) {
      const bool sign_after =
          i + 1 < note.size() && std::string_view("=<>%").find(note[i + 1]) != std::string_view::npos;
      const bool sign_before = i > 0 && std::string_view("=<>").find(note[i - 1]) != std::string_view::npos;
      if (note[i] == ' ' && (sign_after || sign_before)) {
        glued += bound;
      } else {
        glued += note[i];
      }
    }
    std::vector<std::string> lines = scene::wrap(glued, room, m_.note);
    for (std::string& line : lines) {
      for (std::size_t at = line.find(bound); at != std::string::npos; at = line.find(bound, at)) {
        line.replace(at, bound.size(), " ");
      }
    }
    return lines;
  }

  void break_texts() {
    out_.title_lines.clear();
    const double inner = out_.page_width - 2.0 * m_.margin;
    if (!data_.title.empty()) out_.title_lines = scene::wrap(data_.title, inner, m_.title, 4);
    const double left_region = out_.left_end - m_.margin;
    for (TableLine& line : out_.lines) {
      if (line.kind == LineKind::rule || line.kind == LineKind::gap) continue;
      if (line.kind == LineKind::note) {
        line.label_lines = note_lines(line.label, left_region - line.indent);
      } else if (line.kind == LineKind::heading) {
        line.label_lines = scene::wrap(line.label, left_region, m_.strong, kMaxLabelLines);
      } else {
        line.label_lines = scene::wrap(line.label, out_.label.width - line.indent, font_of(line), kMaxLabelLines);
      }
    }
    for (const std::string& note : data_.notes) {
      for (std::string& part : note_lines(note, left_region)) out_.notes.push_back(std::move(part));
    }
  }

  double height_of(const TableLine& line) const {
    const double more = line.label_lines.empty() ? 0.0 : static_cast<double>(line.label_lines.size() - 1);
    switch (line.kind) {
      case LineKind::gap:
        return 0.5 * m_.row_height;
      case LineKind::rule:
        return 0.45 * m_.row_height;
      case LineKind::note:
        return m_.note_pitch * (more + 1.0);
      default:
        return m_.row_height + more * m_.line_pitch;
    }
  }

  void place_lines() {
    double y = m_.margin;
    y += static_cast<double>(out_.title_lines.size()) * 1.3 * m_.title.size;
    if (!out_.title_lines.empty()) y += 0.5 * m_.title.size;
    out_.header_top = y;
    std::size_t lines = out_.label.header_lines.size();
    for (const PlacedColumn& c : out_.left) lines = std::max(lines, c.header_lines.size());
    for (const PlacedColumn& c : out_.right) lines = std::max(lines, c.header_lines.size());
    lines = std::max({lines, out_.effect.header_lines.size(), out_.weight.header_lines.size()});
    if (out_.has_groups) y += m_.row_height;
    y += static_cast<double>(lines) * m_.line_pitch + 0.45 * options_.font_size;
    out_.header_bottom = y;
    y += 0.3 * options_.font_size;
    for (TableLine& line : out_.lines) {
      line.top = y;
      line.height = height_of(line);
      y += line.height;
    }
    out_.axis_y = y + 0.5 * options_.font_size;
  }

  void axis() {
    std::vector<double> values;
    std::vector<double> always;
    for (const TableLine& line : out_.lines) {
      values.insert(values.end(), {line.yi, line.ci_lb, line.ci_ub});
      if (is_summary(line)) always.push_back(line.yi);
    }
    always.push_back(options_.null_value);
    Limits limits = padded(robust_limits(values, always), 0.05);
    if (options_.axis_min && std::isfinite(*options_.axis_min)) limits.lower = *options_.axis_min;
    if (options_.axis_max && std::isfinite(*options_.axis_max)) limits.upper = *options_.axis_max;
    if (!(limits.upper > limits.lower)) limits = padded({limits.lower, limits.lower}, 0.05);
    out_.scale.lower = limits.lower;
    out_.scale.upper = limits.upper;
    out_.ticks = without_collisions(ticks(limits.lower, limits.upper, options_.display), out_.scale, m_.text, true,
                                    kTickOverhang);
  }

  void foot() {
    const double panel = out_.scale.at_upper - out_.scale.at_lower;
    const std::string left = options_.favours_left.empty() ? "" : "← " + options_.favours_left;
    const std::string right = options_.favours_right.empty() ? "" : options_.favours_right + " →";
    const bool null_inside = out_.scale.contains(options_.null_value);
    const double null_x = null_inside ? out_.scale(options_.null_value) : 0.0;
    const double gap = 0.8 * options_.font_size;
    out_.favours_at_null = null_inside && text_width(left, m_.text) + gap <= null_x - out_.scale.at_lower &&
                           text_width(right, m_.text) + gap <= out_.scale.at_upper - null_x;
    if (!left.empty()) out_.favours_left = scene::wrap(left, 0.5 * panel - gap, m_.text);
    if (!right.empty()) out_.favours_right = scene::wrap(right, 0.5 * panel - gap, m_.text);
    const std::string title = options_.axis_title.empty() ? options_.measure : options_.axis_title;
    out_.axis_title = scene::wrap(title, panel, m_.text);
    const double axis_lines = 1.0 + static_cast<double>(std::max(out_.favours_left.size(), out_.favours_right.size()) +
                                                        out_.axis_title.size());
    const double axis_height = 0.6 * options_.font_size + (axis_lines + 0.6) * 1.3 * options_.font_size;
    const double notes_height = static_cast<double>(out_.notes.size()) * m_.note_pitch;
    out_.page_height = out_.axis_y + std::max(axis_height, notes_height) + 0.6 * m_.margin;
  }

  const ForestData& data_;
  const ForestOptions& options_;
  Measures m_;
  Layout out_;
};

}  // namespace

Measures::Measures(double font_size)
    : text{.size = font_size, .bold = false, .italic = false},
      strong{.size = font_size, .bold = true, .italic = false},
      note{.size = 0.9 * font_size, .bold = false, .italic = false},
      title{.size = 1.2 * font_size, .bold = true, .italic = false},
      line_pitch(1.2 * font_size),
      row_height(1.5 * font_size),
      note_pitch(1.25 * font_size),
      column_gap(1.2 * font_size),
      panel_gap(1.6 * font_size) {}

Layout layout(const ForestData& data, const ForestOptions& options) { return Planner(data, options).plan(); }

}  // namespace hedgerow::plot::detail
