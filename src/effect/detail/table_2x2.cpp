// Reading 2x2 tables, and the log odds ratio and log risk ratio that several measures are functions of.
//
//   ln OR = ln(a d / (b c)),  LS 1/a + 1/b + 1/c + 1/d,        else sum of 1 / (n_j p_j (1 - p_j))      [fleiss2009]
//   ln RR = ln(p1 / p2),      LS 1/a - 1/n1 + 1/c - 1/n2,      else sum of (1 - p_j) / (n_j p_j)
//
// `add` is added to all four cells: of tables with a zero ("only0"), of all tables ("all"), of all if any table has a
// zero ("if0all"), or never ("none"). `drop00` leaves out tables without events, or with events only, in both groups.
//
// RR with continuity "events", as meta computes it unless told otherwise: add is added to the events and once to the
// size of each group, so that with i = add
//   ln RR = ln[(a + i) / (n1 + i)] - ln[(c + i) / (n2 + i)],  1/(a + i) - 1/(n1 + i) + 1/(c + i) - 1/(n2 + i)
// and a table with events only keeps ln RR = 0 with 1/a - 1/(n1 + i) + 1/c - 1/(n2 + i)           [hartung2001, eq. 18]
// (`drop00` then leaves out tables without events alone).

#include "effect/detail/table_2x2.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/adjustment.hpp"

namespace hedgerow::effect::detail {
namespace {

// Non-events: given, or from the size of the group, which must not be below its events.
Expected<double> rest(const Row& row, std::string_view events, std::string_view others, std::string_view size) {
  const double x = row.in(events);
  const double n = row.in(size);
  if (x > n) {
    return row.bad(events, fmt::format("{} events among {} = {}", format_shortest(x), size, format_shortest(n)));
  }
  if (!row.given(others)) return n - x;
  const double sum = x + row.in(others);
  if (std::fabs(sum - n) > 1e-9 * n) {
    return row.bad(
        size, fmt::format("{} = {}, but {} + {} = {}", size, format_shortest(n), events, others, format_shortest(sum)));
  }
  return row.in(others);
}

Estimate risk_ratio_of_events(const Adjusted& table) {
  const Cells& given = table.given;
  const bool events_only = given.b == 0 && given.d == 0;
  const double n1 = given.n1() + table.added, n2 = given.n2() + table.added;
  const double v1 = 1 / (events_only ? given.a : table.cells.a) - 1 / n1;
  const double v2 = 1 / (events_only ? given.c : table.cells.c) - 1 / n2;
  const double yi = std::log(table.cells.a / n1) - std::log(table.cells.c / n2);
  return with_shares(of_table({yi, v1 + v2}, table), v1, v2);
}

}  // namespace

Adjusted adjust(Row& row, const Cells& given) {
  Cells x = given;
  const bool keeps_full = row.setting().continuity == "events";
  if (row.setting().drop00 && ((x.a == 0 && x.c == 0) || (!keeps_full && x.b == 0 && x.d == 0))) {
    row.note("left out: no events, or events only, in both groups (drop00)");
    x = {kMissing, kMissing, kMissing, kMissing};
  }
  const double add = amount_to_add(row, x.a == 0 || x.b == 0 || x.c == 0 || x.d == 0, "cells");
  return {{x.a + add, x.b + add, x.c + add, x.d + add}, given, add};
}

Expected<Adjusted> read_table(Row& row) {
  HR_TRY(const double b, rest(row, "ai", "bi", "n1i"));
  HR_TRY(const double d, rest(row, "ci", "di", "n2i"));
  return adjust(row, {row.in("ai"), b, row.in("ci"), d});
}

Proportions variance_proportions(Row& row, const Cells& x) {
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

Moments log_odds_ratio(const Row& row, const Cells& x, const Proportions& p) {
  const double yi = std::log(x.a) - std::log(x.b) - std::log(x.c) + std::log(x.d);
  if (row.vtype("LS")) return {yi, 1 / x.a + 1 / x.b + 1 / x.c + 1 / x.d};
  return {yi, 1 / (x.n1() * p.p1 * (1 - p.p1)) + 1 / (x.n2() * p.p2 * (1 - p.p2))};
}

Estimate of_table(const Moments& moments, const Adjusted& table) {
  const Cells& given = table.given;
  return {.yi = moments.yi, .vi = moments.vi, .ni = given.n(), .n1i = given.n1(), .n2i = given.n2()};
}

Estimate with_shares(Estimate estimate, double v1i, double v2i) {
  estimate.v1i = v1i;
  estimate.v2i = v2i;
  return estimate;
}

Expected<Estimate> log_risk_ratio(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  if (row.setting().continuity == "events") return risk_ratio_of_events(table);
  const Cells& x = table.cells;
  const Proportions p = variance_proportions(row, x);
  const double v1 = (1 - p.p1) / (x.n1() * p.p1);
  const double v2 = (1 - p.p2) / (x.n2() * p.p2);
  const double yi = std::log(x.p1()) - std::log(x.p2());
  const double vi = row.vtype("LS") ? 1 / x.a - 1 / x.n1() + 1 / x.c - 1 / x.n2() : v1 + v2;
  return with_shares(of_table({yi, vi}, table), v1, v2);
}

std::vector<Argument> table_arguments() {
  return {{"ai", Kind::count}, {"bi", Kind::count},  {"ci", Kind::count},
          {"di", Kind::count}, {"n1i", Kind::count}, {"n2i", Kind::count}};
}

std::vector<std::vector<std::string_view>> table_ways() {
  return {{"ai", "bi", "ci", "di"}, {"ai", "n1i", "ci", "n2i"}, {"ai", "bi", "ci", "n2i"}, {"ai", "n1i", "ci", "di"}};
}

Measure table_measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes,
                      RowFunction row, double add) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = table_arguments(),
          .ways = table_ways(),
          .vtypes = std::move(vtypes),
          .row = row,
          .two_groups = true,
          .default_add = add};
}

}  // namespace hedgerow::effect::detail
