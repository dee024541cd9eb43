// Log ratio of the incidence rates of two groups: x events in t person-time.
//
//   IRR  ln((x1/t1) / (x2/t2));  LS 1/x1 + 1/x2                                                   [rothman2008]
//
// `add` is added to both counts as for 2x2 tables (two_by_two.cpp); `drop00` leaves out rows without any event.

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> irr_row(Row& row) {
  double x1 = row.in("x1i");
  double x2 = row.in("x2i");
  const double t1 = row.in("t1i");
  const double t2 = row.in("t2i");
  const double total = t1 + t2;
  if (row.setting().drop00 && x1 == 0 && x2 == 0) {
    row.note("left out: no events in both groups (drop00)");
    return Estimate{.ni = total, .n1i = t1, .n2i = t2};
  }
  const bool zero = x1 == 0 || x2 == 0;
  const std::string& to = row.setting().to;
  const bool adds =
      to == "if0all" ? row.average("any zero", zero ? 1 : 0, 1) > 0 : to == "all" || (to == "only0" && zero);
  if (adds && row.setting().add != 0) {
    row.note(format_shortest(row.setting().add) + " added to the counts");
    x1 += row.setting().add;
    x2 += row.setting().add;
  }
  return Estimate{
      .yi = std::log(x1 / t1) - std::log(x2 / t2), .vi = 1 / x1 + 1 / x2, .ni = total, .n1i = t1, .n2i = t2};
}

}  // namespace

Family rate_family() {
  return {{.name = "IRR",
           .scale = "IRR",
           .text = "log incidence rate ratio",
           .arguments = {{"x1i", Kind::count}, {"x2i", Kind::count}, {"t1i", Kind::time}, {"t2i", Kind::time}},
           .ways = {{"x1i", "x2i", "t1i", "t2i"}},
           .vtypes = {"LS"},
           .row = irr_row,
           .two_groups = true}};
}

}  // namespace hedgerow::effect::detail
