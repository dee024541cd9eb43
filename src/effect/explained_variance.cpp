// The coefficient of determination R^2 of a regression on m predictors in n subjects.
//
//   R2    R^2;              LS 4 R^2 (1-R^2)^2 / n;   LS2 4 R^2 (1-R^2)^2 (n-m-1)^2 / ((n^2-1)(n+3))     [kendall1979]
//                           AV, AV2 the same at the average R^2 of all rows, weighted by n
//   ZR2   atanh sqrt R^2;   1 / n                                                                     [olkin1995]
//
// These hold for random predictors. Instead of R^2 (r2i) its test may be given: F (fi) or its p (pi); then
// R^2 = m F / (m F + n - m - 1).

#include <cmath>

#include "effect/detail/measure.hpp"
#include "stats/f_quantile.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<double> r_squared(Row& row) {
  const double m = row.in("mi");
  const double df = row.in("ni") - m - 1;
  if (df <= 0) return row.bad("mi", "a regression needs more subjects than predictors and constant: ni - mi - 1 > 0");
  if (row.given("r2i")) return row.in("r2i");
  double f = row.in("fi");
  if (!row.given("fi") && row.given("pi")) f = row.step("F", stats::f_quantile_upper(row.in("pi"), m, df));
  return row.step("R2", m * f / (m * f + df));
}

Expected<Estimate> r2_row(Row& row) {
  HR_TRY(const double r2, r_squared(row));
  const double m = row.in("mi");
  const double n = row.in("ni");
  const bool average = row.vtype("AV") || row.vtype("AV2");
  const double centre = average ? row.step("average", row.average("r2", r2, n)) : r2;
  const double first_order = 4 * centre * square(1 - centre);
  const bool full = row.vtype("LS2") || row.vtype("AV2");
  const double vi = full ? first_order * square(n - m - 1) / ((n * n - 1) * (n + 3)) : first_order / n;
  return Estimate{.yi = r2, .vi = vi, .ni = n};
}

Expected<Estimate> zr2_row(Row& row) {
  HR_TRY(const double r2, r_squared(row));
  const double n = row.in("ni");
  return Estimate{.yi = std::atanh(std::sqrt(r2)), .vi = 1 / n, .ni = n};
}

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = {{"r2i", Kind::proportion},
                        {"fi", Kind::count},
                        {"pi", Kind::p_value},
                        {"mi", Kind::size},
                        {"ni", Kind::size}},
          .ways = {{"r2i", "mi", "ni"}, {"fi", "mi", "ni"}, {"pi", "mi", "ni"}},
          .vtypes = std::move(vtypes),
          .row = row};
}

}  // namespace

Family explained_variance_family() {
  return {measure("R2", "coefficient of determination, random predictors", {"LS", "LS2", "AV", "AV2"}, r2_row),
          measure("ZR2", "Fisher's z of the root of R2, random predictors", {"LS"}, zr2_row)};
}

}  // namespace hedgerow::effect::detail
