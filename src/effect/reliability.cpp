// Cronbach's alpha of m items in n subjects.
//
//   ARAW  alpha;                  2m (1-alpha)^2 / ((m-1)(n-2))
//   AHW   1 - (1-alpha)^(1/3);    18 m (n-1) (1-alpha)^(2/3) / ((m-1)(9n-11)^2)                    [hakstian1976]
//   ABT   -ln(1-alpha);           2m / ((m-1)(n-2))                                               [bonett2002]

#include <cmath>

#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> araw_row(Row& row) {
  const double alpha = row.in("ai");
  const double m = row.in("mi");
  const double n = row.in("ni");
  return Estimate{.yi = alpha, .vi = 2 * m * square(1 - alpha) / ((m - 1) * (n - 2)), .ni = n};
}

Expected<Estimate> ahw_row(Row& row) {
  const double root = std::cbrt(1 - row.in("ai"));
  const double m = row.in("mi");
  const double n = row.in("ni");
  return Estimate{.yi = 1 - root, .vi = 18 * m * (n - 1) * square(root) / ((m - 1) * square(9 * n - 11)), .ni = n};
}

Expected<Estimate> abt_row(Row& row) {
  const double m = row.in("mi");
  const double n = row.in("ni");
  return Estimate{.yi = -std::log1p(-row.in("ai")), .vi = 2 * m / ((m - 1) * (n - 2)), .ni = n};
}

Measure measure(std::string_view name, std::string_view text, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"ai", Kind::alpha}, {"mi", Kind::items}, {"ni", Kind::size}},
          .ways = {{"ai", "mi", "ni"}},
          .vtypes = {"LS"},
          .row = row};
}

}  // namespace

Family reliability_family() {
  return {measure("ARAW", "alpha", araw_row), measure("AHW", "alpha, Hakstian and Whalen's transformation", ahw_row),
          measure("ABT", "alpha, Bonett's transformation", abt_row)};
}

}  // namespace hedgerow::effect::detail
