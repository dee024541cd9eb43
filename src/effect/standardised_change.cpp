// Standardised mean changes of one group measured twice; sc^2 = sd1^2 + sd2^2 - 2 r sd1 sd2, d = (m1 - m2) /
// standardiser.
//
//   SMCC    standardiser sc, m = n - 1; LS 1/n + g^2/(2n); LS2 J^2 (1/n + d^2/(2n)); UB 1/n + (1 - (m-2)/(m J^2)) g^2;
//           HO J^2 m / (n (m-2))                                                          [gibbons1993]
//   SMCR    sd1, m = n - 1; LS 2(1-r)/n + g^2/(2n) [becker1988, eq. 13]; LS2 J^2 (2(1-r)/n + d^2/(2n)); UB as SMCC with
//           2(1-G(r))/n first, G the unbiased correlation [olkin1958]
//   SMCRH   sd1, m = n - 1; LS sc^2 / (sd1^2 (n-1)) + g^2 / (2(n-1)) [bonett2008, eq. 13]; LS2 with n for n - 1
//   SMCRP   s, s^2 = (sd1^2 + sd2^2)/2, m = 2(n-1)/(1+r^2); 2(1-r)/n + g^2 (1+r^2)/(4n)     [cousineau2020]
//   SMCRPH  s; sc^2 / (s^2 (n-1)) + g^2 (sd1^4 + sd2^4 + 2 r^2 sd1^2 sd2^2) / (8 s^4 (n-1)) [bonett2008, eq. 10]
//           LS2 with n for n - 1
//
// The standardiser of SMCR is sd1i: for (post - pre) / SD_pre pass m1i = post, m2i = pre, sd1i = SD_pre. Borenstein
// (2009, eq. 4.28) puts 2(1-r) before the whole bracket of LS2; that is wrong and is not offered here.
// SMCC also takes d (di), a paired t (ti) or a two-sided p whose sign is the direction (pi): d = t / sqrt(n).

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/prepost_r.hpp"
#include "effect/detail/smd.hpp"
#include "effect/small_sample.hpp"

namespace hedgerow::effect::detail {
namespace {

PairedGroup group() {
  return {.m_a = "m1i",
          .m_b = "m2i",
          .sd_a = "sd1i",
          .sd_b = "sd2i",
          .n = "ni",
          .r = "ri",
          .r_common = "",
          .sd_change = "sdci",
          .t = "ti",
          .p = "pi",
          .suffix = ""};
}

double difference(const Row& row) { return row.in("m1i") - row.in("m2i"); }

Expected<double> smcc_d(Row& row, double n) {
  if (row.given("di")) return row.in("di");
  if (row.given("ti")) {
    row.say("d from t");
    return row.in("ti") / std::sqrt(n);
  }
  if (row.given("pi")) {
    row.say("d from p");
    const double p = row.in("pi");
    return row.step("t", std::copysign(t_from_p(std::fabs(p), 2, n - 1), p)) / std::sqrt(n);
  }
  if (row.given("sdci")) return difference(row) / row.in("sdci");
  HR_TRY(const double r, prepost_r(row, group()));
  return difference(row) / row.step("sd_change", change_sd(row.in("sd1i"), row.in("sd2i"), r));
}

Expected<Estimate> smcc_row(Row& row) {
  const double n = row.in("ni");
  HR_TRY(const double raw, smcc_d(row, n));
  return smd_estimate(row, {raw, n - 1, 1 / n, n, n});
}

Expected<Estimate> smcr_row(Row& row) {
  const double n = row.in("ni");
  HR_TRY(const double r, prepost_r(row, group()));
  const double used = row.vtype("UB") ? row.step("r_unbiased", olkin_pratt(r, n)) : r;
  return smd_estimate(row, {difference(row) / row.in("sd1i"), n - 1, 2 * (1 - used) / n, n, n});
}

double variance_size(const Row& row, double n) { return row.vtype("LS2") ? n : n - 1; }

Expected<Estimate> smcrh_row(Row& row) {
  const double n = row.in("ni");
  const double sd1 = row.in("sd1i");
  HR_TRY(const double r, prepost_r(row, group()));
  const double sc = row.step("sd_change", change_sd(sd1, row.in("sd2i"), r));
  const double d = row.step("d", difference(row) / sd1);
  const double g = row.step("g", row.j(n - 1) * d);
  return Estimate{.yi = g, .vi = (square(sc / sd1) + g * g / 2) / variance_size(row, n), .ni = n};
}

// SMCRP and SMCRPH differ in the variance alone; `unequal` is that of SMCRPH.
Expected<Estimate> pooled_row(Row& row, bool unequal) {
  const double n = row.in("ni");
  const double v1 = square(row.in("sd1i"));
  const double v2 = square(row.in("sd2i"));
  HR_TRY(const double r, prepost_r(row, group()));
  const double s2 = (v1 + v2) / 2;
  const double s = row.step("sd_average", std::sqrt(s2));
  const double d = row.step("d", difference(row) / s);
  const double g = row.step("g", row.j(2 * (n - 1) / (1 + r * r)) * d);
  double vi = 2 * (1 - r) / n + g * g * (1 + r * r) / (4 * n);
  if (unequal) {
    const double sc2 = v1 + v2 - 2 * r * std::sqrt(v1 * v2);
    vi = sc2 / s2 + g * g * (v1 * v1 + v2 * v2 + 2 * r * r * v1 * v2) / (8 * s2 * s2);
    vi /= variance_size(row, n);
  }
  return Estimate{.yi = g, .vi = vi, .ni = n};
}

Expected<Estimate> smcrp_row(Row& row) { return pooled_row(row, false); }
Expected<Estimate> smcrph_row(Row& row) { return pooled_row(row, true); }

}  // namespace

Family standardised_change_family() {
  const std::vector<Argument> base = paired_arguments();
  auto smcc_arguments = base;
  smcc_arguments.push_back({"di"});
  const auto ways = paired_ways();
  auto smcr_ways = ways;
  smcr_ways.insert(smcr_ways.begin(), {"m1i", "m2i", "sd1i", "ni", "ri"});
  auto smcc_ways = ways;
  smcc_ways.insert(smcc_ways.end(), {{"m1i", "m2i", "sdci", "ni"}, {"di", "ni"}, {"ti", "ni"}, {"pi", "ni"}});
  return {{.name = "SMCC",
           .scale = "SMCC",
           .text = "(m1i - m2i) over the SD of the changes",
           .arguments = smcc_arguments,
           .ways = smcc_ways,
           .vtypes = kSmdVtypes,
           .row = smcc_row},
          {.name = "SMCR",
           .scale = "SMCR",
           .text = "(m1i - m2i) over sd1i",
           .arguments = base,
           .ways = smcr_ways,
           .vtypes = {"LS", "LS2", "UB"},
           .row = smcr_row},
          {.name = "SMCRH",
           .scale = "SMCRH",
           .text = "(m1i - m2i) over sd1i, variances unequal",
           .arguments = base,
           .ways = ways,
           .vtypes = {"LS", "LS2"},
           .row = smcrh_row},
          {.name = "SMCRP",
           .scale = "SMCRP",
           .text = "(m1i - m2i) over the root of the mean variance",
           .arguments = base,
           .ways = ways,
           .vtypes = {"LS"},
           .row = smcrp_row},
          {.name = "SMCRPH",
           .scale = "SMCRPH",
           .text = "(m1i - m2i) over the root of the mean variance, variances unequal",
           .arguments = base,
           .ways = ways,
           .vtypes = {"LS", "LS2"},
           .row = smcrph_row}};
}

}  // namespace hedgerow::effect::detail
