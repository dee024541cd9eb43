// Mean differences, ratios of means and ratios of variation of two independent groups. With a = sd1^2 / (n1 m1^2),
// b = sd2^2 / (n2 m2^2), h = 1 / (2(n1 - 1)), k = 1 / (2(n2 - 1)):
//
//   MD   m1 - m2;                       LS (= UB) sd1^2/n1 + sd2^2/n2;  HO sd_pooled^2 (1/n1 + 1/n2)
//   ROM  ln(m1/m2) + (a - b)/2;         LS a + b;  LS2 a + b + (a^2 + b^2)/2             [lajeunesse2015, eqs. 8 and 9]
//                                       HO a, b with sd_pooled;  AV, AVHO a, b with average CVs (per group, of both)
//   VR   ln(sd1/sd2) + h - k;           LS h + k;  LS2 n1/(2(n1-1)^2) + n2/(2(n2-1)^2)    [nakagawa2015; senior2020]
//   CVR  ln(cv1/cv2) + h - k - (a - b)/2;  variances of VR and ROM added
//
// Without `correct` the terms after the logarithm fall away.

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/smd.hpp"

namespace hedgerow::effect::detail {
namespace {

struct Groups {
  double m1, sd1, n1, m2, sd2, n2;
};

Groups read(const Row& row) {
  return {row.in("m1i"), row.in("sd1i"), row.in("n1i"), row.in("m2i"), row.in("sd2i"), row.in("n2i")};
}

Estimate estimate(double yi, double vi, const Groups& x) {
  return {.yi = yi, .vi = vi, .ni = x.n1 + x.n2, .n1i = x.n1, .n2i = x.n2};
}

Expected<Estimate> md_row(Row& row) {
  const Groups x = read(row);
  double v1 = x.sd1 * x.sd1 / x.n1;
  double v2 = x.sd2 * x.sd2 / x.n2;
  double vi = v1 + v2;
  if (row.vtype("HO")) {
    const double pooled = square(row.step("sd_pooled", pooled_sd(x.sd1, x.n1, x.sd2, x.n2)));
    v1 = pooled / x.n1;
    v2 = pooled / x.n2;
    vi = pooled * (1 / x.n1 + 1 / x.n2);
  }
  Estimate out = estimate(x.m1 - x.m2, vi, x);
  out.v1i = v1;
  out.v2i = v2;
  return out;
}

double rom_variance(Row& row, const Groups& x, double a, double b) {
  if (row.vtype("LS2")) return a + b + (a * a + b * b) / 2;
  if (row.vtype("HO")) {
    const double sd = row.step("sd_pooled", pooled_sd(x.sd1, x.n1, x.sd2, x.n2));
    return square(sd / x.m1) / x.n1 + square(sd / x.m2) / x.n2;
  }
  if (row.vtype("AV")) {
    const double cv1 = row.average("cv1", x.sd1 / x.m1, x.n1);
    const double cv2 = row.average("cv2", x.sd2 / x.m2, x.n2);
    return cv1 * cv1 / x.n1 + cv2 * cv2 / x.n2;
  }
  if (row.vtype("AVHO")) {
    const double n = x.n1 + x.n2;
    const double cv = row.average("cv", (x.n1 * (x.sd1 / x.m1) + x.n2 * (x.sd2 / x.m2)) / n, n);
    return cv * cv * (1 / x.n1 + 1 / x.n2);
  }
  return a + b;
}

Expected<Estimate> rom_row(Row& row) {
  const Groups x = read(row);
  const double a = row.step("a", square(x.sd1 / x.m1) / x.n1);
  const double b = row.step("b", square(x.sd2 / x.m2) / x.n2);
  double yi = row.step("log_ratio", std::log(x.m1 / x.m2));
  if (row.setting().correct) yi += row.step("bias_correction", (a - b) / 2);
  Estimate out = estimate(yi, rom_variance(row, x, a, b), x);
  if (row.vtype("LS") || row.vtype("LS2")) {
    const double second = row.vtype("LS2") ? 0.5 : 0;
    out.v1i = a + second * a * a;
    out.v2i = b + second * b * b;
  }
  return out;
}

double sd_term(const Row& row, double n) { return row.vtype("LS2") ? n / (2 * square(n - 1)) : 1 / (2 * (n - 1)); }

Expected<Estimate> vr_row(Row& row) {
  const Groups x = read(row);
  double yi = row.step("log_ratio", std::log(x.sd1 / x.sd2));
  if (row.setting().correct) yi += row.step("bias_correction", 1 / (2 * (x.n1 - 1)) - 1 / (2 * (x.n2 - 1)));
  return estimate(yi, sd_term(row, x.n1) + sd_term(row, x.n2), x);
}

Expected<Estimate> cvr_row(Row& row) {
  const Groups x = read(row);
  const double a = row.step("a", square(x.sd1 / x.m1) / x.n1);
  const double b = row.step("b", square(x.sd2 / x.m2) / x.n2);
  double yi = row.step("log_ratio", std::log(x.sd1 / x.m1) - std::log(x.sd2 / x.m2));
  if (row.setting().correct) {
    yi += row.step("bias_correction", 1 / (2 * (x.n1 - 1)) - 1 / (2 * (x.n2 - 1)) - (a - b) / 2);
  }
  double vi = a + b + sd_term(row, x.n1) + sd_term(row, x.n2);
  if (row.vtype("LS2")) vi += (a * a + b * b) / 2;
  return estimate(yi, vi, x);
}

}  // namespace

Family mean_difference_family() {
  const std::vector<Argument> arguments = {{"m1i"}, {"sd1i", Kind::sd}, {"n1i", Kind::sample},
                                           {"m2i"}, {"sd2i", Kind::sd}, {"n2i", Kind::sample}};
  const std::vector<std::string_view> all = {"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"};
  Family family;
  family.push_back({.name = "MD",
                    .scale = "MD",
                    .text = "m1i - m2i",
                    .arguments = arguments,
                    .ways = {all},
                    .vtypes = {"LS", "UB", "HO"},
                    .row = md_row,
                    .two_groups = true});
  family.push_back({.name = "ROM",
                    .scale = "ROM",
                    .text = "log of the ratio of means",
                    .arguments = arguments,
                    .ways = {all},
                    .vtypes = {"LS", "LS2", "HO", "AV", "AVHO"},
                    .row = rom_row,
                    .two_groups = true});
  family.push_back({.name = "VR",
                    .scale = "VR",
                    .text = "log of the ratio of standard deviations",
                    .arguments = arguments,
                    .ways = {{"sd1i", "n1i", "sd2i", "n2i"}},
                    .vtypes = {"LS", "LS2"},
                    .row = vr_row,
                    .two_groups = true});
  family.push_back({.name = "CVR",
                    .scale = "CVR",
                    .text = "log of the ratio of coefficients of variation",
                    .arguments = arguments,
                    .ways = {all},
                    .vtypes = {"LS", "LS2"},
                    .row = cvr_row,
                    .two_groups = true});
  return family;
}

}  // namespace hedgerow::effect::detail
