// Dichotomous outcomes of matched pairs, or of one group under two treatments (or at two times).
//
//   Paired table:  a both events, b treatment 1 alone, c treatment 2 alone, d neither;  N = a + b + c + d pairs,
//   p1 = (a + b)/N, p2 = (a + c)/N the marginal risks, u = b/N, v = c/N:
//
//   MPRD    p1 - p2;                 (u (1-u) + 2 u v + v (1-v)) / N                             [newcombe1998paired]
//   MPRR    ln(p1 / p2);             (u + v) / (N p1 p2)                                         [zou2007]
//   MPOR    marginal ln odds ratio;  (u (1-u) + 2 u v + v (1-v)) / (N p1 (1-p1) p2 (1-p2))       [becker1993]
//   MPORC   ln(b / c), conditional;  1/b + 1/c                                                   [curtin2002]
//   MPPETO  (b - E)/V, 1/V;          E = (b + c)/2, V = (b + c)/4: conditional, by Peto's method [curtin2002]
//
//   Marginal table:  a, b events and non-events under treatment 1, c, d under treatment 2, each of the same N pairs:
//   MPORM   ln(a d / (b c));         1/a + 1/b + 1/c + 1/d - 2 N r / sqrt(a b c d)               [zou2007]
//
// The variance of MPORM needs what a marginal table does not hold: `ri`, the phi coefficient of the paired table, or
// `pi`, the proportion of pairs with both events, from which r = (N^2 pi - a c) / sqrt(a b c d) (from the counts before
// `add`). An r that no paired table with these margins can have leaves the row without a variance.
//
// `add`, `to` and `drop00` work on the four cells as for two independent groups (detail/table_2x2.cpp).

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "effect/detail/table_2x2.hpp"

namespace hedgerow::effect::detail {
namespace {

struct Pairs {
  double n, p1, p2;
  double difference;  // variance of p1 - p2, times n
};

Pairs pairs_of(const Cells& x) {
  const double n = x.n();
  const double u = x.b / n;
  const double v = x.c / n;
  return {n, (x.a + x.b) / n, (x.a + x.c) / n, u * (1 - u) + 2 * u * v + v * (1 - v)};
}

// Pairs have one size, that of the study.
Estimate of_pairs(const Moments& moments, const Adjusted& table) {
  return {.yi = moments.yi, .vi = moments.vi, .ni = table.given.n()};
}

Expected<Estimate> mprd_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Pairs x = pairs_of(table.cells);
  return of_pairs({x.p1 - x.p2, x.difference / x.n}, table);
}

Expected<Estimate> mprr_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Pairs x = pairs_of(table.cells);
  const double discordant = (table.cells.b + table.cells.c) / x.n;
  return of_pairs({std::log(x.p1) - std::log(x.p2), discordant / (x.n * x.p1 * x.p2)}, table);
}

Expected<Estimate> mpor_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Pairs x = pairs_of(table.cells);
  const double yi = std::log(x.p1 / (1 - x.p1)) - std::log(x.p2 / (1 - x.p2));
  return of_pairs({yi, x.difference / (x.n * x.p1 * (1 - x.p1) * x.p2 * (1 - x.p2))}, table);
}

Expected<Estimate> mporc_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  return of_pairs({std::log(x.b) - std::log(x.c), 1 / x.b + 1 / x.c}, table);
}

Expected<Estimate> mppeto_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const double expected = row.step("E", (table.cells.b + table.cells.c) / 2);
  const double v = row.step("V", (table.cells.b + table.cells.c) / 4);
  return of_pairs({(table.cells.b - expected) / v, 1 / v}, table);
}

// The phi coefficient of the paired table: given, or from the proportion of pairs with both events.
double phi_of_pairs(Row& row) {
  if (row.given("ri")) return row.in("ri");
  const double b = row.given("bi") ? row.in("bi") : row.in("n1i") - row.in("ai");
  const double d = row.given("di") ? row.in("di") : row.in("n2i") - row.in("ci");
  const double n = row.in("ai") + b;
  const double spread = std::sqrt(row.in("ai") * b * row.in("ci") * d);
  return row.step("r", (n * n * row.in("pi") - row.in("ai") * row.in("ci")) / spread);
}

// Whether a paired table with these margins can have this phi; rounded input is allowed to lie just outside.
bool possible(const Cells& x, double r) {
  const double n = x.n() / 2;
  const double both = (r * std::sqrt(x.a * x.b * x.c * x.d) + x.a * x.c) / n;
  const double slack = 1e-8 * n;
  return both >= std::max(0.0, x.a + x.c - n) - slack && both <= std::min(x.a, x.c) + slack;
}

Expected<Estimate> mporm_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  if (std::fabs(table.given.n1() - table.given.n2()) > 1e-9 * table.given.n1()) {
    return row.bad("ci", fmt::format("a marginal table of pairs has two rows of one size, not {} and {}",
                                     format_shortest(table.given.n1()), format_shortest(table.given.n2())));
  }
  const Moments log_or = log_odds_ratio(row, x, variance_proportions(row, x));
  const double r = phi_of_pairs(row);
  const double n = std::round(x.n() / 2);
  double vi = log_or.vi - 2 * n * r / std::sqrt(x.a * x.b * x.c * x.d);
  if (!is_missing(r) && !possible(x, r)) {
    row.note(fmt::format("no paired table with these margins has the correlation {}", format_significant(r, 6)));
    vi = kMissing;
  }
  return Estimate{.yi = log_or.yi, .vi = vi, .ni = std::round(table.given.n() / 2)};
}

Measure paired(std::string_view name, std::string_view text, RowFunction row) {
  Measure measure = table_measure(name, text, {"LS"}, row);
  measure.two_groups = false;
  return measure;
}

Measure marginal() {
  Measure measure = paired("MPORM", "marginal log odds ratio of pairs, from the marginal table", mporm_row);
  measure.vtypes = {"LS", "HO", "AV"};
  measure.arguments.push_back({"ri", Kind::correlation});
  measure.arguments.push_back({"pi", Kind::proportion});
  measure.ways.clear();
  for (const auto& way : table_ways()) {
    for (const std::string_view last : {"ri", "pi"}) {
      measure.ways.push_back(way);
      measure.ways.back().push_back(last);
    }
  }
  return measure;
}

}  // namespace

Family matched_pairs_family() {
  return {paired("MPRD", "risk difference of matched pairs", mprd_row),
          paired("MPRR", "marginal log risk ratio of matched pairs", mprr_row),
          paired("MPOR", "marginal log odds ratio of matched pairs", mpor_row),
          paired("MPORC", "conditional log odds ratio of matched pairs", mporc_row),
          paired("MPPETO", "conditional log odds ratio of matched pairs by Peto's method", mppeto_row),
          marginal()};
}

}  // namespace hedgerow::effect::detail
