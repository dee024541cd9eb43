// Partial and semi-partial correlations of an outcome with one of m predictors of a regression in n subjects.
//
//   PCOR   r = t / sqrt(t^2 + n-m-1);                 LS (1 - r^2)^2 / (n - m)                    [aloe2013]
//   ZPCOR  atanh r;                                   1 / (n - m - 2)
//   SPCOR  r = t sqrt(1 - R^2) / sqrt(n-m-1);         LS (R^4 - 2R^2 + (R^2 - r^2) + 1 - (R^2 - r^2)^2) / n  [aloe2013]
//   ZSPCOR atanh r;                                   variance of SPCOR over (1 - r^2)^2 (it does not stabilise it)
//
// R^2 (r2i) is that of the whole regression, t the test of the coefficient; m counts all predictors.
// r itself (ri) or a two-sided p with the sign of the direction (pi) go for t. AV puts the average r of all rows,
// weighted by n, in the variance of PCOR and SPCOR (and ZSPCOR before its transformation).

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/smd.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<double> degrees_of_freedom(const Row& row) {
  const double df = row.in("ni") - row.in("mi") - 1;
  if (df <= 0) return row.bad("mi", "a regression needs more subjects than predictors and constant: ni - mi - 1 > 0");
  return df;
}

double t_of(Row& row, double df) {
  if (row.given("ti")) return row.in("ti");
  if (!row.given("pi")) return kMissing;
  const double p = row.in("pi");
  return row.step("t", std::copysign(t_from_p(std::fabs(p), 2, df), p));
}

double partial_of(Row& row, double df) {
  if (row.given("ri")) return row.in("ri");
  const double t = t_of(row, df);
  return row.step("r", t / std::sqrt(t * t + df));
}

Expected<double> semi_partial_of(Row& row, double df) {
  if (row.given("ri")) return row.in("ri");
  const double r = row.step("r", t_of(row, df) * std::sqrt(1 - row.in("r2i")) / std::sqrt(df));
  if (std::fabs(r) > 1) return row.bad("r2i", "t, R2 and the numbers give a semi-partial correlation beyond 1");
  return r;
}

/// The correlation that the variance is taken at: the row's own, or the average.
double centre(Row& row, double r) {
  return row.vtype("AV") ? row.step("average", row.average("r", r, row.in("ni"))) : r;
}

Expected<Estimate> pcor_row(Row& row) {
  HR_TRY(const double df, degrees_of_freedom(row));
  const double r = partial_of(row, df);
  return Estimate{.yi = r, .vi = square(1 - square(centre(row, r))) / (df + 1), .ni = row.in("ni")};
}

Expected<Estimate> zpcor_row(Row& row) {
  HR_TRY(const double df, degrees_of_freedom(row));
  return Estimate{.yi = std::atanh(partial_of(row, df)), .vi = df > 1 ? 1 / (df - 1) : kMissing, .ni = row.in("ni")};
}

Expected<Estimate> spcor_row(Row& row) {
  HR_TRY(const double df, degrees_of_freedom(row));
  HR_TRY(const double r, semi_partial_of(row, df));
  const double r2 = row.in("r2i");
  const double others = r2 - square(centre(row, r));
  return Estimate{.yi = r, .vi = (r2 * r2 - 2 * r2 + others + 1 - others * others) / row.in("ni"), .ni = row.in("ni")};
}

Expected<Estimate> zspcor_row(Row& row) {
  HR_TRY(Estimate out, spcor_row(row));
  out.vi /= square(1 - out.yi * out.yi);
  out.yi = std::atanh(out.yi);
  return out;
}

Measure measure(std::string_view name, std::string_view text, bool semi, std::vector<std::string_view> vtypes,
                RowFunction row) {
  Measure out = {
      .name = name,
      .scale = name,
      .text = text,
      .arguments = {{"ti"}, {"ri", Kind::correlation}, {"pi", Kind::signed_p}, {"mi", Kind::size}, {"ni", Kind::size}},
      .ways = {},
      .vtypes = std::move(vtypes),
      .row = row};
  for (const std::string_view source : {"ti", "ri", "pi"}) {
    out.ways.push_back({source, "mi", "ni"});
    if (semi) out.ways.back().push_back("r2i");
  }
  if (semi) out.arguments.push_back({"r2i", Kind::proportion});
  return out;
}

}  // namespace

Family regression_correlation_family() {
  return {measure("PCOR", "partial correlation", false, {"LS", "AV"}, pcor_row),
          measure("ZPCOR", "Fisher's z of the partial correlation", false, {"LS"}, zpcor_row),
          measure("SPCOR", "semi-partial correlation", true, {"LS", "AV"}, spcor_row),
          measure("ZSPCOR", "Fisher's z of the semi-partial correlation", true, {"LS", "AV"}, zspcor_row)};
}

}  // namespace hedgerow::effect::detail
