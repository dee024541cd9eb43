// The probability that a member of group 1 has a higher value than one of group 2: common language effect size, or area
// under the curve (CLES and AUC are two names of one measure).
//
//   CLES, AUC      a as reported (ai), ties counted half; mi the proportion of ties. q0 = a(1-a), q1 = a/(2-a),
//                  q2 = 2a^2/(1+a):
//     LS   q0 (n1 + n2 - 1 - (3(n1+n2)/2 - 3) / ((2-a)(1+a))) / ((n1-1)(n2-1))              [newcombe2006; cho2019]
//     LS2  (q0 - mi/4 + (n1-1)(q1 - a^2) + (n2-1)(q2 - a^2)) / ((n1-1)(n2-1))              [hanley1982; cho2019]
//     H0   (n1+n2+1) / (12 n1 n2);   MAX  q0 / (min(n1, n2) - 1)                           [bamber1975]
//   CLESN, AUCN    Phi(d / sqrt 2) for normal responses, d = (m1-m2)/s, s^2 = (sd1^2 + sd2^2)/2  [mcgraw1992]
//     variance exp(-d^2/2) / (4 pi) V, V that of SMDH: LS with n - 1, LS2 with n, LS3 with n in its second part;
//     HO  s pooled, V = 1/n1 + 1/n2 + d^2/(2N);   H0  d = 0 in LS
//   CLESCN, AUCCN  as CLESN for one group measured twice; V that of SMCRPH without correction
//
// CLESN also takes a d (di), t (ti), two-sided p with the sign of the direction (pi), or the probability itself (ai).
// These say nothing of unequal variances, so they have the variance HO (under H0: 1/n1 + 1/n2).

#include <algorithm>
#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/prepost_r.hpp"
#include "effect/detail/smd.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> cles_row(Row& row) {
  const double a = row.in("ai");
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double both = (n1 - 1) * (n2 - 1);
  const double q0 = a * (1 - a);
  double vi = q0 / both * (n1 + n2 - 1 - (1.5 * (n1 + n2) - 3) / ((2 - a) * (1 + a)));
  if (row.vtype("LS2")) {
    const double ties = row.given("mi") ? row.in("mi") : 0;
    const double q1 = a / (2 - a) - a * a;
    const double q2 = 2 * a * a / (1 + a) - a * a;
    vi = (q0 - ties / 4 + (n1 - 1) * q1 + (n2 - 1) * q2) / both;
  }
  if (row.vtype("H0")) vi = (n1 + n2 + 1) / (12 * n1 * n2);
  if (row.vtype("MAX")) vi = q0 / (std::min(n1, n2) - 1);
  return Estimate{.yi = a, .vi = vi, .ni = n1 + n2, .n1i = n1, .n2i = n2};
}

/// d of normal responses with its variance V, and with V where d = 0.
struct Difference {
  double d = kMissing;
  double variance = kMissing;
  double variance_null = kMissing;
};

Difference equal_variances(double d, double n1, double n2) {
  const double null = 1 / n1 + 1 / n2;
  return {d, null + d * d / (2 * (n1 + n2)), null};
}

Difference from_means(Row& row, double n1, double n2) {
  const double v1 = square(row.in("sd1i"));
  const double v2 = square(row.in("sd2i"));
  const double difference = row.in("m1i") - row.in("m2i");
  if (row.vtype("HO")) {
    return equal_variances(difference / row.step("sd_pooled", pooled_sd(row.in("sd1i"), n1, row.in("sd2i"), n2)), n1,
                           n2);
  }
  const double s2 = (v1 + v2) / 2;
  const double d = difference / row.step("sd_average", std::sqrt(s2));
  const double first = row.vtype("LS2") || row.vtype("LS3") ? 0 : 1;
  const double second = row.vtype("LS2") ? 0 : 1;
  const double null = (v1 / (n1 - first) + v2 / (n2 - first)) / s2;
  return {d, null + d * d * (v1 * v1 / (n1 - second) + v2 * v2 / (n2 - second)) / (8 * s2 * s2), null};
}

Difference two_groups(Row& row, double n1, double n2) {
  const bool probability = !row.given("di") && !row.given("ti") && !row.given("pi") && row.given("ai") &&
                           !(row.given("m1i") && row.given("m2i") && row.given("sd1i") && row.given("sd2i"));
  if (probability) return equal_variances(M_SQRT2 * stats::normal_quantile(row.in("ai")), n1, n2);
  if (row.given("di") || row.given("ti") || row.given("pi")) return equal_variances(cohens_d(row, n1, n2), n1, n2);
  return from_means(row, n1, n2);
}

Estimate probability(Row& row, const Difference& x) {
  const bool null = row.vtype("H0");
  row.step("d", x.d);
  const double slope2 = (null ? 1 : std::exp(-x.d * x.d / 2)) / (4 * M_PI);
  return {.yi = stats::normal_cdf(x.d * M_SQRT1_2), .vi = slope2 * (null ? x.variance_null : x.variance)};
}

Expected<Estimate> clesn_row(Row& row) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  Estimate out = probability(row, two_groups(row, n1, n2));
  out.ni = n1 + n2;
  out.n1i = n1;
  out.n2i = n2;
  return out;
}

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

Expected<Estimate> clescn_row(Row& row) {
  HR_TRY(const double r, prepost_r(row, kGroup));
  const double n = row.in("ni");
  const double v1 = square(row.in("sd1i"));
  const double v2 = square(row.in("sd2i"));
  const double s2 = (v1 + v2) / 2;
  const double d = (row.in("m1i") - row.in("m2i")) / row.step("sd_average", std::sqrt(s2));
  const double null = square(change_sd(row.in("sd1i"), row.in("sd2i"), r)) / (s2 * (n - 1));
  const double slope = (v1 * v1 + v2 * v2 + 2 * r * r * v1 * v2) / (8 * s2 * s2 * (n - 1));
  Estimate out = probability(row, {d, null + d * d * slope, null});
  out.ni = n;
  return out;
}

Measure reported(std::string_view name) {
  return {
      .name = name,
      .scale = name,
      .text = "probability that group 1 is higher, as reported",
      .arguments = {{"ai", Kind::proportion}, {"n1i", Kind::sample}, {"n2i", Kind::sample}, {"mi", Kind::proportion}},
      .ways = {{"ai", "n1i", "n2i"}},
      .vtypes = {"LS", "LS2", "H0", "MAX"},
      .row = cles_row,
      .two_groups = true};
}

Measure normal(std::string_view name) {
  std::vector<Argument> arguments = cohens_d_arguments();
  arguments.push_back({"ai", Kind::proportion});
  auto ways = cohens_d_ways();
  ways.push_back({"ai", "n1i", "n2i"});
  return {.name = name,
          .scale = name,
          .text = "probability that group 1 is higher, responses normal",
          .arguments = std::move(arguments),
          .ways = std::move(ways),
          .vtypes = {"LS", "LS2", "LS3", "HO", "H0"},
          .row = clesn_row,
          .two_groups = true};
}

Measure paired(std::string_view name) {
  return {.name = name,
          .scale = name,
          .text = "probability that the first occasion is higher, responses normal",
          .arguments = paired_arguments(),
          .ways = paired_ways(),
          .vtypes = {"LS"},
          .row = clescn_row};
}

}  // namespace

Family common_language_family() {
  return {reported("CLES"), reported("AUC"), normal("CLESN"), normal("AUCN"), paired("CLESCN"), paired("AUCCN")};
}

}  // namespace hedgerow::effect::detail
