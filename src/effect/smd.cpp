// Standardised mean differences of two independent groups.
//
//   SMD    d = (m1 - m2) / sd_pooled, m = n1 + n2 - 2;    g = J(m) d                     [hedges1981]
//   SMD1   d = (m1 - m2) / sd2, m = n2 - 1                                               [glass1976]
//   SMDH   d = (m1 - m2) / s, s^2 = (sd1^2 + sd2^2) / 2, m = n1 + n2 - 2                 [bonett2009]
//   SMD1H  as SMD1 with the variance for unequal variances                               [bonett2009]
//
// Variances of SMD and SMD1: detail/smd.hpp [hedges1982, eq. 8; borenstein2009, eq. 12.17; hedges1983, eq. 9;
// hedgesolkin1985 and deekshiggins2010 for RM, which SMD1 does not have]; SMD1 has n2 in place of N in the last term.
// With q = 1 / (n - 1) for LS, 1 / n for LS2:
//   SMDH   g^2 (sd1^4 q1 + sd2^4 q2) / (8 s^4) + (sd1^2 q1 + sd2^2 q2) / s^2;  LS3 has LS's first term and LS2's second
//   SMD1H  (sd1^2 / sd2^2) q1 + q2 + g^2 q2 / 2
// Instead of means and SDs, SMD takes d (di), t (ti), or a two-sided p whose sign is the direction (pi), as metafor
// does.

#include "effect/detail/smd.hpp"

#include <cmath>

#include "effect/detail/measure.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {

double pooled_sd(double sd1, double n1, double sd2, double n2) {
  return std::sqrt(((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / (n1 + n2 - 2));
}

double t_from_p(double p, double tails, double df) {
  // The quantile of the lower tail keeps its digits for tiny p; one of 1 - p would not.
  return -stats::t_quantile(tails == 1 ? p : p / 2, df);
}

Estimate smd_estimate(Row& row, const StandardisedDifference& x) {
  const double d = row.step("d", x.d);
  const double j = row.j(x.m);
  const double g = row.step("g", j * d);
  double vi = kMissing;
  if (row.vtype("LS")) vi = x.a + g * g / (2 * x.n_last);
  if (row.vtype("LS2")) vi = j * j * (x.a + d * d / (2 * x.n_last));
  if (row.vtype("UB")) vi = x.a + (1 - (x.m - 2) / (x.m * j * j)) * g * g;
  if (row.vtype("HO")) vi = x.m > 2 ? j * j * x.a * x.m / (x.m - 2) : kMissing;
  if (row.vtype("AV")) vi = x.a + square(row.average("g", g, x.n_total)) / (2 * x.n_last);
  if (row.vtype("RM")) vi = x.n_last > 3.94 ? x.a + g * g / (2 * (x.n_last - 3.94)) : kMissing;
  const double scale = row.vtype("LS2") ? j * j : 1;
  return {.yi = g, .vi = vi, .ni = x.n_total, .v1i = scale / x.n1, .v2i = scale / x.n2};
}

double cohens_d(Row& row, double n1, double n2) {
  if (row.given("di")) return row.in("di");
  if (row.given("ti")) {
    row.say("d from t");
    return row.in("ti") * std::sqrt(1 / n1 + 1 / n2);
  }
  if (row.given("pi")) {
    row.say("d from p");
    const double p = row.in("pi");
    const double t = row.step("t", std::copysign(t_from_p(std::fabs(p), 2, n1 + n2 - 2), p));
    return t * std::sqrt(1 / n1 + 1 / n2);
  }
  const double sd = row.step("sd_pooled", pooled_sd(row.in("sd1i"), n1, row.in("sd2i"), n2));
  return (row.in("m1i") - row.in("m2i")) / sd;
}

namespace {

Estimate with_groups(Estimate estimate, double n1, double n2) {
  estimate.ni = n1 + n2;
  estimate.n1i = n1;
  estimate.n2i = n2;
  return estimate;
}

Expected<Estimate> smd_row(Row& row) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double d = cohens_d(row, n1, n2);
  const double n = n1 + n2;
  return with_groups(smd_estimate(row, {d, n - 2, 1 / n1 + 1 / n2, n, n, n1, n2}), n1, n2);
}

Expected<Estimate> smd1_row(Row& row) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double d = (row.in("m1i") - row.in("m2i")) / row.in("sd2i");
  return with_groups(smd_estimate(row, {d, n2 - 1, 1 / n1 + 1 / n2, n2, n1 + n2, kMissing, kMissing}), n1, n2);
}

Expected<Estimate> smdh_row(Row& row) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double v1 = square(row.in("sd1i"));
  const double v2 = square(row.in("sd2i"));
  const double s = row.step("sd_average", std::sqrt((v1 + v2) / 2));
  const double d = row.step("d", (row.in("m1i") - row.in("m2i")) / s);
  const double g = row.step("g", row.j(n1 + n2 - 2) * d);
  const double first = row.vtype("LS2") ? 0 : 1;
  const double second = row.vtype("LS") ? 1 : 0;
  const double spread = (v1 * v1 / (n1 - first) + v2 * v2 / (n2 - first)) / (8 * square(s * s));
  const double vi = g * g * spread + (v1 / (n1 - second) + v2 / (n2 - second)) / (s * s);
  return with_groups({.yi = g, .vi = vi}, n1, n2);
}

Expected<Estimate> smd1h_row(Row& row) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double sd2 = row.in("sd2i");
  const double d = row.step("d", (row.in("m1i") - row.in("m2i")) / sd2);
  const double g = row.step("g", row.j(n2 - 1) * d);
  const double less = row.vtype("LS") ? 1 : 0;
  const double vi = square(row.in("sd1i") / sd2) / (n1 - less) + 1 / (n2 - less) + g * g / (2 * (n2 - less));
  return with_groups({.yi = g, .vi = vi}, n1, n2);
}

const std::vector<Argument> kArguments = {{"m1i"}, {"sd1i", Kind::sd}, {"n1i", Kind::sample},
                                          {"m2i"}, {"sd2i", Kind::sd}, {"n2i", Kind::sample}};

}  // namespace

std::vector<Argument> cohens_d_arguments() {
  std::vector<Argument> arguments = kArguments;
  arguments.insert(arguments.end(), {{"di"}, {"ti"}, {"pi", Kind::signed_p}});
  return arguments;
}

std::vector<std::vector<std::string_view>> cohens_d_ways() {
  return {
      {"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"}, {"di", "n1i", "n2i"}, {"ti", "n1i", "n2i"}, {"pi", "n1i", "n2i"}};
}

Family smd_family() {
  const std::vector<std::string_view> all = {"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"};
  Family family;
  family.push_back({.name = "SMD",
                    .scale = "SMD",
                    .text = "(m1i - m2i) over the pooled SD",
                    .arguments = cohens_d_arguments(),
                    .ways = cohens_d_ways(),
                    .vtypes = kSmdGroupVtypes,
                    .row = smd_row,
                    .two_groups = true});
  family.push_back({.name = "SMDH",
                    .scale = "SMDH",
                    .text = "(m1i - m2i) over the root of the mean variance",
                    .arguments = kArguments,
                    .ways = {all},
                    .vtypes = {"LS", "LS2", "LS3"},
                    .row = smdh_row,
                    .two_groups = true});
  family.push_back({.name = "SMD1",
                    .scale = "SMD1",
                    .text = "(m1i - m2i) over the SD of group 2",
                    .arguments = kArguments,
                    .ways = {{"m1i", "n1i", "m2i", "sd2i", "n2i"}},
                    .vtypes = kSmdVtypes,
                    .row = smd1_row,
                    .two_groups = true});
  family.push_back({.name = "SMD1H",
                    .scale = "SMD1H",
                    .text = "(m1i - m2i) over the SD of group 2, variances unequal",
                    .arguments = kArguments,
                    .ways = {all},
                    .vtypes = {"LS", "LS2"},
                    .row = smd1h_row,
                    .two_groups = true});
  return family;
}

}  // namespace hedgerow::effect::detail
