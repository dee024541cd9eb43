// Log hazard ratio of two groups from what survival trials report.
//
//   omei, vlri   (O - E) / V, variance 1/V: observed minus expected events of group 1 and the variance of that
//                difference, of a log-rank test                                                    [yusuf1985]
//   hri, lbi, ubi  ln HR with the interval of hri at 95%: sei = (ln ub - ln lb) / (2 z)            [parmar1998]
//   hri, sei     ln HR with the standard error of ln HR
//
// The first that a row gives is used. O - E and V of a log-rank test approximate the hazard ratio well while it is
// between about 0.5 and 2.

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> from_interval(Row& row) {
  const double hr = row.in("hri");
  const double lb = row.in("lbi");
  const double ub = row.in("ubi");
  if (!(lb <= hr && hr <= ub)) {
    return row.bad("hri", fmt::format("hazard ratio {} with interval {} to {}: it must lie within", format_shortest(hr),
                                      format_shortest(lb), format_shortest(ub)));
  }
  const double sei = row.step("sei", std::log(ub / lb) / (2 * stats::interval_quantile(0.95, kMissing)));
  row.say("from the 95% interval");
  return Estimate{.yi = std::log(hr), .vi = square(sei)};
}

Expected<Estimate> hr_row(Row& row) {
  if (row.given("omei") && row.given("vlri")) {
    row.say("(O - E)/V of a log-rank test");
    return Estimate{.yi = row.in("omei") / row.in("vlri"), .vi = 1 / row.in("vlri")};
  }
  if (row.given("hri") && row.given("lbi") && row.given("ubi")) return from_interval(row);
  if (row.given("hri") && row.given("sei")) {
    return Estimate{.yi = std::log(row.in("hri")), .vi = square(row.in("sei"))};
  }
  return Estimate{};
}

}  // namespace

Family hazard_ratio_family() {
  return {{.name = "HR",
           .scale = "HR",
           .text = "log hazard ratio",
           .arguments = {{"omei", Kind::number},
                         {"vlri", Kind::positive},
                         {"hri", Kind::positive},
                         {"lbi", Kind::positive},
                         {"ubi", Kind::positive},
                         {"sei", Kind::sd}},
           .ways = {{"omei", "vlri"}, {"hri", "lbi", "ubi"}, {"hri", "sei"}},
           .vtypes = {"LS"},
           .row = hr_row}};
}

}  // namespace hedgerow::effect::detail
