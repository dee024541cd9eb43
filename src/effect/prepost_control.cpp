// Pre-post-control designs: change of a treated group (1) against change of a control group (2).
// D = (m1_post - m1_pre) - (m2_post - m2_pre), m = n1 + n2 - 2, a = 2(1-r1)/n1 + 2(1-r2)/n2, N = n1 + n2.
//
//   PPC1       J(n1-1) change1 / sd1_pre - J(n2-1) change2 / sd2_pre; variances of SMCR added [morris2008; becker1988]
//   PPC2       J(m) D / sd_pre_pooled; LS a + g^2/(2N);
//              MORRIS J^2 a m/(m-2) (1 + g^2/a) - g^2                                       [morris2008, eqs. 8 and 25]
//   PPC3       J(2m) D / sd_pooled over all four SDs                                         [morris2008, eq. 11]
//              Morris gives no variance. LS: a + g^2 (1+r^2)/(4N), by the delta method: the pooled variance is the
//              mean of two that correlate r^2, so its own variance is sigma^4 (1+r^2)/m. r is the mean of r1 and r2,
//              weighted by n.
//   PPCPOST    J(m) D / sd_post_pooled; the variances of SMD with a in place of 1/n1 + 1/n2, r = 0.5 unless it is known
//              (then a = 1/n1 + 1/n2, the usual formula, which assumes it in silence)        [borenstein2009]
//   PPCCHANGE  J(m) (mc1 - mc2) / sd_change_pooled; the variances of SMD: an effect in units of the SD of changes, not
//              to be mixed with the others in one model
//
// r of each group: given (r1i, r2i, or ri for both), back-solved (detail/prepost_r.hpp), or declared.

#include <cmath>

#include "effect/detail/measure.hpp"
#include "effect/detail/prepost_r.hpp"
#include "effect/detail/smd.hpp"

namespace hedgerow::effect::detail {
namespace {

PairedGroup group1() {
  return {"m1i_post", "m1i_pre", "sd1i_post", "sd1i_pre", "n1i", "r1i", "ri", "sdc1i", "t1i", "p1i", "1"};
}

PairedGroup group2() {
  return {"m2i_post", "m2i_pre", "sd2i_post", "sd2i_pre", "n2i", "r2i", "ri", "sdc2i", "t2i", "p2i", "2"};
}

struct Design {
  double change1, change2;
  double n1, n2;
  double r1, r2;
  double a() const { return 2 * (1 - r1) / n1 + 2 * (1 - r2) / n2; }
  double n() const { return n1 + n2; }
};

Expected<Design> read(Row& row) {
  Design x{};
  HR_TRY(x.r1, prepost_r(row, group1()));
  HR_TRY(x.r2, prepost_r(row, group2()));
  x.change1 = row.step("change1", row.in("m1i_post") - row.in("m1i_pre"));
  x.change2 = row.step("change2", row.in("m2i_post") - row.in("m2i_pre"));
  x.n1 = row.in("n1i");
  x.n2 = row.in("n2i");
  return x;
}

Estimate finish(Estimate estimate, const Design& x) {
  estimate.ni = x.n();
  estimate.n1i = x.n1;
  estimate.n2i = x.n2;
  return estimate;
}

// One group of PPC1 with the variance of SMCR.
Estimate ppc1_group(Row& row, double change, double sd_pre, double n, double r) {
  const double d = row.step("d", change / sd_pre);
  const double j = row.j(n - 1);
  const double g = row.step("g", j * d);
  const double a = 2 * (1 - r) / n;
  return {.yi = g, .vi = row.vtype("LS2") ? j * j * (a + d * d / (2 * n)) : a + g * g / (2 * n)};
}

Expected<Estimate> ppc1_row(Row& row) {
  HR_TRY(const Design x, read(row));
  const Estimate one = ppc1_group(row, x.change1, row.in("sd1i_pre"), x.n1, x.r1);
  const Estimate two = ppc1_group(row, x.change2, row.in("sd2i_pre"), x.n2, x.r2);
  return finish({.yi = one.yi - two.yi, .vi = one.vi + two.vi}, x);
}

Expected<Estimate> ppc2_row(Row& row) {
  HR_TRY(const Design x, read(row));
  const double sd = row.step("sd_pre_pooled", pooled_sd(row.in("sd1i_pre"), x.n1, row.in("sd2i_pre"), x.n2));
  const double m = x.n() - 2;
  if (!row.vtype("MORRIS")) return finish(smd_estimate(row, {(x.change1 - x.change2) / sd, m, x.a(), x.n(), x.n()}), x);
  const double d = row.step("d", (x.change1 - x.change2) / sd);
  const double j = row.j(m);
  const double g = row.step("g", j * d);
  return finish({.yi = g, .vi = j * j * x.a() * m / (m - 2) * (1 + g * g / x.a()) - g * g}, x);
}

Expected<Estimate> ppc3_row(Row& row) {
  HR_TRY(const Design x, read(row));
  const double pre = pooled_sd(row.in("sd1i_pre"), x.n1, row.in("sd2i_pre"), x.n2);
  const double post = pooled_sd(row.in("sd1i_post"), x.n1, row.in("sd2i_post"), x.n2);
  const double sd = row.step("sd_pooled", std::sqrt((pre * pre + post * post) / 2));
  const double r = row.step("r_mean", (x.n1 * x.r1 + x.n2 * x.r2) / x.n());
  const double d = row.step("d", (x.change1 - x.change2) / sd);
  const double j = row.j(2 * (x.n() - 2));
  const double g = row.step("g", j * d);
  const double last = (1 + r * r) / (4 * x.n());
  return finish({.yi = g, .vi = row.vtype("LS2") ? j * j * (x.a() + d * d * last) : x.a() + g * g * last}, x);
}

Expected<Estimate> ppcpost_row(Row& row) {
  HR_TRY(Design x, read(row));
  if (is_missing(x.r1) && is_missing(x.r2)) row.note("the variance takes r = 0.5, since none is given");
  if (is_missing(x.r1)) x.r1 = is_missing(x.r2) ? 0.5 : x.r2;
  if (is_missing(x.r2)) x.r2 = x.r1;
  const double sd = row.step("sd_post_pooled", pooled_sd(row.in("sd1i_post"), x.n1, row.in("sd2i_post"), x.n2));
  return finish(smd_estimate(row, {(x.change1 - x.change2) / sd, x.n() - 2, x.a(), x.n(), x.n()}), x);
}

Expected<Estimate> ppcchange_row(Row& row) {
  const Design x{row.in("mc1i"), row.in("mc2i"), row.in("n1i"), row.in("n2i"), 0.5, 0.5};
  const double sd = row.step("sd_change_pooled", pooled_sd(row.in("sdc1i"), x.n1, row.in("sdc2i"), x.n2));
  return finish(smd_estimate(row, {(x.change1 - x.change2) / sd, x.n() - 2, x.a(), x.n(), x.n()}), x);
}

std::vector<Argument> prepost_arguments() {
  return {{"m1i_pre"},
          {"m1i_post"},
          {"sd1i_pre", Kind::sd},
          {"sd1i_post", Kind::sd},
          {"n1i", Kind::sample},
          {"m2i_pre"},
          {"m2i_post"},
          {"sd2i_pre", Kind::sd},
          {"sd2i_post", Kind::sd},
          {"n2i", Kind::sample},
          {"ri", Kind::correlation},
          {"r1i", Kind::correlation},
          {"r2i", Kind::correlation},
          {"sdc1i", Kind::sd},
          {"sdc2i", Kind::sd},
          {"t1i"},
          {"t2i"},
          {"p1i", Kind::signed_p},
          {"p2i", Kind::signed_p}};
}

using Way = std::vector<std::string_view>;

// The means, the sizes, the SDs that the standardiser needs, and each source of r.
std::vector<Way> ways_with_r(const Way& sds) {
  Way base = {"m1i_pre", "m1i_post", "n1i", "m2i_pre", "m2i_post", "n2i"};
  base.insert(base.end(), sds.begin(), sds.end());
  std::vector<Way> ways;
  for (const Way& source :
       {Way{"ri"}, Way{"r1i", "r2i"}, Way{"sdc1i", "sdc2i"}, Way{"t1i", "t2i"}, Way{"p1i", "p2i"}}) {
    Way way = base;
    way.insert(way.end(), source.begin(), source.end());
    ways.push_back(way);
  }
  return ways;
}

Measure prepost_measure(std::string_view name, std::string_view text, std::vector<Way> ways,
                        std::vector<std::string_view> vtypes, RowFunction row) {
  return {.name = name,
          .scale = name,
          .text = text,
          .arguments = prepost_arguments(),
          .ways = std::move(ways),
          .vtypes = std::move(vtypes),
          .row = row,
          .two_groups = true};
}

}  // namespace

Family prepost_control_family() {
  const Way post_only = {"m1i_pre", "m1i_post", "sd1i_post", "n1i", "m2i_pre", "m2i_post", "sd2i_post", "n2i"};
  const std::string_view post_text = "(m1i_post - m1i_pre) - (m2i_post - m2i_pre) over the pooled post SD";
  Family family;
  family.push_back(prepost_measure("PPC1", "difference of the changes, each over its own pre SD",
                                   ways_with_r({"sd1i_pre", "sd2i_pre"}), {"LS", "LS2"}, ppc1_row));
  family.push_back(prepost_measure("PPC2", "difference of the changes over the pooled pre SD",
                                   ways_with_r({"sd1i_pre", "sd2i_pre"}), {"LS", "LS2", "UB", "HO", "MORRIS"},
                                   ppc2_row));
  family.push_back(prepost_measure("PPC3", "difference of the changes over the SD pooled from all four",
                                   ways_with_r({"sd1i_pre", "sd1i_post", "sd2i_pre", "sd2i_post"}), {"LS", "LS2"},
                                   ppc3_row));
  family.push_back(prepost_measure("PPCPOST", post_text, {post_only}, kSmdVtypes, ppcpost_row));
  family.push_back(
      {.name = "PPCCHANGE",
       .scale = "PPCCHANGE",
       .text = "(mc1i - mc2i) over the pooled SD of the changes",
       .arguments =
           {{"mc1i"}, {"sdc1i", Kind::sd}, {"n1i", Kind::sample}, {"mc2i"}, {"sdc2i", Kind::sd}, {"n2i", Kind::sample}},
       .ways = {{"mc1i", "sdc1i", "n1i", "mc2i", "sdc2i", "n2i"}},
       .vtypes = kSmdVtypes,
       .row = ppcchange_row,
       .two_groups = true});
  Measure form = family[3];
  form.name = "prepost_means";
  form.scale = "SMD";
  family.push_back(form);
  return family;
}

}  // namespace hedgerow::effect::detail
