// Correlation of a dichotomy with a quantity, from the means of its two groups.
//
// With d = (m1 - m2) / sd_pooled, m = n1 + n2 - 2, N = n1 + n2, h = m/n1 + m/n2, p = n1/N, q = n2/N, z the normal
// quantile of upper tail p and f the normal density there:
//
//   RPB   d / sqrt(d^2 + h);   LS = ST (group sizes fixed)  h^2 (1/n1 + 1/n2 + d^2/(2N)) / (h + d^2)^3
//                              CS (sizes random)  (1-r^2)^2 (N r^2 / (4 n1 n2) + (2 - 3 r^2) / (2N))         [tate1954]
//   RBIS  r = sqrt(pq) / f RPB;   (pq/f^2 - (3/2 + (1 - p z/f)(1 + q z/f)) r^2 + r^4) / (N - 1), r within -1 to 1 there
//                                                                                             [soper1914; jacobs2017]
//   ZPB, ZBIS  atanh r;   variance of r over (1 - r^2)^2. It does not stabilise the variance here.
//
// A biserial correlation can lie outside -1 to 1; then ZBIS is not defined. Inputs: as SMD (also di, ti, pi).

#include <algorithm>
#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/smd.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

struct Correlation {
  double r = kMissing;
  double variance = kMissing;
};

Estimate with_sizes(const Row& row, const Correlation& c) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  return {.yi = c.r, .vi = c.variance, .ni = n1 + n2, .n1i = n1, .n2i = n2};
}

Correlation point_biserial(Row& row) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double n = n1 + n2;
  const double d = row.step("d", cohens_d(row, n1, n2));
  const double h = row.step("h", (n - 2) / n1 + (n - 2) / n2);
  const double r = row.step("r_pb", d / std::sqrt(d * d + h));
  const double r2 = r * r;
  if (row.vtype("CS")) return {r, square(1 - r2) * (n * r2 / (4 * n1 * n2) + (2 - 3 * r2) / (2 * n))};
  return {r, h * h / std::pow(h + d * d, 3) * (1 / n1 + 1 / n2 + d * d / (2 * n))};
}

Correlation biserial(Row& row) {
  const double n1 = row.in("n1i");
  const double n = n1 + row.in("n2i");
  const double p = n1 / n;
  const double q = 1 - p;
  const double z = -stats::normal_quantile(p);
  const double f = stats::normal_density(z);
  const double r = row.step("r_bis", std::sqrt(p * q) / f * point_biserial(row).r);
  const double r2 = std::min(r * r, 1.0);
  const double linear = 1.5 + (1 - p * z / f) * (1 + q * z / f);
  return {r, (p * q / (f * f) - linear * r2 + r2 * r2) / (n - 1)};
}

Correlation fisher_z(const Correlation& c) {
  if (!(std::fabs(c.r) < 1)) return {};
  return {std::atanh(c.r), c.variance / square(1 - c.r * c.r)};
}

Expected<Estimate> rpb_row(Row& row) { return with_sizes(row, point_biserial(row)); }
Expected<Estimate> rbis_row(Row& row) { return with_sizes(row, biserial(row)); }
Expected<Estimate> zpb_row(Row& row) { return with_sizes(row, fisher_z(point_biserial(row))); }
Expected<Estimate> zbis_row(Row& row) { return with_sizes(row, fisher_z(biserial(row))); }

Measure measure(std::string_view name, std::string_view text, std::vector<std::string_view> vtypes, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = cohens_d_arguments(),
          .ways = cohens_d_ways(),
          .vtypes = std::move(vtypes),
          .row = row,
          .two_groups = true};
}

}  // namespace

Family two_group_correlation_family() {
  return {measure("RPB", "point-biserial correlation", {"LS", "ST", "CS"}, rpb_row),
          measure("RBIS", "biserial correlation", {"LS"}, rbis_row),
          measure("ZPB", "Fisher's z of the point-biserial correlation", {"LS", "ST", "CS"}, zpb_row),
          measure("ZBIS", "Fisher's z of the biserial correlation", {"LS"}, zbis_row)};
}

}  // namespace hedgerow::effect::detail
