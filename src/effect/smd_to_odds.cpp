// A log odds ratio from the standardised mean difference of two groups.
//
//   D2ORL (D2OR)   c = pi / sqrt(3), responses logistic                    [hasselblad1995; chinn2000]
//   D2ORN          c = 1.65, responses normal                              [cox1989]
//
//   yi = c d,   vi = c^2 (1/n1 + 1/n2 + d^2 / (2N)),   d = (m1 - m2) / sd_pooled without correction of its bias.
//
// Inputs: as SMD (also di, ti, pi).

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/smd.hpp"

namespace hedgerow::effect::detail {
namespace {

Estimate scaled(Row& row, double factor) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double n = n1 + n2;
  const double d = row.step("d", cohens_d(row, n1, n2));
  row.step("factor", factor);
  return {.yi = factor * d, .vi = factor * factor * (1 / n1 + 1 / n2 + d * d / (2 * n)), .ni = n, .n1i = n1, .n2i = n2};
}

Expected<Estimate> logistic_row(Row& row) { return scaled(row, M_PI / std::sqrt(3.0)); }
Expected<Estimate> normal_row(Row& row) { return scaled(row, 1.65); }

Measure measure(std::string_view name, std::string_view text, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = cohens_d_arguments(),
          .ways = cohens_d_ways(),
          .vtypes = {"LS"},
          .row = row,
          .two_groups = true};
}

}  // namespace

Family smd_to_odds_family() {
  return {measure("D2OR", "log odds ratio from the SMD, responses logistic", logistic_row),
          measure("D2ORL", "log odds ratio from the SMD, responses logistic", logistic_row),
          measure("D2ORN", "log odds ratio from the SMD, responses normal", normal_row)};
}

}  // namespace hedgerow::effect::detail
