// Means and spread of one group.
//
//   MN    m;                    LS sd^2 / n;   HO as LS with the SD pooled over all rows (weights n - 1)
//   SMN   g = J(n - 1) m / sd;  1/n + g^2 / (2n)
//   MNLN  ln m;                 sd^2 / (n m^2)
//   SDLN  ln sd + 1/(2(n-1));   1 / (2(n-1))                               [raudenbush1987; nakagawa2015]
//   CVLN  ln(sd/m) + 1/(2(n-1));   1 / (2(n-1)) + sd^2 / (n m^2)            [nakagawa2015, eq. 27 without its rho]
//
// Without `correct` J is 1 and the terms after the logarithm fall away.

#include <cmath>

#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {
namespace {

struct Group {
  double m, sd, n;
};

Group read(const Row& row) { return {row.in("mi"), row.in("sdi"), row.in("ni")}; }

double spread_correction(Row& row, double n) {
  return row.setting().correct ? row.step("bias_correction", 1 / (2 * (n - 1))) : 0;
}

Expected<Estimate> mn_row(Row& row) {
  const Group x = read(row);
  double variance = x.sd * x.sd;
  if (row.vtype("HO")) variance = row.step("variance_pooled", row.average("variance", variance, x.n - 1));
  return Estimate{.yi = x.m, .vi = variance / x.n, .ni = x.n};
}

Expected<Estimate> smn_row(Row& row) {
  const Group x = read(row);
  const double g = row.step("g", row.j(x.n - 1) * row.step("d", x.m / x.sd));
  return Estimate{.yi = g, .vi = 1 / x.n + g * g / (2 * x.n), .ni = x.n};
}

/// A mean below 0 has no logarithm: likely a change or a z-score was taken for a mean of a ratio scale.
Checked check_positive(const Row& row) {
  if (!(row.in("mi") < 0)) return {};
  return row.bad("mi", "the mean is below 0: its logarithm is not defined; MN takes any mean");
}

Expected<Estimate> mnln_row(Row& row) {
  HR_CHECK(check_positive(row));
  const Group x = read(row);
  return Estimate{.yi = std::log(x.m), .vi = square(x.sd / x.m) / x.n, .ni = x.n};
}

Expected<Estimate> sdln_row(Row& row) {
  const Group x = read(row);
  return Estimate{.yi = std::log(x.sd) + spread_correction(row, x.n), .vi = 1 / (2 * (x.n - 1)), .ni = x.n};
}

Expected<Estimate> cvln_row(Row& row) {
  HR_CHECK(check_positive(row));
  const Group x = read(row);
  return Estimate{.yi = std::log(x.sd / x.m) + spread_correction(row, x.n),
                  .vi = 1 / (2 * (x.n - 1)) + square(x.sd / x.m) / x.n,
                  .ni = x.n};
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row) {
  const bool spread = name == "SDLN";
  return {
      .name = name,
      .scale = name,
      .text = text,
      .arguments = {{"mi"}, {"sdi", Kind::sd}, {"ni", Kind::sample}},
      .ways = {spread ? std::vector<std::string_view>{"sdi", "ni"} : std::vector<std::string_view>{"mi", "sdi", "ni"}},
      .vtypes = std::move(vtypes),
      .row = row};
}

}  // namespace

Family single_mean_family() {
  return {measure("MN", "mean", {"LS", "HO"}, mn_row), measure("SMN", "mean over its SD", {"LS"}, smn_row),
          measure("MNLN", "log of the mean", {"LS"}, mnln_row),
          measure("SDLN", "log of the standard deviation", {"LS"}, sdln_row),
          measure("CVLN", "log of the coefficient of variation", {"LS"}, cvln_row)};
}

}  // namespace hedgerow::effect::detail
