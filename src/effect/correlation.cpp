// Correlations of two variables, from r and n.
//
//   COR   r;                        LS (1 - r^2)^2 / (n - 1)
//   UCOR  r 2F1(1/2, 1/2; (n-2)/2; 1 - r^2), n > 4;  LS as COR with this estimate;
//         UB G^2 - 1 + (n-3)/(n-2) (1 - r^2) 2F1(1, 1; n/2; 1 - r^2)                            [olkin1958; hedges1989]
//   ZCOR  atanh r;                  1 / (n - 3), n > 3                                             [fisher1921]
//
// AV puts the average estimate of all rows, weighted by n, in the variance of COR and UCOR.

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/small_sample.hpp"
#include "stats/hypergeometric.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> correlation(Row& row, double yi) {
  const double r = row.in("ri");
  const double n = row.in("ni");
  if (row.vtype("UB")) {
    const double f = row.step("2F1", stats::hypergeometric_2f1(1, 1, n / 2, 1 - r * r));
    return Estimate{.yi = yi, .vi = yi * yi - 1 + (n - 3) / (n - 2) * (1 - r * r) * f, .ni = n};
  }
  const double centre = row.vtype("AV") ? row.step("average", row.average("r", yi, n)) : yi;
  return Estimate{.yi = yi, .vi = square(1 - centre * centre) / (n - 1), .ni = n};
}

Expected<Estimate> cor_row(Row& row) { return correlation(row, row.in("ri")); }

Expected<Estimate> ucor_row(Row& row) { return correlation(row, olkin_pratt(row.in("ri"), row.in("ni"))); }

Expected<Estimate> zcor_row(Row& row) {
  const double n = row.in("ni");
  return Estimate{.yi = std::atanh(row.in("ri")), .vi = n > 3 ? 1 / (n - 3) : kMissing, .ni = n};
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"ri", Kind::correlation}, {"ni", Kind::size}},
          .ways = {{"ri", "ni"}},
          .vtypes = std::move(vtypes),
          .row = row};
}

}  // namespace

Family correlation_family() {
  return {measure("COR", "correlation", {"LS", "AV"}, cor_row),
          measure("UCOR", "correlation corrected for bias", {"LS", "UB", "AV"}, ucor_row),
          measure("ZCOR", "Fisher's z of the correlation", {"LS"}, zcor_row)};
}

}  // namespace hedgerow::effect::detail
