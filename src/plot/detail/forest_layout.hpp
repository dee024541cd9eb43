// The phases of a forest plot between its data and its scene: lines of a table, then columns, then positions.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "plot/forest.hpp"

namespace hedgerow::plot::detail {

enum class LineKind { heading, study, block_summary, overall_summary, prediction, note, rule, gap };

/// One line of the table. Marks are on the analysis scale.
struct TableLine {
  LineKind kind = LineKind::study;
  std::string label;                     ///< in full
  std::vector<std::string> label_lines;  ///< as printed
  double indent = 0.0;
  std::vector<std::string> left;
  std::vector<std::string> right;
  std::array<std::string, 3> effect;  ///< "0.54", "[0.34,", "0.74]"
  std::string effect_instead;         ///< "not estimable"
  std::string weight_text;
  double yi = kNotGiven;
  double ci_lb = kNotGiven;
  double ci_ub = kNotGiven;
  double weight = kNotGiven;
  double top = 0.0;     ///< points
  double height = 0.0;  ///< points
};

/// A column with its place. `x` is its left edge.
struct PlacedColumn {
  std::vector<std::string> header_lines;
  std::string group;
  bool numeric = true;
  double x = 0.0;
  double width = 0.0;
};

/// The effect column has three parts, so that brackets and points stand below each other.
struct EffectColumn {
  bool shown = false;
  std::vector<std::string> header_lines;
  double x = 0.0;
  double width = 0.0;
  std::array<double, 3> ends{};  ///< right edges of the parts, from x
};

struct Layout {
  std::vector<TableLine> lines;
  std::vector<std::string> title_lines;
  PlacedColumn label;
  std::vector<PlacedColumn> left;
  EffectColumn effect;
  bool weight_shown = false;
  PlacedColumn weight;
  std::vector<PlacedColumn> right;
  bool has_groups = false;
  double header_top = 0.0;     ///< below the title
  double header_bottom = 0.0;  ///< where the table's lines start
  double left_end = 0.0;       ///< right edge of the text to the left of the panel
  Scale scale;                 ///< of the panel
  double axis_y = 0.0;
  std::vector<Tick> ticks;
  std::vector<std::string> favours_left;
  std::vector<std::string> favours_right;
  bool favours_at_null = false;
  std::vector<std::string> axis_title;
  std::vector<std::string> notes;  ///< below the table, already broken into lines
  double page_width = 0.0;
  double page_height = 0.0;
};

// Measures that all phases share, in points for a given font size.
struct Measures {
  explicit Measures(double font_size);
  scene::Font text;
  scene::Font strong;
  scene::Font note;
  scene::Font title;
  double line_pitch;  ///< from line to line inside a row
  double row_height;
  double note_pitch;
  double column_gap;
  double panel_gap;
  double margin = 14.0;
};

/// Phase 1: the lines of the table, top to bottom.
std::vector<TableLine> table_lines(const ForestData& data, const ForestOptions& options);

/// Phase 2 and 3: columns, heights, axis.
Layout layout(const ForestData& data, const ForestOptions& options);

}  // namespace hedgerow::plot::detail
