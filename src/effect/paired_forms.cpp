// A standardised mean change of one group (or of matched pairs) from what papers report.
//
//   paired_change   d = mc / sdc
//   paired_t        d = t / sqrt(n)
//   paired_p        t from p (tails 2 unless given) with n - 1 df, then as paired_t
//   paired_f        t = sqrt(F), F with 1 numerator degree of freedom, then as paired_t
//
// d is in units of the SD of changes. With a known r it is brought to units of raw scores, d sqrt(2(1-r)), so that it
// can stand beside differences of groups; m = n - 1; variance LS 2(1-r)/n + g^2/(2n) [becker1988], LS2 J^2 (2(1-r)/n +
// d^2/(2n)). Without r it stays as it is (the same numbers as r = 0.5), and the record says so.

#include <cmath>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"
#include "effect/detail/sign.hpp"
#include "effect/detail/smd.hpp"

namespace hedgerow::effect::detail {
namespace {

Expected<Estimate> from_change_d(Row& row, double d) {
  const double n = row.in("ni");
  double r = row.in("ri");
  if (is_missing(r) && row.setting().r) {
    r = *row.setting().r;
    row.note("r = " + format_shortest(r) + " declared");
  }
  if (is_missing(r)) {
    row.note("in units of the SD of changes, since no pre-post r is given");
    return smd_estimate(row, {d, n - 1, 1 / n, n, n});
  }
  row.step("d_change", d);
  return smd_estimate(row, {d * std::sqrt(2 * (1 - r)), n - 1, 2 * (1 - r) / n, n, n});
}

Expected<Estimate> from_t(Row& row, double t, std::string_view hint, std::string_view statistic) {
  HR_TRY(const double d, signed_magnitude(row, std::fabs(t) / std::sqrt(row.in("ni")), hint, statistic));
  return from_change_d(row, d);
}

Expected<Estimate> paired_change_row(Row& row) { return from_change_d(row, row.in("mci") / row.in("sdci")); }

Expected<Estimate> paired_t_row(Row& row) { return from_t(row, row.in("ti"), "ti", "ti"); }

Expected<Estimate> paired_p_row(Row& row) {
  return from_t(row, row.step("t", t_from_p(row.in("pi"), row.in("tails"), row.in("ni") - 1)), "diffi", "pi");
}

Expected<Estimate> paired_f_row(Row& row) { return from_t(row, row.step("t", std::sqrt(row.in("fi"))), "diffi", "fi"); }

Measure form(std::string_view name, std::string_view text, std::vector<Argument> arguments,
             std::vector<std::string_view> way, RowFunction row, Sign sign) {
  arguments.insert(arguments.end(), {{"ni", Kind::sample}, {"ri", Kind::correlation}});
  way.push_back("ni");
  return {.name = name,
          .scale = "SMD",
          .text = text,
          .arguments = std::move(arguments),
          .ways = {std::move(way)},
          .vtypes = kSmdVtypes,
          .row = row,
          .sign = sign};
}

}  // namespace

Family paired_forms() {
  const Argument diff = {"diffi"};
  return {form("paired_change", "mean change over the SD of changes", {{"mci"}, {"sdci", Kind::sd}}, {"mci", "sdci"},
               paired_change_row, Sign::data),
          form("paired_t", "from t of paired observations", {{"ti"}}, {"ti"}, paired_t_row, Sign::declared),
          form("paired_p", "from p of a paired t-test", {diff, {"pi", Kind::p_value}, {"tails", Kind::tails}}, {"pi"},
               paired_p_row, Sign::declared),
          form("paired_f", "from F with 1 numerator df of paired observations", {diff, {"fi", Kind::count}}, {"fi"},
               paired_f_row, Sign::declared)};
}

}  // namespace hedgerow::effect::detail
