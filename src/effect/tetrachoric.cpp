// The tetrachoric correlation: of two normal variables that were seen only as above or below a cut.
//
//   The model has as many parameters as a 2x2 table has free cells, so the estimate by maximum likelihood reproduces
//   the table: h = qnorm(n1/N), k = qnorm(m1/N), and rho solves  P(X <= h, Y <= k; rho) = a/N.
//   Its variance, from the inverse information (equal to the delta method over the multinomial cells):
//     A = Phi((k - rho h)/s), B = Phi((h - rho k)/s), s = sqrt(1 - rho^2), phi2 the density at (h, k)
//     vi = Var(f) / (N phi2^2),  f = 1 - A - B, -A, -B, 0 in the cells a, b, c, d
//   ZTET  atanh rho;  variance over (1 - rho^2)^2
//
// Source:     pearson1900, hamdan1970. The derivative of the distribution function in rho is the density (Plackett).
// Conditions: all cells above 0. With one zero cell the likelihood rises towards rho = 1 or -1 without a maximum of
//             finite information: the estimate is that bound and has no variance. With two zero cells on a diagonal
//             the association is perfect (variance 0); a row or a column without counts says nothing.
// Nothing is added to the cells by default.

#include <cmath>

#include "effect/detail/table_2x2.hpp"
#include "stats/bivariate_normal.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::effect::detail {
namespace {

Moments at_bound(Row& row, const Cells& x) {
  const bool positive = x.b == 0 || x.c == 0;
  const bool perfect = (x.b == 0 && x.c == 0) || (x.a == 0 && x.d == 0);
  if (!perfect) row.note("a cell is 0: the correlation is at its bound, where the likelihood gives it no variance");
  return {positive ? 1.0 : -1.0, perfect ? 0 : kMissing};
}

double variance(const Cells& x, double h, double k, double rho) {
  const double n = x.n();
  const double s = std::sqrt((1 - rho) * (1 + rho));
  const double a = stats::normal_cdf((k - rho * h) / s);
  const double b = stats::normal_cdf((h - rho * k) / s);
  const double first = 1 - a - b;
  const double mean = (x.a * first - x.b * a - x.c * b) / n;
  const double second = (x.a * square(first) + x.b * square(a) + x.c * square(b)) / n;
  return (second - mean * mean) / (n * square(stats::bivariate_normal_density(h, k, rho)));
}

Moments tetrachoric(Row& row, const Cells& x) {
  const bool empty_margin = x.n1() == 0 || x.n2() == 0 || x.a + x.c == 0 || x.b + x.d == 0;
  if (std::isnan(x.n()) || empty_margin) return {kMissing, kMissing};
  if (x.a == 0 || x.b == 0 || x.c == 0 || x.d == 0) return at_bound(row, x);
  const double h = row.step("cut_row", stats::normal_quantile(x.n1() / x.n()));
  const double k = row.step("cut_column", stats::normal_quantile((x.a + x.c) / x.n()));
  const double p = x.a / x.n();
  const auto rho = stats::find_root([&](double r) { return stats::bivariate_normal_cdf(h, k, r) - p; }, -1, 1);
  if (!rho) return {kMissing, kMissing};
  return {*rho, variance(x, h, k, *rho)};
}

Expected<Estimate> rtet_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  return of_table(tetrachoric(row, table.cells), table);
}

Expected<Estimate> ztet_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Moments r = tetrachoric(row, table.cells);
  row.step("rho", r.yi);
  return of_table({std::atanh(r.yi), r.vi / square(1 - r.yi * r.yi)}, table);
}

}  // namespace

Family tetrachoric_family() {
  return {table_measure("RTET", "tetrachoric correlation", {"LS"}, rtet_row, 0),
          table_measure("ZTET", "Fisher's z of the tetrachoric correlation", {"LS"}, ztet_row, 0)};
}

}  // namespace hedgerow::effect::detail
