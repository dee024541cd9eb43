// Measures of 2x2 tables: a, b events and non-events of group 1, c, d of group 2; n1 = a + b, n2 = c + d, p1 = a/n1,
// p2 = c/n2, N = n1 + n2.
//
//   OR    ln(a d / (b c));      LS 1/a + 1/b + 1/c + 1/d                                        [fleiss2009]
//   RR    ln(p1 / p2);          LS 1/a - 1/n1 + 1/c - 1/n2
//   RD    p1 - p2;              LS p1(1-p1)/n1 + p2(1-p2)/n2;  UB with n - 1 in place of n
//   PETO  (a - E) / V, 1/V;     E = n1 (a+c)/N, V = n1 n2 (a+c)(b+d) / (N^2 (N-1))               [yusuf1985]
//   AS    asin sqrt p1 - asin sqrt p2;  1/(4 n1) + 1/(4 n2)                                     [rucker2009]
//
// OR, RR and RD also with HO (p1 and p2 replaced by (a+c)/N) and AV (by the averages over all tables, weighted by
// size). `add` is added to all four cells: of tables with a zero ("only0"), of all tables ("all"), of all if any table
// has a zero ("if0all"), or never ("none"). `drop00` leaves out tables without events, or with events only, in both
// groups.

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {
namespace {

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
  double n1, n2;  // before the adjustment
};

// Non-events: given, or from the size of the group, which must not be below its events.
Expected<double> rest(const Row& row, std::string_view events, std::string_view others, std::string_view size) {
  if (row.given(others) || is_missing(row.in(size))) return row.in(others);
  if (row.in(events) > row.in(size)) {
    return row.bad(events, fmt::format("{} events among {} = {}", format_shortest(row.in(events)), size,
                                       format_shortest(row.in(size))));
  }
  return row.in(size)-row.in(events);
}

bool adds(Row& row, bool zero) {
  const std::string& to = row.setting().to;
  if (to == "if0all") return row.average("any zero", zero ? 1 : 0, 1) > 0;
  return to == "all" || (to == "only0" && zero);
}

Expected<Adjusted> read(Row& row) {
  HR_TRY(const double b, rest(row, "ai", "bi", "n1i"));
  HR_TRY(const double d, rest(row, "ci", "di", "n2i"));
  Cells x{row.in("ai"), b, row.in("ci"), d};
  const double n1 = x.n1();
  const double n2 = x.n2();
  if (row.setting().drop00 && ((x.a == 0 && x.c == 0) || (x.b == 0 && x.d == 0))) {
    row.note("left out: no events, or events only, in both groups (drop00)");
    x = {kMissing, kMissing, kMissing, kMissing};
  }
  const double add = row.setting().add;
  const bool zero = x.a == 0 || x.b == 0 || x.c == 0 || x.d == 0;
  if (adds(row, zero) && add != 0) {
    row.note(format_shortest(add) + " added to the cells");
    x = {x.a + add, x.b + add, x.c + add, x.d + add};
  }
  return Adjusted{x, n1, n2};
}

// The proportions that enter the variance: the table's own, their common value (HO), or the averages (AV).
struct Proportions {
  double p1, p2;
};

Proportions proportions(Row& row, const Cells& x) {
  if (row.vtype("HO")) {
    const double p = row.step("p_common", (x.a + x.c) / x.n());
    return {p, p};
  }
  if (row.vtype("AV")) {
    const double p1 = row.average("p1", x.p1(), x.n1());
    return {row.step("p1_average", p1), row.step("p2_average", row.average("p2", x.p2(), x.n2()))};
  }
  return {x.p1(), x.p2()};
}

Estimate finish(double yi, double vi, const Adjusted& table) {
  return {.yi = yi, .vi = vi, .ni = table.n1 + table.n2, .n1i = table.n1, .n2i = table.n2};
}

// With what each group contributes to the variance.
Estimate with_shares(Estimate estimate, double v1i, double v2i) {
  estimate.v1i = v1i;
  estimate.v2i = v2i;
  return estimate;
}

Expected<Estimate> or_row(Row& row) {
  HR_TRY(const Adjusted table, read(row));
  const Cells& x = table.cells;
  const Proportions p = proportions(row, x);
  double vi = 1 / x.a + 1 / x.b + 1 / x.c + 1 / x.d;
  const double v1 = 1 / (x.n1() * p.p1 * (1 - p.p1));
  const double v2 = 1 / (x.n2() * p.p2 * (1 - p.p2));
  if (!row.vtype("LS")) vi = v1 + v2;
  return with_shares(finish(std::log(x.a) - std::log(x.b) - std::log(x.c) + std::log(x.d), vi, table), v1, v2);
}

Expected<Estimate> rr_row(Row& row) {
  HR_TRY(const Adjusted table, read(row));
  const Cells& x = table.cells;
  const Proportions p = proportions(row, x);
  double vi = 1 / x.a - 1 / x.n1() + 1 / x.c - 1 / x.n2();
  const double v1 = (1 - p.p1) / (x.n1() * p.p1);
  const double v2 = (1 - p.p2) / (x.n2() * p.p2);
  if (!row.vtype("LS")) vi = v1 + v2;
  return with_shares(finish(std::log(x.p1()) - std::log(x.p2()), vi, table), v1, v2);
}

Expected<Estimate> rd_row(Row& row) {
  HR_TRY(const Adjusted table, read(row));
  const Cells& x = table.cells;
  const Proportions p = proportions(row, x);
  const double less = row.vtype("UB") ? 1 : 0;
  const double v1 = p.p1 * (1 - p.p1) / (x.n1() - less);
  const double v2 = p.p2 * (1 - p.p2) / (x.n2() - less);
  return with_shares(finish(x.p1() - x.p2(), v1 + v2, table), v1, v2);
}

Expected<Estimate> peto_row(Row& row) {
  HR_TRY(const Adjusted table, read(row));
  const Cells& x = table.cells;
  const double expected = row.step("E", (x.a + x.c) * x.n1() / x.n());
  const double v = row.step("V", (x.a + x.c) * (x.b + x.d) * (x.n1() / x.n()) * (x.n2() / x.n()) / (x.n() - 1));
  return finish((x.a - expected) / v, 1 / v, table);
}

Expected<Estimate> as_row(Row& row) {
  HR_TRY(const Adjusted table, read(row));
  const Cells& x = table.cells;
  const double v1 = 1 / (4 * x.n1());
  const double v2 = 1 / (4 * x.n2());
  return with_shares(finish(std::asin(std::sqrt(x.p1())) - std::asin(std::sqrt(x.p2())), v1 + v2, table), v1, v2);
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"ai", Kind::count},
                        {"bi", Kind::count},
                        {"ci", Kind::count},
                        {"di", Kind::count},
                        {"n1i", Kind::count},
                        {"n2i", Kind::count}},
          .ways = {{"ai", "bi", "ci", "di"},
                   {"ai", "n1i", "ci", "n2i"},
                   {"ai", "bi", "ci", "n2i"},
                   {"ai", "n1i", "ci", "di"}},
          .vtypes = std::move(vtypes),
          .row = row,
          .two_groups = true};
}

}  // namespace

Family two_by_two_family() {
  Family family = {measure("OR", "log odds ratio", {"LS", "HO", "AV"}, or_row),
                   measure("RR", "log risk ratio", {"LS", "HO", "AV"}, rr_row),
                   measure("RD", "risk difference", {"LS", "UB", "HO", "AV"}, rd_row),
                   measure("PETO", "log odds ratio by Peto's method", {"LS"}, peto_row),
                   measure("AS", "difference of arcsine square root risks", {"LS"}, as_row)};
  family.back().default_add = 0;
  return family;
}

}  // namespace hedgerow::effect::detail
