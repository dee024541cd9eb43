// Forest plot: a table of studies with a panel of intervals in its middle.
//
//   label | left columns |  panel  | effect [CI] | weight | right columns
//
// The caller (engine) fills plain rows; this file computes no statistic. All numbers are on the analysis scale (log
// risk ratio, ...) and are transformed once, here, for printing and for the tick labels (ForestOptions::display).
//
// Conventions: the area of a square is proportional to the weight; an interval that leaves the axis ends in an arrow; a
// summary is a diamond from ci_lb to ci_ub; a prediction interval is a bar on a line of its own; a row without a finite
// estimate is listed as "not estimable" and drawn without a mark. docs/figures.md has the whole list.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "plot/axis.hpp"
#include "scene/scene.hpp"

namespace hedgerow::plot {

inline constexpr double kNotGiven = std::numeric_limits<double>::quiet_NaN();

/// One study or effect. NaN means "not given".
struct ForestRow {
  std::string label;
  std::vector<std::string> left = {};   ///< one text per left column; missing ones are empty
  std::vector<std::string> right = {};  ///< one text per right column
  double yi = kNotGiven;
  double ci_lb = kNotGiven;
  double ci_ub = kNotGiven;
  double weight = kNotGiven;  ///< percent
};

/// A pooled estimate, and its prediction interval if both ends are given.
struct ForestSummary {
  std::string label;
  std::vector<std::string> left = {};
  std::vector<std::string> right = {};
  double yi = kNotGiven;
  double ci_lb = kNotGiven;
  double ci_ub = kNotGiven;
  double weight = kNotGiven;  ///< percent
  double pi_lb = kNotGiven;
  double pi_ub = kNotGiven;
  std::string pi_label = "Prediction interval";
};

/// Rows under one heading; a figure without subgroups has one block without heading.
struct ForestBlock {
  std::string heading = {};
  std::vector<ForestRow> rows;
  std::vector<ForestSummary> summaries = {};
  std::vector<std::string> notes = {};  ///< "Heterogeneity: tau² = 0.17; I² = 49.7 %; ..."
};

/// A text column. Neighbours with the same non-empty `group` stand under one common header ("Experimental").
struct ForestColumn {
  std::string header;
  std::string group = {};
  bool numeric = true;  ///< right-aligned; else left-aligned
};

struct ForestData {
  std::string title = {};
  std::string label_header = "Study";
  std::vector<ForestColumn> left_columns = {};
  std::vector<ForestColumn> right_columns = {};
  std::vector<ForestBlock> blocks;
  std::vector<ForestSummary> summaries = {};  ///< overall
  std::vector<std::string> notes = {};        ///< below the overall summaries
};

struct ForestOptions {
  Display display = Display::identity;
  double null_value = 0.0;              ///< reference line, analysis scale; NaN for none
  std::optional<double> axis_min = {};  ///< analysis scale; default: robust limits of the intervals
  std::optional<double> axis_max = {};
  std::string measure = "Effect";  ///< header of the effect column
  double level = 0.95;             ///< of the intervals, for the header
  std::string axis_title = {};     ///< default: the measure
  std::string favours_left = {};
  std::string favours_right = {};
  int digits = 2;
  int weight_digits = 1;
  bool effect_column = true;
  bool weight_column = true;        ///< left out as well if no row has a weight
  double font_size = 9.0;           ///< points
  double panel_width = 190.0;       ///< points; grows if the title needs a wider page
  double max_label_width = 190.0;   ///< points; longer labels are wrapped to two lines, then shortened with "…"
  double max_column_width = 120.0;  ///< points; longer texts of other columns are shortened
};

/// The figure; its size follows from the content. Shortened texts stand in full in the tooltips.
scene::Scene forest(const ForestData& data, const ForestOptions& options = {});

/// What remains if one row (effect or study) is left out.
struct LeaveOneOutRow {
  std::string omitted;
  double estimate = kNotGiven;
  double ci_lb = kNotGiven;
  double ci_ub = kNotGiven;
  std::vector<std::string> right = {};  ///< texts of further columns, as tau² or I²
};

/// Leave-one-out figure: a forest plot of the pooled estimates "without A", "without B", ..., and the
/// estimate of all rows.
scene::Scene leave_one_out_forest(const std::vector<LeaveOneOutRow>& rows, const ForestSummary& all,
                                  const std::vector<ForestColumn>& right_columns, const ForestOptions& options,
                                  const std::string& title = "");

}  // namespace hedgerow::plot
