// Steps for medians and quartiles, 2x2 tables and Wald-type results; formulas in recover.hpp.
//
// wald: yi = transf(out), vi = ((transf(ub) - transf(lb)) / (2 z))^2, else (yi / zval)^2, else z from p (two-sided).

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "effect/detail/prepare_kind.hpp"
#include "effect/recover.hpp"
#include "effect/transform.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

constexpr double kSmallest = 5;  ///< sample size from which the methods are defined

Checked check_order(const StepRow& row) {
  double last = -std::numeric_limits<double>::infinity();
  std::string_view before;
  for (const char* name : {"min", "q1", "median", "q3", "max"}) {
    const double value = row.in(name);
    if (is_missing(value)) continue;
    if (value < last) return row.bad(name, fmt::format("{} is below {}", name, before));
    last = value;
    before = name;
  }
  return {};
}

/// "luo/wan/shi" (default), one method for both, or one for the mean and one for the SD.
struct FiveMethods {
  std::string mean, sd;
};

Expected<FiveMethods> five_methods(const std::string& text, const FiveNumbers& x) {
  const bool all = five_number_case(x) == 3;
  if (text == "default" || text == "luo/wan/shi") return FiveMethods{"luo2016", all ? "shi2020" : "wan2014"};
  static const std::vector<std::string> means{"luo2016", "wan2014", "hozo2005", "bland2015", "walter2007"};
  static const std::vector<std::string> sds{"wan2014", "shi2020", "hozo2005", "bland2015", "walter2007"};
  std::vector<std::string> parts = split(text, ',');
  for (std::string& part : parts) part = std::string(trim(part));
  if (parts.size() == 1) parts.push_back(parts[0]);
  const auto known = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (parts.size() != 2 || !known(means, parts[0]) || !known(sds, parts[1]))
    return make_error(ErrorCode::usage,
                      fmt::format("fivenum: method is luo/wan/shi, qe, bc, mln, lnorm, or one of {} for the mean and "
                                  "one of {} for the SD, as in luo2016,shi2020; found '{}'",
                                  join(means, ", "), join(sds, ", "), text));
  return FiveMethods{parts[0], parts[1]};
}

/// The distribution of a row: norm or lnorm, or a column of the two words.
Expected<bool> is_lognormal(const StepRow& row) {
  std::string dist = row.option("dist", "norm");
  if (const auto column = row.table().find(dist)) dist = std::string(row.table().cell(row.index(), *column));
  if (dist == "norm" || dist == "lnorm") return dist == "lnorm";
  return make_error(ErrorCode::usage, fmt::format("fivenum: dist is norm or lnorm, found '{}'", dist));
}

FiveNumbers logarithms(const FiveNumbers& x) {
  return {std::log(x.min), std::log(x.q1), std::log(x.median), std::log(x.q3), std::log(x.max), x.n};
}

double smallest(const FiveNumbers& x) { return std::fmin(std::fmin(x.min, x.q1), x.median); }

/// True if the row stays out: the test of skewness at level 0.05 is significant.
bool is_skewed(StepRow& row, const FiveNumbers& x, const std::string& what) {
  const Skewness test = skewness_test(x);
  row.keep("skewness", test.statistic);
  row.keep("skewness_critical", test.critical);
  if (test.significant())
    row.note(fmt::format("not estimated: {} are skewed ({} above {}, shi2023)", what,
                         format_significant(test.statistic, 4), format_significant(test.critical, 4)));
  return test.significant();
}

Checked by_distribution(StepRow& row, const FiveNumbers& x, const std::string& method, bool test) {
  const bool positive = smallest(x) > 0;
  if (method == "qe" && !positive && test && is_skewed(row, x, "the data")) return {};
  if (method != "qe" && !positive) {
    row.note(fmt::format("not estimated: {} needs numbers above 0", method));
    return {};
  }
  const auto estimate = method == "qe" ? quantile_estimate(x) : method == "bc" ? box_cox_estimate(x) : mln_estimate(x);
  if (!estimate) {
    row.note("not estimated: " + estimate.error().message);
    return {};
  }
  row.method = estimate->text;
  row.out("mean", estimate->mean);
  row.out("sd", estimate->sd);
  return {};
}

Checked lognormal(StepRow& row, const FiveNumbers& x, bool test) {
  HR_TRY(const bool back, row.flag("transf", true));
  if (!(smallest(x) > 0)) {
    row.note("not estimated: log-normal data are above 0");
    return {};
  }
  if (test && is_skewed(row, logarithms(x), "the logarithms")) return {};
  const FiveEstimate estimate = lognormal_from_five(x, back);
  row.method = estimate.text;
  row.out("mean", estimate.mean);
  row.out("sd", estimate.sd);
  return {};
}

Checked fivenum_row(StepRow& row) {
  HR_CHECK(check_order(row));
  const FiveNumbers x{row.in("min"), row.in("q1"), row.in("median"), row.in("q3"), row.in("max"), row.in("n")};
  const std::string method = to_lower(row.option("method", "luo/wan/shi"));
  HR_TRY(const FiveMethods methods, method == "qe" || method == "bc" || method == "mln"
                                        ? Expected<FiveMethods>(FiveMethods{})
                                        : five_methods(method, x));
  HR_TRY(const bool test, row.flag("test", true));
  HR_TRY(const bool lnorm, is_lognormal(row));
  if (five_number_case(x) == 0 || is_missing(x.n)) return {};
  if (x.n < kSmallest) {
    row.note("not estimated: n is below 5");
    return {};
  }
  if (methods.mean.empty()) return by_distribution(row, x, method, test);
  if (lnorm) return lognormal(row, x, test);
  if (test && is_skewed(row, x, "the data")) return {};
  row.method = fmt::format("mean {}, SD {}, case {}", methods.mean, methods.sd, five_number_case(x));
  row.out("mean", mean_from_five(x, methods.mean));
  row.out("sd", sd_from_five(x, methods.sd));
  return {};
}

/// The first statistic that the row has, as the cell a before rounding.
double cell_a(StepRow& row, double n, double n1, double n2) {
  if (row.given("or")) {
    row.method = "2x2 cells from the odds ratio and margins, bonett2007";
    return cell_from_or(row.in("or"), n, n1, n2);
  }
  if (row.given("phi")) {
    row.method = "2x2 cells from phi and margins";
    return cell_from_phi(row.in("phi"), n, n1, n2);
  }
  if (row.given("chi2")) {
    const bool yates = !row.bound("correct") || row.in("correct") != 0;
    row.method =
        fmt::format("2x2 cells from chi-square ({} Yates' correction) and margins", yates ? "with" : "without");
    return cell_from_chi2(row.in("chi2"), n, n1, n2, yates);
  }
  if (row.given("rr")) {
    row.method = "2x2 cells from the risk ratio and margins";
    return cell_from_rr(row.in("rr"), n, n1, n2);
  }
  row.method = "2x2 cells from the risk difference and margins";
  return cell_from_rd(row.in("rd"), n, n1, n2);
}

Checked two_by_two_row(StepRow& row) {
  const double n = row.in("n"), n1 = row.in("n1"), n2 = row.in("n2");
  if (n1 > n) return row.bad("n1", "the margin n1 is above n");
  if (n2 > n) return row.bad("n2", "the margin n2 is above n");
  const double unrounded = row.keep("a_unrounded", cell_a(row, n, n1, n2));
  if (is_missing(unrounded)) return {};
  const double a = std::nearbyint(unrounded);
  const double b = n1 - a, c = n2 - a, d = n - n1 - n2 + a;
  if (std::min({a, b, c, d}) < 0) {
    row.warn("not reconstructed: the margins contradict the statistic (a cell would be negative)");
    return {};
  }
  row.out("ai", a);
  row.out("bi", b);
  row.out("ci", c);
  row.out("di", d);
  return {};
}

Expected<double> transformed(const StepRow& row, std::string_view name) {
  const std::string transf = row.option("transf", "");
  const double value = row.in(name);
  if (is_missing(value) || transf.empty()) return value;
  if (transf == "log")
    return value > 0 ? Expected<double>(std::log(value)) : row.bad(name, "the log needs a value above 0");
  if (transf == "sqrt")
    return value >= 0 ? Expected<double>(std::sqrt(value)) : row.bad(name, "the root needs 0 or more");
  if (transf == "atanh" || transf == "rtoz" || transf == "transf.rtoz") return std::atanh(value);
  return transform(transf, value);
}

Expected<double> wald_level(const StepRow& row) {
  const double level = row.given("level") ? row.in("level") : 95;
  const double fraction = level >= 1 ? level / 100 : level;
  if (!(fraction > 0 && fraction < 1)) return row.bad("level", "a level lies between 0 and 1, or 0 and 100");
  return fraction;
}

/// Warns where the estimate is not about halfway between its bounds, by more than 1 / checkfac of the width.
Checked check_halfway(StepRow& row, double yi, double lb, double ub) {
  HR_TRY(const bool check, row.flag("check", true));
  HR_TRY(const double factor, row.number("checkfac", 10));
  if (check && std::fabs(yi - (lb + ub) / 2) > std::fabs(ub - lb) / factor)
    row.warn("the estimate is not about halfway between its bounds: is this a Wald-type interval on this scale?");
  return {};
}

Checked wald_row(StepRow& row) {
  HR_TRY(const double yi, transformed(row, "out"));
  HR_TRY(const double lb, transformed(row, "ci_lb"));
  HR_TRY(const double ub, transformed(row, "ci_ub"));
  HR_TRY(const double level, wald_level(row));
  if (row.in("ci_ub") < row.in("ci_lb")) return row.bad("ci_ub", "the upper bound is below the lower bound");
  const std::string transf = row.option("transf", "");
  const std::string scale = transf.empty() ? "" : fmt::format(" after {}", transf);
  double vi = kMissing;
  if (!is_missing(lb) && !is_missing(ub)) {
    const double se = (ub - lb) / (2 * stats::interval_quantile(level, kMissing));
    vi = se * se;
    row.keep("level", level);
    row.method = fmt::format("vi = ((ub - lb) / (2 z))^2{}", scale);
    HR_CHECK(check_halfway(row, yi, lb, ub));
  } else {
    double z = row.in("zval");
    if (is_missing(z) && row.given("pval")) z = row.keep("z", std::fabs(stats::normal_quantile(row.in("pval") / 2)));
    if (yi != 0 && z != 0) vi = (yi / z) * (yi / z);
    row.method = fmt::format("vi = (yi / z)^2{}{}", row.given("zval") ? "" : ", z from p", scale);
  }
  if (is_missing(vi)) row.method = fmt::format("yi as reported{}", scale);
  row.out("yi", yi);
  row.out("vi", vi);
  if (row.bound("n")) row.out("ni", row.in("n"));
  return {};
}

}  // namespace

PrepareFamily fivenum_steps() {
  return {{"fivenum",
           "mean and SD from median, quartiles, minimum and maximum",
           {{"min"}, {"q1"}, {"median"}, {"q3"}, {"max"}, {"n", Kind::size}},
           {{"min", "max", "n"}, {"q1", "q3", "n"}},
           {"method", "dist", "transf", "test"},
           {"mean", "sd"},
           fivenum_row}};
}

PrepareFamily two_by_two_steps() {
  return {{"two_by_two",
           "cells of a 2x2 table from its margins and a statistic",
           {{"or", Kind::count},
            {"phi", Kind::correlation},
            {"chi2"},
            {"rr", Kind::count},
            {"rd", Kind::correlation},
            {"n", Kind::size},
            {"n1", Kind::count},
            {"n2", Kind::count},
            {"correct"}},
           {{"n", "n1", "n2", "or"},
            {"n", "n1", "n2", "phi"},
            {"n", "n1", "n2", "chi2"},
            {"n", "n1", "n2", "rr"},
            {"n", "n1", "n2", "rd"}},
           {},
           {"ai", "bi", "ci", "di"},
           two_by_two_row}};
}

PrepareFamily wald_steps() {
  return {{"wald",
           "yi and vi from a reported estimate with its interval, z or p",
           {{"out"}, {"ci_lb"}, {"ci_ub"}, {"zval"}, {"pval", Kind::p_value}, {"n", Kind::size}, {"level"}},
           {{"out"}},
           {"transf", "check", "checkfac"},
           {"yi", "vi", "ni"},
           wald_row}};
}

}  // namespace hedgerow::effect::detail
