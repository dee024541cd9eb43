// Incidence rates of single groups: x events in person-time t, r = x/t. With expected events in place of t they are
// standardised incidence ratios.
//
//   IR    r;                                    LS x / t^2                                         [rothman2008]
//   IRLN  ln r;                                 LS 1/x
//   IRS   sqrt r;                               1/(4t)
//   IRFT  (sqrt(x/t) + sqrt((x + 1)/t)) / 2;    1/(4t)                                             [freeman1950]
//
// AV puts the rate of all rows together, sum x / sum t, in the variance of IR and IRLN. `add` is added to x as for 2x2
// tables (two_by_two.cpp); IRS and IRFT need none.

#include <cmath>

#include "effect/detail/adjustment.hpp"
#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {
namespace {

struct Events {
  double x, t;
  double rate() const { return x / t; }
};

Events read(Row& row) {
  const double x = row.in("xi");
  return {x + amount_to_add(row, x == 0, "events"), row.in("ti")};
}

// The rate in the variance: the row's own or, for AV, the average.
double variance_rate(Row& row, const Events& e) {
  if (!row.vtype("AV")) return e.rate();
  return row.step("rate_average", row.average("rate", e.rate(), e.t));
}

Estimate finish(double yi, double vi, const Events& e) { return {.yi = yi, .vi = vi, .ni = e.t}; }

Expected<Estimate> ir_row(Row& row) {
  const Events e = read(row);
  return finish(e.rate(), variance_rate(row, e) / e.t, e);
}

Expected<Estimate> irln_row(Row& row) {
  const Events e = read(row);
  return finish(std::log(e.rate()), 1 / (variance_rate(row, e) * e.t), e);
}

Expected<Estimate> irs_row(Row& row) {
  const Events e = read(row);
  return finish(std::sqrt(e.rate()), 1 / (4 * e.t), e);
}

Expected<Estimate> irft_row(Row& row) {
  const Events e = read(row);
  return finish(0.5 * (std::sqrt(e.rate()) + std::sqrt((e.x + 1) / e.t)), 1 / (4 * e.t), e);
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row,
                double add) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"xi", Kind::count}, {"ti", Kind::time}},
          .ways = {{"xi", "ti"}},
          .vtypes = std::move(vtypes),
          .row = row,
          .default_add = add};
}

}  // namespace

Family single_rate_family() {
  return {measure("IR", "incidence rate", {"LS", "AV"}, ir_row, 0.5),
          measure("IRLN", "log incidence rate", {"LS", "AV"}, irln_row, 0.5),
          measure("IRS", "square root of the incidence rate", {"LS"}, irs_row, 0),
          measure("IRFT", "Freeman-Tukey transformed incidence rate", {"LS"}, irft_row, 0)};
}

}  // namespace hedgerow::effect::detail
