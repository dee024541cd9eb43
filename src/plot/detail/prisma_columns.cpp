#include "plot/detail/prisma_columns.hpp"

#include <algorithm>
#include <numeric>

#include "scene/metrics.hpp"

namespace hedgerow::plot::detail {
namespace {

double need_of(const ColumnTexts& column, double font_size) {
  double widest = 0;
  const auto add = [&](const std::string& text, double indent, bool bold) {
    const double need = scene::longest_piece(text, {.size = font_size, .bold = bold}) + indent + 2 * kBoxPadding;
    if (need <= kMostColumn) widest = std::max(widest, need);
  };
  add(column.heading, 0, true);
  for (const BoxText* box : column.boxes)
    for (const BoxLine& line : box->lines) add(line.text, kBoxIndent * line.indent, line.bold);
  return widest;
}

}  // namespace

std::vector<double> share_width(const std::vector<double>& needs, double available, double most) {
  const auto count = static_cast<double>(needs.size());
  if (std::accumulate(needs.begin(), needs.end(), 0.0) > available)
    return std::vector<double>(needs.size(), std::min(most, available / count));
  // Each round settles the columns that need more than an equal share of what the settled ones leave.
  double share = available / count;
  for (std::size_t round = 0; round < needs.size(); ++round) {
    double rest = available, open = 0;
    for (const double need : needs) {
      if (need > share)
        rest -= need;
      else
        ++open;
    }
    if (open > 0) share = rest / open;
  }
  std::vector<double> widths;
  for (const double need : needs) widths.push_back(std::max(need, std::min(most, share)));
  return widths;
}

ColumnPlan plan_columns(const std::vector<ColumnTexts>& columns, double available, double font_size) {
  constexpr double kStep = 0.25;  // points
  std::vector<double> needs;
  for (double size = font_size;; size = std::max(kSmallestFont, size - kStep)) {
    needs.clear();
    for (const ColumnTexts& column : columns) needs.push_back(need_of(column, size));
    const bool fits = std::accumulate(needs.begin(), needs.end(), 0.0) <= available;
    if (fits || size <= kSmallestFont) return {share_width(needs, available, kMostColumn), size};
  }
}

}  // namespace hedgerow::plot::detail
