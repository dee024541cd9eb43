// Standardised mean differences from 2x2 tables: the events are taken for values above a cut of an underlying variable.
//
//   PBIT   qnorm p1 - qnorm p2;  2 pi sum of p_j (1 - p_j) exp(z_j^2) / n_j                [sanchezmeca2003, eq 21]
//   OR2D   sqrt(3)/pi ln OR;     3/pi^2 times the variance of ln OR: logistic variable      [hasselblad1995]
//   OR2DL  the same as OR2D
//   OR2DN  ln OR / 1.65;         over 1.65^2: normal variable                               [cox1989]
//
// The vtypes of OR2D, OR2DL and OR2DN are those of OR (two_by_two.cpp).

#include <cmath>

#include "effect/detail/table_2x2.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

// Variance of the normal quantile of a proportion; 1 / phi(z)^2 = 2 pi exp(z^2).
double probit_variance(double p, double n) {
  const double z = stats::normal_quantile(p);
  return 2 * M_PI * p * (1 - p) * std::exp(z * z) / n;
}

Expected<Estimate> pbit_row(Row& row) {
  HR_TRY(const Adjusted table, read_table(row));
  const Cells& x = table.cells;
  const double yi = row.step("z1", stats::normal_quantile(x.p1())) - row.step("z2", stats::normal_quantile(x.p2()));
  const double v1 = probit_variance(x.p1(), x.n1());
  const double v2 = probit_variance(x.p2(), x.n2());
  return with_shares(of_table({yi, v1 + v2}, table), v1, v2);
}

Expected<Estimate> scaled_log_or(Row& row, double divisor) {
  HR_TRY(const Adjusted table, read_table(row));
  const Moments log_or = log_odds_ratio(row, table.cells, variance_proportions(row, table.cells));
  row.step("ln OR", log_or.yi);
  return of_table({log_or.yi / divisor, log_or.vi / square(divisor)}, table);
}

Expected<Estimate> logistic_row(Row& row) { return scaled_log_or(row, M_PI / std::sqrt(3)); }
Expected<Estimate> normal_row(Row& row) { return scaled_log_or(row, 1.65); }

}  // namespace

Family table_to_smd_family() {
  const std::vector<std::string_view> vtypes = {"LS", "HO", "AV"};
  return {table_measure("PBIT", "probit transformed risk difference", {"LS"}, pbit_row),
          table_measure("OR2D", "standardised mean difference from the odds ratio, logistic", vtypes, logistic_row),
          table_measure("OR2DN", "standardised mean difference from the odds ratio, normal", vtypes, normal_row),
          table_measure("OR2DL", "standardised mean difference from the odds ratio, logistic", vtypes, logistic_row)};
}

}  // namespace hedgerow::effect::detail
