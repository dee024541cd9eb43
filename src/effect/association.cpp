// Association of two dichotomous variables in a 2x2 table; cells as in detail/table_2x2.hpp, N = a + b + c + d.
//
//   PHI   (a d - b c) / sqrt(n1 n2 m1 m2),  m1 = a + c, m2 = b + d                              [yule1912]
//         CS (cross-sectional sampling, the default): with u = (n1 - n2)/N, v = (m1 - m2)/N, the products of the
//         proportions P = n1 n2 / N^2 and Q = m1 m2 / N^2,
//           (1 - phi^2 + phi (1 + phi^2/2) u v / sqrt(P Q) - 3/4 phi^2 (u^2/P + v^2/Q)) / N
//         ST (sizes of the rows fixed by the design): delta method over the two binomial risks; with
//         m = m1/N, g1 = n1/N, g2 = n2/N:
//           dphi/dp1 =  sqrt(g1 g2 / (m (1-m))) (1 - (p1 - p2) g1 (1 - 2m) / (2 m (1-m)))
//           dphi/dp2 = -sqrt(g1 g2 / (m (1-m))) (1 + (p1 - p2) g2 (1 - 2m) / (2 m (1-m)))
//           vi = sum of (dphi/dp_j)^2 p_j (1 - p_j) / n_j
//   YUQ   (OR - 1)/(OR + 1) = tanh(ln OR / 2);              (1 - Q^2)^2 / 4  (1/a + 1/b + 1/c + 1/d)   [yule1912]
//   YUY   (sqrt OR - 1)/(sqrt OR + 1) = tanh(ln OR / 4);    (1 - Y^2)^2 / 16 (1/a + 1/b + 1/c + 1/d)   [yule1912]
//   ZPHI  atanh PHI;  variance over (1 - PHI^2)^2. It does not stabilise the variance, as it does for correlations.
//
// Nothing is added to the cells of PHI and ZPHI by default. "LS" names the default, CS. The name CS (not MN) is
// metafor's; for RTET see tetrachoric.cpp.

#include <cmath>

#include "effect/detail/table_2x2.hpp"

namespace hedgerow::effect::detail {
namespace {

double stratified_variance(const Cells& x) {
  const double m = (x.a + x.c) / x.n();
  const double g1 = x.n1() / x.n();
  const double g2 = x.n2() / x.n();
  const double scale = std::sqrt(g1 * g2 / (m * (1 - m)));
  const double bend = (x.p1() - x.p2()) * (1 - 2 * m) / (2 * m * (1 - m));
  const double slope1 = scale * (1 - g1 * bend);
  const double slope2 = -scale * (1 + g2 * bend);
  return square(slope1) * x.p1() * (1 - x.p1()) / x.n1() + square(slope2) * x.p2() * (1 - x.p2()) / x.n2();
}

double cross_sectional_variance(const Cells& x, double phi) {
  const double n = x.n();
  const double u = (x.n1() - x.n2()) / n;
  const double v = ((x.a + x.c) - (x.b + x.d)) / n;
  const double p = x.n1() / n * x.n2() / n;
  const double q = (x.a + x.c) / n * (x.b + x.d) / n;
  const double middle = phi * (1 + phi * phi / 2) * u * v / std::sqrt(p * q);
  return (1 - phi * phi + middle - 0.75 * phi * phi * (u * u / p + v * v / q)) / n;
}

Moments phi_of(const Row& row, const Cells& x) {
  const double phi = (x.a * x.d - x.b * x.c) / std::sqrt(x.n1() * x.n2() * (x.a + x.c) * (x.b + x.d));
  return {phi, row.vtype("ST") ? stratified_variance(x) : cross_sectional_variance(x, phi)};
}

Expected<Estimate> phi_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  return of_table(phi_of(row, table.cells), table);
}

Expected<Estimate> zphi_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Moments phi = phi_of(row, table.cells);
  row.step("phi", phi.yi);
  return of_table({std::atanh(phi.yi), phi.vi / square(1 - phi.yi * phi.yi)}, table);
}

// Yule's coefficients: tanh of a part of the log odds ratio.
Expected<Estimate> yule(Row& row, double part) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  const double log_or = row.step("ln OR", std::log(x.a) - std::log(x.b) - std::log(x.c) + std::log(x.d));
  const double yi = std::tanh(part * log_or);
  const double slope = part / square(std::cosh(part * log_or));
  return of_table({yi, square(slope) * (1 / x.a + 1 / x.b + 1 / x.c + 1 / x.d)}, table);
}

Expected<Estimate> yuq_row(Row& row) { return yule(row, 0.5); }
Expected<Estimate> yuy_row(Row& row) { return yule(row, 0.25); }

}  // namespace

Family association_family() {
  return {table_measure("PHI", "phi coefficient", {"LS", "CS", "ST"}, phi_row, 0),
          table_measure("ZPHI", "Fisher's z of the phi coefficient", {"LS", "CS", "ST"}, zphi_row, 0),
          table_measure("YUQ", "Yule's Q", {"LS"}, yuq_row), table_measure("YUY", "Yule's Y", {"LS"}, yuy_row)};
}

}  // namespace hedgerow::effect::detail
