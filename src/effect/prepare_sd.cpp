// Steps for SDs, changes, groups and scales; formulas in recover.hpp.

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "effect/detail/prepare_kind.hpp"
#include "effect/recover.hpp"

namespace hedgerow::effect::detail {
namespace {

/// "dist" of an interval: t (default) or z.
Expected<bool> is_normal(const StepRow& row) {
  const std::string dist = row.option("dist", "t");
  if (dist == "t" || dist == "z") return dist == "z";
  return make_error(ErrorCode::usage, fmt::format("dist is t or z, found '{}'", dist));
}

/// The level of an interval as a fraction: 0.95 or 95, per row or for all.
Expected<double> level_of(const StepRow& row) {
  double level = row.given("level") ? row.in("level") : 0.95;
  if (level >= 1) level /= 100;
  if (!(level > 0 && level < 1)) return row.bad("level", "a level lies between 0 and 1, or 0 and 100");
  return level;
}

Checked check_bounds(const StepRow& row) {
  if (row.in("ub") < row.in("lb")) return row.bad("ub", "the upper bound ub is below the lower bound lb");
  return {};
}

Checked sd_from_se_row(StepRow& row) {
  row.method = "SD = se sqrt(n)";
  row.out("sd", sd_from_se(row.in("se"), row.in("n")));
  return {};
}

Checked sd_from_ci_row(StepRow& row) {
  HR_CHECK(check_bounds(row));
  HR_TRY(const bool normal, is_normal(row));
  HR_TRY(const double level, level_of(row));
  row.keep("level", level);
  if (row.bound("n")) {
    row.method = fmt::format("SD = sqrt(n) (ub - lb) / (2 {})", normal ? "z" : "t_{n-1}");
    row.out("sd", sd_from_ci(row.in("lb"), row.in("ub"), row.in("n"), level, normal));
    return {};
  }
  row.method = fmt::format("SD = (ub - lb) / (2 {} sqrt(1/n1 + 1/n2))", normal ? "z" : "t_{n1+n2-2}");
  row.out("sd", sd_from_difference_ci(row.in("lb"), row.in("ub"), row.in("n1"), row.in("n2"), level, normal));
  return {};
}

Checked sd_from_difference_se_row(StepRow& row) {
  row.method = "SD = se / sqrt(1/n1 + 1/n2)";
  row.out("sd", sd_from_difference_se(row.in("se"), row.in("n1"), row.in("n2")));
  return {};
}

void give_sd_from_t(StepRow& row, double t) {
  row.method += "SD = (|diff| / |t|) / sqrt(1/n1 + 1/n2)";
  if (row.in("diff") == 0 || t == 0) row.note("a difference or t of 0 says nothing about the SD");
  row.out("sd", sd_from_t(row.in("diff"), t, row.in("n1"), row.in("n2")));
}

Checked sd_from_t_row(StepRow& row) {
  give_sd_from_t(row, row.in("t"));
  return {};
}

Checked sd_from_f_row(StepRow& row) {
  row.method = "t = sqrt(F), ";
  give_sd_from_t(row, row.keep("t", std::sqrt(row.in("f"))));
  return {};
}

Checked sd_from_p_row(StepRow& row) {
  const double tails = row.given("tails") ? row.in("tails") : 2;
  row.method = fmt::format("t_{{n1+n2-2}} of p, {} tails, ", tails);
  give_sd_from_t(row, row.keep("t", t_of_p(row.in("p"), row.in("n1") + row.in("n2") - 2, tails)));
  return {};
}

Checked sd_from_range_row(StepRow& row) {
  const double min = row.in("min"), max = row.in("max"), n = row.in("n");
  if (max < min) return row.bad("max", "max is below min");
  const std::string method = row.option("method", "wan2014");
  if (method != "wan2014" && method != "walter2007")
    return make_error(ErrorCode::usage, fmt::format("method is wan2014 or walter2007, found '{}'", method));
  row.method = "SD = (max - min) / (2 z), " + method;
  if (method == "walter2007") row.method = "SD = (max - min) / expected range, walter2007";
  row.out("sd", method == "wan2014" ? sd_from_range(min, max, n) : (max - min) / expected_range(n));
  return {};
}

Checked sd_from_iqr_row(StepRow& row) {
  const double q1 = row.in("q1"), q3 = row.in("q3");
  if (q3 < q1) return row.bad("q3", "q3 is below q1");
  const std::string method = row.option("method", "wan2014");
  if (method == "cochrane") {
    row.method = "SD = (q3 - q1) / 1.35";
    row.out("sd", (q3 - q1) / 1.35);
    return {};
  }
  if (method != "wan2014")
    return make_error(ErrorCode::usage, fmt::format("method is wan2014 or cochrane, found '{}'", method));
  row.method = "SD = (q3 - q1) / (2 z), wan2014";
  row.out("sd", sd_from_iqr(q1, q3, row.in("n")));
  return {};
}

Checked change_sd_row(StepRow& row) {
  row.method = "SD of changes = sqrt(pre^2 + post^2 - 2 r pre post)";
  row.out("sd_change", change_sd_from_r(row.in("sd_pre"), row.in("sd_post"), row.in("r")));
  return {};
}

Checked change_r_row(StepRow& row) {
  row.method = "r = (pre^2 + post^2 - change^2) / (2 pre post)";
  const double r = r_from_change_sd(row.in("sd_pre"), row.in("sd_post"), row.in("sd_change"));
  if (std::fabs(r) <= 1) {
    row.out("r", r);
  } else if (!is_missing(r)) {
    row.warn(fmt::format("the SDs contradict each other: they give r = {}", format_significant(r, 4)));
  }
  return {};
}

Checked raw_sd_row(StepRow& row) {
  row.method = "SD = SD of changes / sqrt(2 (1 - r))";
  row.out("sd", sd_from_change_sd(row.in("sd_change"), row.in("r")));
  return {};
}

const std::array<std::array<std::string_view, 5>, 6> kGroups{{{"n1", "mean1", "sd1", "x1", "t1"},
                                                              {"n2", "mean2", "sd2", "x2", "t2"},
                                                              {"n3", "mean3", "sd3", "x3", "t3"},
                                                              {"n4", "mean4", "sd4", "x4", "t4"},
                                                              {"n5", "mean5", "sd5", "x5", "t5"},
                                                              {"n6", "mean6", "sd6", "x6", "t6"}}};

/// Groups without any number on this row do not exist there; a group with some is missing as a whole.
Checked combine_row(StepRow& row) {
  std::vector<Group> groups;
  for (const auto& names : kGroups)
    if (row.given(names[0]) || row.given(names[1]) || row.given(names[2]))
      groups.push_back({row.in(names[0]), row.in(names[1]), row.in(names[2])});
  if (groups.empty()) return {};
  row.method = fmt::format("{} groups as one: sum n; sum n mean / n; SD of all members", groups.size());
  const Group all = combine_groups(groups);
  row.out("n", all.n);
  row.out("mean", all.mean);
  row.out("sd", all.sd);
  return {};
}

Checked combine_counts_row(StepRow& row) {
  double events = 0, sizes = 0;
  int groups = 0;
  for (const auto& names : kGroups) {
    if (!row.given(names[3]) && !row.given(names[0])) continue;
    events += row.in(names[3]);
    sizes += row.in(names[0]);
    ++groups;
  }
  if (groups == 0) return {};
  row.method = fmt::format("{} groups as one: sums of events and sizes", groups);
  row.out("x", events);
  row.out("n", sizes);
  return {};
}

Checked raw_from_log_row(StepRow& row) {
  row.method = "log-normal: mean = exp(m + s^2/2), SD = mean sqrt(exp(s^2) - 1)";
  const Group raw = raw_from_log({0, row.in("mean_log"), row.in("sd_log")});
  row.out("mean", raw.mean);
  row.out("sd", raw.sd);
  return {};
}

Checked log_from_raw_row(StepRow& row) {
  if (row.in("mean") <= 0) return row.bad("mean", "logarithms need means above 0");
  row.method = "log-normal: m = ln mean - ln(1 + cv^2)/2, s = sqrt(ln(1 + cv^2)), higgins2008";
  const Group log = log_from_raw({0, row.in("mean"), row.in("sd")});
  row.out("mean_log", log.mean);
  row.out("sd_log", log.sd);
  return {};
}

Checked log_from_geometric_row(StepRow& row) {
  if (row.in("mean") <= 0) return row.bad("mean", "a geometric mean is above 0");
  if (row.in("sd") < 1) return row.bad("sd", "a geometric SD is at least 1");
  row.method = "m = ln(geometric mean), s = ln(geometric SD)";
  row.out("mean_log", std::log(row.in("mean")));
  row.out("sd_log", std::log(row.in("sd")));
  return {};
}

/// A percentage that no whole number of events has to its printed digits (one decimal allowed) is worth a look.
Checked events_row(StepRow& row) {
  const double percent = row.in("percent"), n = row.in("n");
  if (percent < 0 || percent > 100) return row.bad("percent", "a percentage lies between 0 and 100");
  const double events = row.keep("unrounded", percent / 100 * n);
  const double whole = std::nearbyint(events);
  row.method = "events = percent n / 100, rounded";
  if (std::fabs(events - whole) > std::max(0.5, 0.005 * n) * 0.999)
    row.note("no whole number of events has this percentage");
  row.out("x", whole);
  return {};
}

Checked fill_row(StepRow& row) {
  row.method = "given value where the number is missing";
  row.out("value", row.given("x") ? row.in("x") : row.in("y"));
  return {};
}

std::vector<Argument> group_arguments(bool counts) {
  std::vector<Argument> out;
  for (const auto& names : kGroups) {
    out.push_back({names[0], Kind::size});
    if (counts) {
      out.push_back({names[3], Kind::count});
    } else {
      out.push_back({names[1]});
      out.push_back({names[2], Kind::sd});
    }
  }
  return out;
}

}  // namespace

PrepareFamily sd_steps() {
  const Argument se{"se", Kind::sd}, n{"n", Kind::sample}, n1{"n1", Kind::size}, n2{"n2", Kind::size};
  const Argument lb{"lb"}, ub{"ub"}, diff{"diff"}, level{"level"};
  return {
      {"sd_from_se",
       "SD of a group from the standard error of its mean",
       {se, n},
       {{"se", "n"}},
       {},
       {"sd"},
       sd_from_se_row},
      {"sd_from_ci",
       "SD from the interval of a mean (n) or of a difference of two means (n1, n2)",
       {lb, ub, n, n1, n2, level},
       {{"lb", "ub", "n"}, {"lb", "ub", "n1", "n2"}},
       {"dist"},
       {"sd"},
       sd_from_ci_row},
      {"sd_from_difference_se",
       "common SD from the standard error of a difference of two means",
       {se, n1, n2},
       {{"se", "n1", "n2"}},
       {},
       {"sd"},
       sd_from_difference_se_row},
      {"sd_from_t",
       "common SD from a difference of two means and its t",
       {diff, {"t"}, n1, n2},
       {{"diff", "t", "n1", "n2"}},
       {},
       {"sd"},
       sd_from_t_row},
      {"sd_from_f",
       "common SD from a difference of two means and its F (1 numerator df)",
       {diff, {"f", Kind::count}, n1, n2},
       {{"diff", "f", "n1", "n2"}},
       {},
       {"sd"},
       sd_from_f_row},
      {"sd_from_p",
       "common SD from a difference of two means and its p",
       {diff, {"p", Kind::p_value}, n1, n2, {"tails", Kind::tails}},
       {{"diff", "p", "n1", "n2"}},
       {},
       {"sd"},
       sd_from_p_row},
      {"sd_from_range",
       "SD from the range",
       {{"min"}, {"max"}, n},
       {{"min", "max", "n"}},
       {"method"},
       {"sd"},
       sd_from_range_row},
      {"sd_from_iqr",
       "SD from the quartiles",
       {{"q1"}, {"q3"}, n},
       {{"q1", "q3", "n"}},
       {"method"},
       {"sd"},
       sd_from_iqr_row},
  };
}

PrepareFamily change_steps() {
  const Argument pre{"sd_pre", Kind::sd}, post{"sd_post", Kind::sd}, change{"sd_change", Kind::sd};
  const Argument r{"r", Kind::correlation};
  return {
      {"change_sd",
       "SD of changes from those of both times and their correlation",
       {pre, post, r},
       {{"sd_pre", "sd_post", "r"}},
       {},
       {"sd_change"},
       change_sd_row},
      {"change_r",
       "pre-post correlation from the SDs of both times and of changes",
       {pre, post, change},
       {{"sd_pre", "sd_post", "sd_change"}},
       {},
       {"r"},
       change_r_row},
      {"raw_sd", "SD of raw scores from that of changes", {change, r}, {{"sd_change", "r"}}, {}, {"sd"}, raw_sd_row}};
}

PrepareFamily combine_steps() {
  return {{"combine",
           "groups as one: n, mean and SD",
           group_arguments(false),
           {{"n1", "mean1", "sd1", "n2", "mean2", "sd2"}},
           {},
           {"n", "mean", "sd"},
           combine_row},
          {"combine_counts",
           "groups as one: events and sizes",
           group_arguments(true),
           {{"x1", "n1", "x2", "n2"}},
           {},
           {"x", "n"},
           combine_counts_row}};
}

PrepareFamily scale_steps() {
  const Argument sd{"sd", Kind::sd};
  return {{"raw_from_log",
           "mean and SD from those of logarithms",
           {{"mean_log"}, {"sd_log", Kind::sd}},
           {{"mean_log", "sd_log"}},
           {},
           {"mean", "sd"},
           raw_from_log_row},
          {"log_from_raw",
           "mean and SD of logarithms from those of raw values",
           {{"mean"}, sd},
           {{"mean", "sd"}},
           {},
           {"mean_log", "sd_log"},
           log_from_raw_row},
          {"log_from_geometric",
           "mean and SD of logarithms from geometric mean and geometric SD",
           {{"mean"}, sd},
           {{"mean", "sd"}},
           {},
           {"mean_log", "sd_log"},
           log_from_geometric_row},
          {"events",
           "events from a percentage",
           {{"percent"}, {"n", Kind::size}},
           {{"percent", "n"}},
           {},
           {"x"},
           events_row},
          {"fill", "a value where a number is missing", {{"x"}, {"y"}}, {{"x", "y"}}, {}, {"value"}, fill_row}};
}

}  // namespace hedgerow::effect::detail
