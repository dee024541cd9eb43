// Comparisons of the risks of two groups: p1 = a/n1, p2 = c/n2, N = n1 + n2 (cells as in detail/table_2x2.hpp).
//
//   OR    ln(a d / (b c));      LS 1/a + 1/b + 1/c + 1/d                                        [fleiss2009]
//   RR    ln(p1 / p2);          LS 1/a - 1/n1 + 1/c - 1/n2
//   RD    p1 - p2;              LS p1(1-p1)/n1 + p2(1-p2)/n2;  UB with n - 1 in place of n
//   PETO  (a - E) / V, 1/V;     E = n1 (a+c)/N, V = n1 n2 (a+c)(b+d) / (N^2 (N-1))               [yusuf1985]
//   AS    asin sqrt p1 - asin sqrt p2;  1/(4 n1) + 1/(4 n2)                                     [rucker2009]
//
// RD with continuity "variance": what is added to the cells enters the variance alone (meta, RevMan). RR with
// continuity "events": detail/table_2x2.cpp.
//
// OR, RR and RD also with HO (p1 and p2 replaced by (a+c)/N) and AV (by the averages over all tables, weighted by
// size). AS needs nothing added to its cells.

#include <cmath>

#include "effect/detail/table_2x2.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> or_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  const Proportions p = variance_proportions(row, x);
  const double v1 = 1 / (x.n1() * p.p1 * (1 - p.p1));
  const double v2 = 1 / (x.n2() * p.p2 * (1 - p.p2));
  return with_shares(of_table(log_odds_ratio(row, x, p), table), v1, v2);
}

Expected<Estimate> rd_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  const Proportions p = variance_proportions(row, x);
  const double less = row.vtype("UB") ? 1 : 0;
  const double v1 = p.p1 * (1 - p.p1) / (x.n1() - less);
  const double v2 = p.p2 * (1 - p.p2) / (x.n2() - less);
  const Cells& in_effect = row.setting().continuity == "variance" ? table.given : x;
  return with_shares(of_table({in_effect.p1() - in_effect.p2(), v1 + v2}, table), v1, v2);
}

Expected<Estimate> peto_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  const double expected = row.step("E", (x.a + x.c) * x.n1() / x.n());
  const double v = row.step("V", (x.a + x.c) * (x.b + x.d) * (x.n1() / x.n()) * (x.n2() / x.n()) / (x.n() - 1));
  return of_table({(x.a - expected) / v, 1 / v}, table);
}

Expected<Estimate> as_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  const double v1 = 1 / (4 * x.n1());
  const double v2 = 1 / (4 * x.n2());
  const double yi = std::asin(std::sqrt(x.p1())) - std::asin(std::sqrt(x.p2()));
  return with_shares(of_table({yi, v1 + v2}, table), v1, v2);
}

}  // namespace

Family two_by_two_family() {
  Measure rr = table_measure("RR", "log risk ratio", {"LS", "HO", "AV"}, log_risk_ratio);
  rr.continuity = "events";
  Measure rd = table_measure("RD", "risk difference", {"LS", "UB", "HO", "AV"}, rd_row);
  rd.continuity = "variance";
  return {table_measure("OR", "log odds ratio", {"LS", "HO", "AV"}, or_row), rr, rd,
          table_measure("PETO", "log odds ratio by Peto's method", {"LS"}, peto_row),
          table_measure("AS", "difference of arcsine square root risks", {"LS"}, as_row, 0)};
}

}  // namespace hedgerow::effect::detail
