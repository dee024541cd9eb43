// The coefficient of determination R^2 of a regression on m predictors in n subjects.
//
//   R2    R^2;              LS 4 R^2 (1-R^2)^2 / n;   LS2 4 R^2 (1-R^2)^2 (n-m-1)^2 / ((n^2-1)(n+3))     [kendall1979]
//                           AV, AV2 the same at the average R^2 of all rows, weighted by n
//   ZR2   atanh sqrt R^2;   1 / n                                                                     [olkin1995]
//   R2F   R^2, fixed predictors;   the variance of rho^2 whose density, over 0.0001 < rho^2 < 0.9999, is the likelihood
//                  of R^2: noncentral beta with m / 2, (n-m-1) / 2 and noncentrality n rho^2 / (1 - rho^2)
//   ZR2F  atanh sqrt R^2;   vi of R2F / (4 R^2 (1-R^2)^2)
//
// R2 and ZR2 hold for random predictors. metafor 5.1 names no source for R2F; the rule was found from its numbers, and
// its vi of ZR2F takes another derivative (docs/errata.md). Instead of R^2 (r2i) its test may be given: F (fi) or its p
// (pi); then R^2 = m F / (m F + n - m - 1).

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "effect/detail/measure.hpp"
#include "stats/f_quantile.hpp"
#include "stats/integrate.hpp"
#include "stats/noncentral_beta.hpp"

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

// Mean and variance of rho^2 under the likelihood. It is 0 in double precision outside the window: twelve standard
// errors, or sixty times the width that it has at R^2 = 0.
double likelihood_variance(double r2, double m, double n) {
  constexpr double kLow = 1e-4, kHigh = 1 - 1e-4;
  constexpr int kPanels = 8;
  const double wide = 12 * std::sqrt((4 * r2 * square(1 - r2) + 4 * (m + 2) / n) / n) + 60 / n;
  const double low = std::max(kLow, r2 - wide), high = std::min(kHigh, r2 + wide);
  double mass = 0, mean = 0, second = 0;
  for (const stats::Node& node : stats::gauss_legendre(low, high, kPanels)) {
    const double rho2 = node.x;
    const double w =
        node.weight * stats::noncentral_beta_density(r2, 0.5 * m, 0.5 * (n - m - 1), n * rho2 / (1 - rho2));
    mass += w;
    mean += w * (rho2 - r2);
    second += w * square(rho2 - r2);
  }
  return second / mass - square(mean / mass);
}

Expected<Estimate> r2f_row(Row& row) {
  HR_TRY(const double r2, r_squared(row));
  const double m = row.in("mi"), n = row.in("ni");
  const bool inside = r2 > 0 && r2 < 1;
  if (r2 == 0 || r2 == 1) row.note("at R2 = 0 or 1 there is no variance for fixed predictors");
  return Estimate{.yi = r2, .vi = inside && n > m + 1 ? likelihood_variance(r2, m, n) : kMissing, .ni = n};
}

Expected<Estimate> zr2f_row(Row& row) {
  HR_TRY(Estimate out, r2f_row(row));
  out.vi /= 4 * out.yi * square(1 - out.yi);
  out.yi = std::atanh(std::sqrt(out.yi));
  return out;
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
          measure("ZR2", "Fisher's z of the root of R2, random predictors", {"LS"}, zr2_row),
          measure("R2F", "coefficient of determination, fixed predictors", {"LS"}, r2f_row),
          measure("ZR2F", "Fisher's z of the root of R2, fixed predictors", {"LS"}, zr2f_row)};
}

}  // namespace hedgerow::effect::detail
