// Correlations of two variables, from r and n.
//
//   COR   r;                        LS (1 - r^2)^2 / (n - 1)
//   UCOR  r 2F1(1/2, 1/2; (n-2)/2; 1 - r^2), n > 4;  LS as COR with this estimate;
//         UB G^2 - 1 + (n-3)/(n-2) (1 - r^2) 2F1(1, 1; n/2; 1 - r^2)                            [olkin1958; hedges1989]
//   ZCOR  atanh r;                  1 / (n - 3), n > 3                                             [fisher1921]
//
// Without r it follows from its test of rho = 0: r = t / sqrt(t^2 + n - 2), t given (ti) or from a two-sided p (pi)
// whose sign is the direction. H0 puts 0 for the correlation in the variance. Below n = 4 no variance is given.
//
// AV puts the average estimate of all rows, weighted by n, in the variance of COR and UCOR.

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/smd.hpp"
#include "effect/small_sample.hpp"
#include "stats/hypergeometric.hpp"

namespace hedgerow::effect::detail {
namespace {

double correlation_of(Row& row) {
  if (row.given("ri")) return row.in("ri");
  const double df = row.in("ni") - 2;
  double t = row.in("ti");
  if (!row.given("ti") && row.given("pi")) {
    const double p = row.in("pi");
    t = row.step("t", std::copysign(t_from_p(std::fabs(p), 2, df), p));
  }
  return row.step("r", t / std::sqrt(t * t + df));
}

double variance(Row& row, double r, double yi) {
  const double n = row.in("ni");
  if (!(n > 3)) return kMissing;
  if (row.vtype("UB")) {
    const double f = row.step("2F1", stats::hypergeometric_2f1(1, 1, n / 2, 1 - r * r));
    return yi * yi - 1 + (n - 3) / (n - 2) * (1 - r * r) * f;
  }
  double centre = row.vtype("HO") ? 0 : yi;
  if (row.vtype("AV")) centre = row.step("average", row.average("r", yi, n));
  return square(1 - centre * centre) / (n - 1);
}

Expected<Estimate> cor_row(Row& row) {
  const double r = correlation_of(row);
  return Estimate{.yi = r, .vi = variance(row, r, r), .ni = row.in("ni")};
}

Expected<Estimate> ucor_row(Row& row) {
  const double r = correlation_of(row);
  const double yi = olkin_pratt(r, row.in("ni"));
  return Estimate{.yi = yi, .vi = variance(row, r, yi), .ni = row.in("ni")};
}

Expected<Estimate> zcor_row(Row& row) {
  const double n = row.in("ni");
  return Estimate{.yi = std::atanh(correlation_of(row)), .vi = n > 3 ? 1 / (n - 3) : kMissing, .ni = n};
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"ri", Kind::correlation}, {"ti"}, {"pi", Kind::signed_p}, {"ni", Kind::size}},
          .ways = {{"ri", "ni"}, {"ti", "ni"}, {"pi", "ni"}},
          .vtypes = std::move(vtypes),
          .row = row};
}

}  // namespace

Family correlation_family() {
  return {measure("COR", "correlation", {"LS", "AV", "HO"}, cor_row),
          measure("UCOR", "correlation corrected for bias", {"LS", "UB", "AV", "HO"}, ucor_row),
          measure("ZCOR", "Fisher's z of the correlation", {"LS"}, zcor_row)};
}

}  // namespace hedgerow::effect::detail
