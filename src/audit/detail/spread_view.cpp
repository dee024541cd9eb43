#include "audit/detail/spread_view.hpp"

#include <cmath>
#include <map>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

using Names = std::vector<SpreadCell>;

/// Quantities of each time: one set per group of people of a row.
std::vector<Names> families(SheetKind kind) {
  if (kind == SheetKind::arms)
    return {{{"sd", "n", "mean"}},
            {{"sd_pre", "n", "mean_pre"}},
            {{"sd_post", "n", "mean_post"}},
            {{"sd_change", "n", "mean_change"}}};
  return {{{"sd1i", "n1i", "m1i"}, {"sd2i", "n2i", "m2i"}},
          {{"sd1_pre", "n1i", "m1_pre"}, {"sd2_pre", "n2i", "m2_pre"}},
          {{"sd1_post", "n1i", "m1_post"}, {"sd2_post", "n2i", "m2_post"}},
          {{"sd1_change", "n1i", "m1_change"}, {"sd2_change", "n2i", "m2_change"}}};
}

double value(const Sheet& sheet, std::size_t row, const std::string& quantity) {
  const auto number = sheet.number(row, quantity);
  return number && number->relation == '=' ? number->value : kMissing;
}

std::string comparable(const Sheet& sheet, std::size_t row) {
  return sheet.text(row, "outcome") + "\n" + sheet.text(row, "instrument") + "\n" + sheet.text(row, "unit");
}

SpreadRow read_row(const Sheet& sheet, std::size_t row, const Names& names) {
  SpreadRow out{row, sheet.text(row, "study"), {}};
  for (SpreadCell cell : names) {
    cell.sd = value(sheet, row, cell.sd_name);
    cell.n = value(sheet, row, cell.n_name);
    cell.mean = value(sheet, row, cell.mean_name);
    if (cell.sd > 0 && cell.n > 1) out.cells.push_back(cell);
  }
  return out;
}

template <typename Function>
double mean_over(const SpreadRow& row, Function&& f) {
  double sum = 0;
  for (const SpreadCell& cell : row.cells) sum += f(cell);
  return sum / static_cast<double>(row.cells.size());
}

}  // namespace

std::vector<SpreadGroup> spread_groups(const Sheet& sheet) {
  std::vector<SpreadGroup> out;
  if (sheet.kind() != SheetKind::rows && sheet.kind() != SheetKind::arms) return out;
  for (const Names& names : families(sheet.kind())) {
    if (!sheet.has(names.front().sd_name) || !sheet.has(names.front().n_name)) continue;
    std::map<std::string, std::size_t> places;
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      SpreadRow read = read_row(sheet, row, names);
      if (read.cells.empty()) continue;
      const auto [place, fresh] = places.emplace(comparable(sheet, row), out.size());
      if (fresh) out.push_back({sheet.text(row, "outcome"), {}});
      out[place->second].rows.push_back(std::move(read));
    }
  }
  return out;
}

double log_sd(const SpreadRow& row) {
  return mean_over(row, [](const SpreadCell& cell) { return std::log(cell.sd); });
}

double half_log_n(const SpreadRow& row) {
  return mean_over(row, [](const SpreadCell& cell) { return 0.5 * std::log(cell.n); });
}

double log_sd_sampling(const SpreadRow& row) {
  const double variance = mean_over(row, [](const SpreadCell& cell) { return 0.5 / (cell.n - 1); });
  return std::sqrt(variance / static_cast<double>(row.cells.size()));
}

}  // namespace hedgerow::audit::detail
