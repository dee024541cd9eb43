// A standardised mean difference of two groups from what papers report [cochrane-handbook, 6.5.2; borenstein2009, ch.
// 4].
//
//   post_means         means and SDs after treatment: the measure SMD
//   difference_sd      d = diff / sd
//   difference_se      sd = se / sqrt(1/n1 + 1/n2), d = diff / sd
//   difference_ci      se = (ub - lb) / (2 t_{0.975, n1+n2-2}), then as difference_se
//   difference_t       d = t sqrt(1/n1 + 1/n2)
//   difference_p       t from p (tails 2 unless given), then as difference_t
//   difference_f       t = sqrt(F), F with 1 numerator degree of freedom, then as difference_t
//   change_means       d = (mc1 - mc2) / sd, sd = sd_change_pooled / sqrt(2(1-r)), the SD of raw scores
//   change_se          sdc = se sqrt(n) in each group, then as change_means
//   change_t           sdc = |mc| sqrt(n) / |t| in each group, then as change_means
//   change_p           t from p in each group, then as change_t
//
// m = n1 + n2 - 2; variances as SMD, with 2(1-r)(1/n1 + 1/n2) first in the change forms. Without any r these keep the
// SD of changes as the standardiser, which is the same as r = 0.5, and the record says so.

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"
#include "effect/detail/sign.hpp"
#include "effect/detail/smd.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

Estimate two_group_smd(Row& row, double d, double factor) {
  const double n1 = row.in("n1i");
  const double n2 = row.in("n2i");
  const double n = n1 + n2;
  Estimate estimate = smd_estimate(row, {d, n - 2, factor * (1 / n1 + 1 / n2), n, n, n1 / factor, n2 / factor});
  estimate.n1i = n1;
  estimate.n2i = n2;
  return estimate;
}

double inverse_sizes(const Row& row) { return 1 / row.in("n1i") + 1 / row.in("n2i"); }

Expected<Estimate> difference_sd_row(Row& row) {
  HR_TRY(const double d, signed_magnitude(row, std::fabs(row.in("diffi")) / row.in("sdi"), "diffi", "diffi"));
  return two_group_smd(row, d, 1);
}

Expected<Estimate> from_standard_error(Row& row, double se) {
  const double sd = row.step("sd", se / std::sqrt(inverse_sizes(row)));
  HR_TRY(const double d, signed_magnitude(row, std::fabs(row.in("diffi")) / sd, "diffi", "diffi"));
  return two_group_smd(row, d, 1);
}

Expected<Estimate> difference_se_row(Row& row) { return from_standard_error(row, row.in("sei")); }

Expected<Estimate> difference_ci_row(Row& row) {
  const double lower = row.in("lbi");
  const double upper = row.in("ubi");
  if (upper <= lower) return row.bad("ubi", "the upper bound ubi must be above the lower bound lbi");
  const double t = row.step("t_0.975", stats::t_quantile(0.975, row.in("n1i") + row.in("n2i") - 2));
  return from_standard_error(row, row.step("se", (upper - lower) / (2 * t)));
}

Expected<Estimate> from_t(Row& row, double t, std::string_view hint, std::string_view statistic) {
  HR_TRY(const double d, signed_magnitude(row, std::fabs(t) * std::sqrt(inverse_sizes(row)), hint, statistic));
  return two_group_smd(row, d, 1);
}

Expected<Estimate> difference_t_row(Row& row) { return from_t(row, row.in("ti"), "ti", "ti"); }

Expected<Estimate> difference_p_row(Row& row) {
  const double df = row.in("n1i") + row.in("n2i") - 2;
  return from_t(row, row.step("t", t_from_p(row.in("pi"), row.in("tails"), df)), "diffi", "pi");
}

Expected<Estimate> difference_f_row(Row& row) {
  return from_t(row, row.step("t", std::sqrt(row.in("fi"))), "diffi", "fi");
}

// From the SDs of changes to an effect in units of raw scores, if r is known.
Expected<Estimate> from_changes(Row& row, double sdc1, double sdc2) {
  const double sdc = row.step("sd_change_pooled", pooled_sd(sdc1, row.in("n1i"), sdc2, row.in("n2i")));
  const double difference = row.step("difference", row.in("mc1i") - row.in("mc2i"));
  double r = row.in("ri");
  if (is_missing(r) && row.setting().r) {
    r = *row.setting().r;
    row.note("r = " + format_shortest(r) + " declared");
  }
  if (is_missing(r)) {
    row.note("in units of the SD of changes, since no pre-post r is given");
    return two_group_smd(row, difference / sdc, 1);
  }
  if (r == 1) return row.bad("ri", "r = 1: changes that don't vary give no SD of raw scores; r must be below 1");
  const double sd = row.step("sd_raw", sdc / std::sqrt(2 * (1 - r)));
  return two_group_smd(row, difference / sd, 2 * (1 - r));
}

Expected<Estimate> change_means_row(Row& row) { return from_changes(row, row.in("sdc1i"), row.in("sdc2i")); }

Expected<Estimate> change_se_row(Row& row) {
  const double sdc1 = row.step("sdc1", row.in("se1i") * std::sqrt(row.in("n1i")));
  const double sdc2 = row.step("sdc2", row.in("se2i") * std::sqrt(row.in("n2i")));
  return from_changes(row, sdc1, sdc2);
}

// A change of 0, or t = 0, says nothing about the SD.
double sd_from_t(double change, double n, double t) {
  return change != 0 && t != 0 ? std::fabs(change) * std::sqrt(n) / std::fabs(t) : kMissing;
}

Expected<Estimate> from_change_ts(Row& row, double t1, double t2) {
  const double sdc1 = row.step("sdc1", sd_from_t(row.in("mc1i"), row.in("n1i"), t1));
  const double sdc2 = row.step("sdc2", sd_from_t(row.in("mc2i"), row.in("n2i"), t2));
  return from_changes(row, sdc1, sdc2);
}

Expected<Estimate> change_t_row(Row& row) { return from_change_ts(row, row.in("t1i"), row.in("t2i")); }

Expected<Estimate> change_p_row(Row& row) {
  const double tails = row.in("tails");
  const double t1 = row.step("t1", t_from_p(row.in("p1i"), tails, row.in("n1i") - 1));
  const double t2 = row.step("t2", t_from_p(row.in("p2i"), tails, row.in("n2i") - 1));
  return from_change_ts(row, t1, t2);
}

Measure form(std::string_view name, std::string_view text, std::vector<Argument> arguments,
             std::vector<std::string_view> way, RowFunction row, Sign sign) {
  arguments.insert(arguments.end(), {{"n1i", Kind::sample}, {"n2i", Kind::sample}});
  way.insert(way.end(), {"n1i", "n2i"});
  return {.name = name,
          .scale = "SMD",
          .text = text,
          .arguments = std::move(arguments),
          .ways = {std::move(way)},
          .vtypes = kSmdGroupVtypes,
          .row = row,
          .two_groups = true,
          .sign = sign};
}

Family difference_forms() {
  const Argument diff = {"diffi"};
  return {form("difference_sd", "diffi over sdi", {diff, {"sdi", Kind::sd}}, {"diffi", "sdi"}, difference_sd_row,
               Sign::declared),
          form("difference_se", "diffi over the SD that follows from its standard error", {diff, {"sei", Kind::sd}},
               {"diffi", "sei"}, difference_se_row, Sign::declared),
          form("difference_ci", "diffi over the SD that follows from its 95% interval", {diff, {"lbi"}, {"ubi"}},
               {"diffi", "lbi", "ubi"}, difference_ci_row, Sign::declared),
          form("difference_t", "from t of two independent groups", {{"ti"}}, {"ti"}, difference_t_row, Sign::declared),
          form("difference_p", "from p of a t-test of two independent groups",
               {diff, {"pi", Kind::p_value}, {"tails", Kind::tails}}, {"pi"}, difference_p_row, Sign::declared),
          form("difference_f", "from F with 1 numerator df of two independent groups", {diff, {"fi", Kind::count}},
               {"fi"}, difference_f_row, Sign::declared)};
}

Family change_forms() {
  const Argument mc1 = {"mc1i"};
  const Argument mc2 = {"mc2i"};
  const Argument r = {"ri", Kind::correlation};
  return {form("change_means", "difference of the mean changes over the SD from the SDs of changes",
               {mc1, {"sdc1i", Kind::sd}, mc2, {"sdc2i", Kind::sd}, r}, {"mc1i", "sdc1i", "mc2i", "sdc2i"},
               change_means_row, Sign::data),
          form("change_se", "difference of the mean changes over the SD from the standard errors of changes",
               {mc1, {"se1i", Kind::sd}, mc2, {"se2i", Kind::sd}, r}, {"mc1i", "se1i", "mc2i", "se2i"}, change_se_row,
               Sign::data),
          form("change_t", "difference of the mean changes over the SD from the paired t of each group",
               {mc1, {"t1i"}, mc2, {"t2i"}, r}, {"mc1i", "t1i", "mc2i", "t2i"}, change_t_row, Sign::data),
          form("change_p", "difference of the mean changes over the SD from the paired p of each group",
               {mc1, {"p1i", Kind::p_value}, mc2, {"p2i", Kind::p_value}, {"tails", Kind::tails}, r},
               {"mc1i", "p1i", "mc2i", "p2i"}, change_p_row, Sign::data)};
}

}  // namespace

Family two_group_forms() {
  Family family;
  for (Measure& measure : smd_family()) {
    if (measure.name != "SMD") continue;
    measure.name = "post_means";
    family.push_back(measure);
  }
  for (const Family& more : {difference_forms(), change_forms()}) family.insert(family.end(), more.begin(), more.end());
  return family;
}

}  // namespace hedgerow::effect::detail
