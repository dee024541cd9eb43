// Raw change and log ratios of one group measured twice (or of matched pairs). With a = sd1^2 / (n m1^2),
// b = sd2^2 / (n m2^2), c = r sqrt(a b):
//
//   MC    m1 - m2;                  (sd1^2 + sd2^2 - 2 r sd1 sd2) / n
//   ROMC  ln(m1/m2) + (a - b)/2;    LS a + b - 2c                                      [lajeunesse2011; lajeunesse2015]
//         LS2 adds (a^2 + b^2)/2 + r^2 sd1^2 sd2^2 (1/m1^4 + 1/m2^4) / (2 n^2)
//   VRC   ln(sd1/sd2);              LS (1 - r^2) / (n - 1)                                                [senior2020]
//         LS2 n/(n-1)^2 - r^2/(n-1) + r^4 (sd1^4/sd2^4 + sd2^4/sd1^4) / (2(n-1)^2)
//   CVRC  ln(cv1/cv2) - (a - b)/2;  variances of ROMC and VRC added                         [senior2020]
//
// Without `correct` the terms after the logarithm fall away. r: given, back-solved or declared (detail/prepost_r.hpp).

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/prepost_r.hpp"

namespace hedgerow::effect::detail {
namespace {

const PairedGroup kGroup = {.m_a = "m1i",
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

struct Pair {
  double m1, m2, sd1, sd2, n, r;
};

Expected<Pair> read(Row& row) {
  HR_TRY(const double r, prepost_r(row, kGroup));
  return Pair{row.in("m1i"), row.in("m2i"), row.in("sd1i"), row.in("sd2i"), row.in("ni"), r};
}

double rom_variance(const Row& row, const Pair& x) {
  const double a = square(x.sd1 / x.m1) / x.n;
  const double b = square(x.sd2 / x.m2) / x.n;
  const double first_order = a + b - 2 * x.r * x.sd1 * x.sd2 / (x.n * x.m1 * x.m2);
  if (row.vtype("LS")) return first_order;
  const double m1_4 = square(x.m1 * x.m1);
  const double m2_4 = square(x.m2 * x.m2);
  const double joint = square(x.r * x.sd1 * x.sd2 / x.n) * (m1_4 + m2_4) / (2 * m1_4 * m2_4);
  return first_order + (a * a + b * b) / 2 + joint;
}

double sd_variance(const Row& row, const Pair& x) {
  const double df = x.n - 1;
  const double r2 = x.r * x.r;
  if (row.vtype("LS")) return (1 - r2) / df;
  const double s1_4 = square(x.sd1 * x.sd1);
  const double s2_4 = square(x.sd2 * x.sd2);
  return x.n / (df * df) - r2 / df + r2 * r2 * (s1_4 / s2_4 + s2_4 / s1_4) / (2 * df * df);
}

Expected<Estimate> mc_row(Row& row) {
  HR_TRY(const Pair x, read(row));
  const double sd = row.step("sd_change", row.given("sdci") ? row.in("sdci") : change_sd(x.sd1, x.sd2, x.r));
  return Estimate{.yi = x.m1 - x.m2, .vi = sd * sd / x.n, .ni = x.n};
}

Expected<Estimate> romc_row(Row& row) {
  HR_TRY(const Pair x, read(row));
  double yi = row.step("log_ratio", std::log(x.m1 / x.m2));
  if (row.setting().correct) {
    yi += row.step("bias_correction", (square(x.sd1 / x.m1) - square(x.sd2 / x.m2)) / (2 * x.n));
  }
  return Estimate{.yi = yi, .vi = rom_variance(row, x), .ni = x.n};
}

Expected<Estimate> vrc_row(Row& row) {
  HR_TRY(const Pair x, read(row));
  return Estimate{.yi = std::log(x.sd1 / x.sd2), .vi = sd_variance(row, x), .ni = x.n};
}

Expected<Estimate> cvrc_row(Row& row) {
  HR_TRY(const Pair x, read(row));
  double yi = row.step("log_ratio", std::log(x.sd1 / x.m1) - std::log(x.sd2 / x.m2));
  if (row.setting().correct) {
    yi += row.step("bias_correction", (square(x.sd2 / x.m2) - square(x.sd1 / x.m1)) / (2 * x.n));
  }
  return Estimate{.yi = yi, .vi = rom_variance(row, x) + sd_variance(row, x), .ni = x.n};
}

}  // namespace

Family change_family() {
  const std::vector<Argument> arguments = paired_arguments();
  const auto ways = paired_ways();
  auto mc_ways = ways;
  mc_ways.push_back({"m1i", "m2i", "sdci", "ni"});
  auto vrc_ways = ways;
  vrc_ways.push_back({"sd1i", "sd2i", "ni", "ri"});
  vrc_ways.push_back({"sd1i", "sd2i", "ni", "sdci"});
  return {{.name = "MC",
           .scale = "MC",
           .text = "m1i - m2i of the same subjects",
           .arguments = arguments,
           .ways = mc_ways,
           .vtypes = {"LS"},
           .row = mc_row},
          {.name = "ROMC",
           .scale = "ROMC",
           .text = "log of the ratio of means of the same subjects",
           .arguments = arguments,
           .ways = ways,
           .vtypes = {"LS", "LS2"},
           .row = romc_row},
          {.name = "VRC",
           .scale = "VRC",
           .text = "log of the ratio of standard deviations of the same subjects",
           .arguments = arguments,
           .ways = vrc_ways,
           .vtypes = {"LS", "LS2"},
           .row = vrc_row},
          {.name = "CVRC",
           .scale = "CVRC",
           .text = "log of the ratio of coefficients of variation of the same subjects",
           .arguments = arguments,
           .ways = ways,
           .vtypes = {"LS", "LS2"},
           .row = cvrc_row}};
}

}  // namespace hedgerow::effect::detail
