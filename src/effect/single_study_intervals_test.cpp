// Intervals of single studies against printed tables and other programs.
//
//   newcombe1998            Two-sided confidence intervals for the single proportion, table I (four examples)
//   newcombe1998difference  Interval estimation for the difference between independent proportions, table II (a), (c)
//   R 4.2                   binom.test, prop.test, poisson.test, fisher.test, qbeta; printed to 12 digits

#include "effect/single_study_intervals.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/missing.hpp"
#include "data/readers.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kPrinted = 0.51e-4;  // Half a unit of the fourth decimal.

void expect_interval(const Interval& got, double lb, double ub, double tolerance, const std::string& what) {
  EXPECT_NEAR(got.lb, lb, tolerance) << what;
  EXPECT_NEAR(got.ub, ub, tolerance) << what;
}

struct Proportion {
  double x, n;
  double wilson[2], wilson_cc[2], exact[2], mid_p[2];
};

TEST(ProportionIntervals, Newcombe1998TableI) {
  const Proportion cases[] = {
      {81, 263, {.2553, .3662}, {.2535, .3682}, {.2527, .3676}, {.2544, .3658}},
      {15, 148, {.0624, .1605}, {.0598, .1644}, {.0578, .1617}, {.0601, .1581}},
      {0, 20, {0, .1611}, {0, .2005}, {0, .1684}, {0, .1391}},
      {1, 29, {.0061, .1718}, {.0018, .1963}, {.0009, .1776}, {.0017, .1585}},
  };
  for (const Proportion& c : cases) {
    const std::string what = std::to_string(c.x) + " of " + std::to_string(c.n);
    expect_interval(proportion_wilson(c.x, c.n, .95), c.wilson[0], c.wilson[1], kPrinted, what);
    expect_interval(proportion_wilson_cc(c.x, c.n, .95), c.wilson_cc[0], c.wilson_cc[1], kPrinted, what);
    expect_interval(proportion_exact(c.x, c.n, .95), c.exact[0], c.exact[1], kPrinted, what);
    expect_interval(proportion_mid_p(c.x, c.n, .95), c.mid_p[0], c.mid_p[1], kPrinted, what);
  }
  expect_interval(proportion_wald(81, 263, .95), .2522, .3638, kPrinted, "simple");
}

TEST(ProportionIntervals, AsR) {
  expect_interval(proportion_exact(81, 263, .95), 0.252736745585, 0.367621922601, 1e-12, "binom.test");
  expect_interval(proportion_exact(29, 29, .95), 0.88055513093, 1, 1e-11, "binom.test");
  expect_interval(proportion_wilson(1, 29, .95), 0.00611321429276, 0.171755218793, 1e-12, "prop.test");
  expect_interval(proportion_wilson(29, 29, .95), 0.8830302015, 1, 1e-10, "prop.test");
  expect_interval(proportion_wilson_cc(29, 29, .95), 0.85438352442, 1, 1e-11, "prop.test, corrected");
  expect_interval(proportion_jeffreys(1, 29, .95), 0.00374617364906, 0.150077686002, 1e-12, "qbeta");
  EXPECT_EQ(proportion_jeffreys(0, 20, .95).lb, 0);
  EXPECT_EQ(proportion_jeffreys(29, 29, .95).ub, 1);
}

// By their own definitions: the centre of Agresti and Coull is Wilson's; the arcsine limits lie z/(2 sqrt n) apart.
TEST(ProportionIntervals, Definitions) {
  const Interval wilson = proportion_wilson(7, 40, .9);
  const Interval agresti = proportion_agresti_coull(7, 40, .9);
  EXPECT_NEAR(agresti.lb + agresti.ub, wilson.lb + wilson.ub, 1e-14);
  EXPECT_LT(agresti.lb, wilson.lb);
  const Interval arcsine = proportion_arcsine(7, 40, .9);
  const double width = std::asin(std::sqrt(arcsine.ub)) - std::asin(std::sqrt(arcsine.lb));
  EXPECT_NEAR(width, stats::interval_quantile(.9, kMissing) / std::sqrt(40), 1e-14);
}

TEST(ProportionIntervals, EventsAndNonEventsChangePlaces) {
  for (const auto f : {proportion_wald, proportion_wilson, proportion_wilson_cc, proportion_agresti_coull,
                       proportion_jeffreys, proportion_arcsine, proportion_exact, proportion_mid_p}) {
    for (const double x : {0.0, 1.0, 5.0, 16.0}) {
      const Interval one = f(x, 17, .95);
      const Interval other = f(17 - x, 17, .95);
      expect_interval(one, 1 - other.ub, 1 - other.lb, 1e-13, std::to_string(x));
      EXPECT_LE(one.lb, x / 17);
      EXPECT_GE(one.ub, x / 17 - 1e-15);
    }
  }
}

TEST(ProportionIntervals, FarOut) {
  // The rule of three, and a level close to 1: (1 - ub)^n = alpha/2.
  EXPECT_NEAR(proportion_exact(0, 1e9, .95).ub * 1e9, 3.6888794541, 1e-7);
  const Interval wide = proportion_exact(3, 1e6, 1 - 1e-9);
  EXPECT_GT(wide.lb, 0);
  EXPECT_LT(wide.lb, 1e-8);
  EXPECT_NEAR(proportion_wilson(1e-3, 1e12, .95).lb, 2.6e-19, 1e-20);
}

TEST(RateIntervals, AsR) {
  expect_interval(rate_exact(0, 10, .95), 0, 0.368887945411, 1e-12, "poisson.test");
  expect_interval(rate_exact(137, 24.19893, .95), 4.75312480485, 6.69270933418, 1e-11, "poisson.test");
  expect_interval(rate_exact(3, 7.5, .99), 0.0450484518304, 1.46366366604, 1e-11, "poisson.test");
  // Rothman's definition: the limits solve (x - m)^2 = z^2 m.
  const Interval score = rate_score(9, 2, .95);
  const double z = 1.959963984540054;
  for (const double rate : {score.lb, score.ub}) EXPECT_NEAR(std::fabs(9 - 2 * rate), z * std::sqrt(2 * rate), 1e-12);
  EXPECT_EQ(rate_score(0, 2, .95).lb, 0);
  expect_interval(rate_ratio(11, 800, 21, 3011, .95, proportion_exact), 0.858426403392, 4.27726594365, 1e-10,
                  "poisson.test of two");
}

TEST(DifferenceIntervals, Newcombe1998TableII) {
  expect_interval(difference_newcombe(56, 70, 48, 80, .95), .0524, .3339, kPrinted, "(a) 10");
  expect_interval(difference_newcombe(56, 70, 48, 80, .95, true), .0428, .3422, kPrinted, "(a) 11");
  expect_interval(difference_score(56, 70, 48, 80, .95), .0528, .3382, kPrinted, "(a) 6");
  expect_interval(difference_newcombe(9, 10, 3, 10, .95), .1705, .8090, kPrinted, "(b) 10");
  expect_interval(difference_newcombe(9, 10, 3, 10, .95, true), .1013, .8387, kPrinted, "(b) 11");
  expect_interval(difference_score(9, 10, 3, 10, .95), .1700, .8406, kPrinted, "(b) 6");
  expect_interval(difference_newcombe(10, 10, 0, 10, .95), .6075, 1, kPrinted, "(h) 10");
  // All against none: (1 - d) / (1 + d) = z^2 / (N - 1) in closed form.
  const double ratio = 1.959963984540054 * 1.959963984540054 / 19;
  expect_interval(difference_score(10, 10, 0, 10, .95), (1 - ratio) / (1 + ratio), 1, 1e-12, "(h) 6");
}

// The restricted estimates by brute force: at each limit the score statistic with the p2 of highest likelihood is z^2.
TEST(DifferenceIntervals, ScoreLimitsByBruteForce) {
  const double x1 = 7, n1 = 34, x2 = 1, n2 = 34, z = 1.959963984540054;
  const Interval limits = difference_score(x1, n1, x2, n2, .95);
  for (const double d : {limits.lb, limits.ub}) {
    double best = -kInfinity, at = 0;
    for (int i = 1; i < 400000; ++i) {
      const double r2 = i / 400000.0, r1 = r2 + d;
      if (r1 <= 0 || r1 >= 1) continue;
      const double l =
          x1 * std::log(r1) + (n1 - x1) * std::log(1 - r1) + x2 * std::log(r2) + (n2 - x2) * std::log(1 - r2);
      if (l > best) {
        best = l;
        at = r2;
      }
    }
    const double v = ((at + d) * (1 - at - d) / n1 + at * (1 - at) / n2) * (n1 + n2) / (n1 + n2 - 1);
    EXPECT_NEAR(std::fabs(x1 / n1 - x2 / n2 - d) / std::sqrt(v), z, 1e-4);
  }
}

// By the same rule in terms of the ratio r and the odds ratio o.
TEST(RatioIntervals, ScoreLimitsByBruteForce) {
  const double x1 = 7, n1 = 34, x2 = 2, n2 = 40, z = 1.959963984540054, scale = (n1 + n2) / (n1 + n2 - 1);
  const auto best_of = [&](auto first) {
    double best = -kInfinity, at = 0;
    for (int i = 1; i < 400000; ++i) {
      const double r2 = i / 400000.0, r1 = first(r2);
      if (r1 <= 0 || r1 >= 1) continue;
      const double l =
          x1 * std::log(r1) + (n1 - x1) * std::log(1 - r1) + x2 * std::log(r2) + (n2 - x2) * std::log(1 - r2);
      if (l > best) {
        best = l;
        at = r2;
      }
    }
    return at;
  };
  const Interval ratio = risk_ratio_score(x1, n1, x2, n2, .95);
  for (const double r : {ratio.lb, ratio.ub}) {
    const double p2 = best_of([&](double p) { return r * p; }), p1 = r * p2;
    const double v = (p1 * (1 - p1) / n1 + r * r * p2 * (1 - p2) / n2) * scale;
    EXPECT_NEAR(std::fabs(x1 / n1 - r * x2 / n2) / std::sqrt(v), z, 1e-4);
  }
  const Interval odds = odds_ratio_score(x1, n1, x2, n2, .95);
  for (const double o : {odds.lb, odds.ub}) {
    const double p2 = best_of([&](double p) { return o * p / (1 + p * (o - 1)); }), p1 = o * p2 / (1 + p2 * (o - 1));
    const double v1 = n1 * p1 * (1 - p1), v2 = n2 * p2 * (1 - p2);
    EXPECT_NEAR(std::fabs(x1 - n1 * p1) * std::sqrt((1 / v1 + 1 / v2) / scale), z, 5e-4);
  }
}

TEST(RatioIntervals, ExactAsR) {
  // As fisher.test, which has them to four digits only; here from the same sums with a root to 1e-15.
  expect_interval(odds_ratio_exact(3, 4, 1, 4, .95), 0.21173559544658, 626.24353058881, 1e-9, "tea");
  expect_interval(odds_ratio_exact(10, 13, 2, 17, .95), 2.7533827882493, 301.46233797152, 1e-9, "");
  expect_interval(odds_ratio_exact(2, 17, 10, 13, .9), 0.0049944948340823, 0.2849595456197, 1e-12, "");
  expect_interval(odds_ratio_exact(0, 3, 5, 14, .95), 0, 6.0419200269287, 1e-11, "");
  expect_interval(odds_ratio_exact(10, 13, 2, 17, .95, true), 3.3799061348716, 207.2705677892, 1e-9, "mid-p");
  const Interval exact = odds_ratio_exact(10, 13, 2, 17, .95), mid_p = odds_ratio_exact(10, 13, 2, 17, .95, true);
  EXPECT_GT(mid_p.lb, exact.lb);
  EXPECT_LT(mid_p.ub, exact.ub);
  EXPECT_TRUE(is_missing(odds_ratio_exact(1.5, 13, 2, 17, .95).lb));
}

TEST(RatioIntervals, ZeroCells) {
  EXPECT_EQ(risk_ratio_score(0, 10, 4, 12, .95).lb, 0);
  EXPECT_LT(risk_ratio_score(0, 10, 4, 12, .95).ub, 2);
  EXPECT_EQ(risk_ratio_score(4, 12, 0, 10, .95).ub, kInfinity);
  EXPECT_GT(odds_ratio_score(4, 12, 0, 10, .95).lb, 0.5);
  EXPECT_EQ(odds_ratio_exact(0, 10, 0, 12, .95).ub, kInfinity);
  EXPECT_EQ(risk_ratio_score(0, 10, 0, 12, .95).lb, 0);
  EXPECT_EQ(rate_ratio(0, 10, 0, 12, .95, proportion_exact).ub, kInfinity);
  EXPECT_GT(rate_ratio(5, 10, 0, 12, .95, proportion_exact).lb, 0.5);
}

Effects effects_of(const char* measure, const char* csv) {
  const auto table = data::parse_csv(csv, "case.csv");
  Arguments arguments;
  for (const std::string& name : table->names()) arguments[name] = name;
  return compute(measure, *table, arguments, {}).value();
}

StudyIntervals must(const Effects& effects, const IntervalRequest& request) {
  auto made = study_intervals(effects, request);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : describe(made.error()));
  return made.ok() ? made.take() : StudyIntervals{};
}

TEST(StudyIntervals, WaldIsTheDefault) {
  const Effects effects = effects_of("RR", "ai,bi,ci,di\n4,119,11,128\n,1,2,3\n");
  const StudyIntervals log = must(effects, {});
  EXPECT_NEAR(log.ci_lb[0], -2.00766747907616, 1e-12);  // metafor, summary of an escalc object
  EXPECT_NEAR(log.zval[0], -1.55855376936639, 1e-12);
  EXPECT_NEAR(log.pval[0], 0.119102032291586, 1e-13);
  EXPECT_TRUE(is_missing(log.ci_lb[1]));
  const StudyIntervals ratio = must(effects, {.level = .9, .transf = "exp"});
  EXPECT_NEAR(ratio.estimate[0], 0.410938654841094, 1e-13);
  EXPECT_NEAR(ratio.ci_lb[0], 0.160756352749917, 1e-13);
  EXPECT_NEAR(ratio.ci_ub[0], 1.05047530099985, 1e-12);
}

TEST(StudyIntervals, LimitsOnTheScaleOfTheMeasure) {
  const char* csv = "xi,ni\n15,148\n0,20\n";
  for (const auto& [measure, back] :
       {std::pair{"PR", "none"}, {"PLN", "exp"}, {"PLO", "ilogit"}, {"PAS", "iarcsin"}, {"PFT", "ipft.hm"}}) {
    const Effects effects = effects_of(measure, csv);
    for (const char* method : {"wilson", "exact", "jeffreys", "midp"}) {
      const StudyIntervals shown = must(effects, {.method = method, .transf = back});
      const StudyIntervals plain = must(effects_of("PR", csv), {.method = method});
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(shown.ci_lb[i], plain.ci_lb[i], 1e-9) << measure << " " << method << i;
        EXPECT_NEAR(shown.ci_ub[i], plain.ci_ub[i], 1e-9) << measure << " " << method << i;
      }
    }
  }
  const StudyIntervals probit = must(effects_of("PRZ", csv), {.method = "wilson"});
  EXPECT_NEAR(stats::normal_cdf(probit.ci_ub[0]), .1605, kPrinted);
  const StudyIntervals root = must(effects_of("IRFT", "xi,ti\n9,2\n"), {.method = "score"});
  const double ub = rate_score(9, 2, .95).ub;
  EXPECT_NEAR(root.ci_ub[0], (std::sqrt(ub) + std::sqrt(ub + 0.5)) / 2, 1e-14);
}

TEST(StudyIntervals, CountsBeforeAnythingIsAdded) {
  const Effects effects = effects_of("OR", "ai,n1i,ci,n2i\n0,10,4,12\n");
  const StudyIntervals exact = must(effects, {.method = "exact", .transf = "exp"});
  EXPECT_EQ(exact.ci_lb[0], 0);
  EXPECT_NEAR(exact.ci_ub[0], odds_ratio_exact(0, 10, 4, 12, .95).ub, 1e-10);
}

TEST(StudyIntervals, VaccineEfficacyTurnsTheIntervalRound) {
  const Effects effects = effects_of("VE", "ai,n1i,ci,n2i\n8,17411,162,17511\n");
  const StudyIntervals shown = must(effects, {.method = "mn", .transf = "display"});
  EXPECT_LT(shown.ci_lb[0], shown.estimate[0]);
  EXPECT_GT(shown.ci_ub[0], shown.estimate[0]);
  EXPECT_NEAR(shown.estimate[0], 0.950, 0.0015);
}

TEST(StudyIntervals, EveryMethodOfEveryMeasureHoldsItsEstimate) {
  const char* tables = "ai,bi,ci,di\n4,119,11,128\n20,13,9,30\n";
  const std::pair<const char*, const char*> cases[] = {{"RD", tables},
                                                       {"RR", tables},
                                                       {"VE", tables},
                                                       {"OR", tables},
                                                       {"DOR", "tp,fp,fn,tn\n30,4,6,50\n"},
                                                       {"IRR", "x1i,t1i,x2i,t2i\n7,120,12,98\n"},
                                                       {"IRD", "x1i,t1i,x2i,t2i\n7,120,12,98\n"},
                                                       {"IR", "xi,ti\n7,120\n"},
                                                       {"IRLN", "xi,ti\n7,120\n"},
                                                       {"IRS", "xi,ti\n7,120\n"},
                                                       {"PRZ", "xi,mi\n7,30\n"}};
  for (const auto& [measure, csv] : cases) {
    const Effects effects = effects_of(measure, csv);
    for (const std::string& method : interval_methods(measure)) {
      const StudyIntervals made = must(effects, {.method = method});
      EXPECT_LT(made.ci_lb[0], effects.yi[0]) << measure << " " << method;
      EXPECT_GT(made.ci_ub[0], effects.yi[0]) << measure << " " << method;
    }
  }
}

TEST(StudyIntervals, Refusals) {
  const Effects effects = effects_of("PLO", "xi,ni\n15,148\n");
  const auto other = study_intervals(effects, {.method = "newcombe"});
  ASSERT_FALSE(other.ok());
  EXPECT_NE(describe(other.error()).find("PLO has no intervals of method 'newcombe'"), std::string::npos);
  EXPECT_FALSE(study_intervals(effects, {.level = 95}).ok());
  EXPECT_FALSE(study_intervals(effects, {.transf = "exq"}).ok());
  Effects given;
  given.measure = "RR";
  given.yi = {0.1};
  given.vi = {0.2};
  EXPECT_FALSE(study_intervals(given, {.method = "mn"}).ok());
  EXPECT_TRUE(study_intervals(given, {}).ok());
}

}  // namespace
}  // namespace hedgerow::effect
