// How wide the columns of the PRISMA diagram are.
//
//   width_i = max(need_i, rest),   sum_i width_i = available
//
// need_i is the widest word of the column with its indent and padding. Columns are equal as long as no word is broken;
// a column whose word needs more takes it from the others. If there is not enough for all, the font gets smaller, down
// to a size that can still be read in print. A word wider than any column may be breaks whatever is done, and asks for
// nothing.
#pragma once

#include <string>
#include <vector>

#include "plot/detail/prisma_boxes.hpp"

namespace hedgerow::plot::detail {

inline constexpr double kBoxPadding = 4.5, kBoxIndent = 6.0;  // points
inline constexpr double kMostColumn = 190.0;                  // a wider box reads worse
inline constexpr double kSmallestFont = 6.0;

/// What stands in a column: its boxes, and a bold heading of its own (or none).
struct ColumnTexts {
  std::vector<const BoxText*> boxes;
  std::string heading;
};

struct ColumnPlan {
  std::vector<double> widths;  ///< points, one per column
  double font_size = 0;        ///< at most what was asked for
};

/// Widths that fill `available` as far as columns may grow; none is below its need where that is possible.
std::vector<double> share_width(const std::vector<double>& needs, double available, double most);

ColumnPlan plan_columns(const std::vector<ColumnTexts>& columns, double available, double font_size);

}  // namespace hedgerow::plot::detail
