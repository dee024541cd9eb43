// A 2x2 table of counts as the measures of such tables read it.
#pragma once

#include <string_view>
#include <vector>

#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {

/// a, b events and non-events of group 1 (or of the first row), c, d of group 2.
struct Cells {
  double a, b, c, d;
  double n1() const { return a + b; }
  double n2() const { return c + d; }
  double n() const { return n1() + n2(); }
  double p1() const { return a / n1(); }
  double p2() const { return c / n2(); }
};

struct Adjusted {
  Cells cells;
  Cells given;   ///< before the adjustment
  double added;  ///< to each cell
};

/// The proportions that enter a variance: the table's own (LS), their common value (HO), or the averages over all
/// tables weighted by size (AV).
struct Proportions {
  double p1, p2;
};

/// A number with its variance.
struct Moments {
  double yi, vi;
};

/// The table of a row (ai bi ci di, or n1i n2i in place of bi di), after `drop00`, `add` and `to`. Errors: events above
/// the size of a group, a size that is not the sum of its cells.
Expected<Adjusted> read_table(Row& row);
/// The cells given, after `drop00`, `add` and `to`.
Adjusted adjust(Row& row, const Cells& given);

Proportions variance_proportions(Row& row, const Cells& cells);
/// ln(a d / (b c)) with the variance of the row's vtype (LS, HO, AV).
Moments log_odds_ratio(const Row& row, const Cells& cells, const Proportions& p);

/// With the sizes of the groups before the adjustment.
Estimate of_table(const Moments& moments, const Adjusted& table);
/// With what each group contributes to the variance.
Estimate with_shares(Estimate estimate, double v1i, double v2i);
/// The row of RR and VE: ln(p1 / p2) with the variance of the row's vtype (LS, HO, AV) and its continuity correction.
Expected<Estimate> log_risk_ratio(Row& row);

std::vector<Argument> table_arguments();
std::vector<std::vector<std::string_view>> table_ways();
/// A measure of 2x2 tables; `add` is its default.
Measure table_measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes,
                      RowFunction row, double add = 0.5);

}  // namespace hedgerow::effect::detail
