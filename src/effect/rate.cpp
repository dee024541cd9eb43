// Comparisons of the incidence rates of two groups: x events in person-time t, r = x/t.
//
//   IRR   ln(r1 / r2);             LS 1/x1 + 1/x2                                                  [rothman2008]
//   IRD   r1 - r2;                 LS x1/t1^2 + x2/t2^2                                            [rothman2008]
//   IRSD  sqrt r1 - sqrt r2;       1/(4 t1) + 1/(4 t2)                                             [bagos2009]
//
// AV puts the rates of all rows together, sum x / sum t of each group, in the variance of IRR and IRD. `add` is added
// to both counts as to the cells of 2x2 tables (two_by_two.cpp; nothing for IRSD); `drop00` leaves out rows without any
// event.

#include <cmath>

#include "effect/detail/adjustment.hpp"
#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {
namespace {

struct Events {
  double x1, x2, t1, t2;
  double r1() const { return x1 / t1; }
  double r2() const { return x2 / t2; }
};

Events read(Row& row) {
  Events e{row.in("x1i"), row.in("x2i"), row.in("t1i"), row.in("t2i")};
  if (row.setting().drop00 && e.x1 == 0 && e.x2 == 0) {
    row.note("left out: no events in both groups (drop00)");
    e.x1 = e.x2 = kMissing;
  }
  const double add = amount_to_add(row, e.x1 == 0 || e.x2 == 0, "counts");
  e.x1 += add;
  e.x2 += add;
  return e;
}

// The events that the variance takes: the row's own or, for AV, those that the average rate gives in its time.
Events for_variance(Row& row, const Events& e) {
  if (!row.vtype("AV")) return e;
  const double r1 = row.step("rate1_average", row.average("rate1", e.r1(), e.t1));
  const double r2 = row.step("rate2_average", row.average("rate2", e.r2(), e.t2));
  return {r1 * e.t1, r2 * e.t2, e.t1, e.t2};
}

Estimate finish(double yi, double v1, double v2, const Events& e) {
  return {.yi = yi, .vi = v1 + v2, .ni = e.t1 + e.t2, .n1i = e.t1, .n2i = e.t2, .v1i = v1, .v2i = v2};
}

Expected<Estimate> irr_row(Row& row) {
  const Events e = read(row);
  const Events v = for_variance(row, e);
  return finish(std::log(e.r1()) - std::log(e.r2()), 1 / v.x1, 1 / v.x2, e);
}

Expected<Estimate> ird_row(Row& row) {
  const Events e = read(row);
  const Events v = for_variance(row, e);
  return finish(e.r1() - e.r2(), v.r1() / v.t1, v.r2() / v.t2, e);
}

Expected<Estimate> irsd_row(Row& row) {
  const Events e = read(row);
  return finish(std::sqrt(e.r1()) - std::sqrt(e.r2()), 1 / (4 * e.t1), 1 / (4 * e.t2), e);
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row,
                double add) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"x1i", Kind::count}, {"x2i", Kind::count}, {"t1i", Kind::time}, {"t2i", Kind::time}},
          .ways = {{"x1i", "x2i", "t1i", "t2i"}},
          .vtypes = std::move(vtypes),
          .row = row,
          .two_groups = true,
          .default_add = add};
}

}  // namespace

Family rate_family() {
  return {measure("IRR", "log incidence rate ratio", {"LS", "AV"}, irr_row, 0.5),
          measure("IRD", "incidence rate difference", {"LS", "AV"}, ird_row, 0.5),
          measure("IRSD", "difference of square root incidence rates", {"LS"}, irsd_row, 0)};
}

}  // namespace hedgerow::effect::detail
