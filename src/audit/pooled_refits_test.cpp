// Printed pooled results against printed effects: every usual model is recognised through its rounding, other numbers
// are not.
#include <fmt/format.h>

#include <cmath>

#include "audit/detail/count_refits.hpp"
#include "audit/detail/refits.hpp"
#include "audit/test_sheets.hpp"
#include "base/random.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;

struct Paper {
  std::string rows, pooled;
  std::vector<std::pair<std::string, std::string>> settings{};  ///< of both tables

  Subject subject() const {
    Subject out;
    Sheet effects = sheet_of(SheetKind::rows, rows), results = sheet_of(SheetKind::pooled, pooled);
    for (const auto& [name, value] : settings) {
      effects.set(name, value);
      results.set(name, value);
    }
    out.analyses = analyses_of(effects, 0);
    out.sheets = {std::move(effects), std::move(results)};
    return out;
  }
};

/// Simulated studies with rows each.
Analysis simulated(RandomStream& random, std::size_t studies, std::size_t rows, const std::string& measure) {
  Analysis out;
  out.measure = measure;
  for (std::size_t s = 0; s < studies; ++s) {
    const double study = 0.3 + 0.25 * random.normal();
    for (std::size_t r = 0; r < rows; ++r) {
      const double se = 0.08 + 0.4 * random.uniform();
      out.yi.push_back(study + 0.1 * random.normal() + se * random.normal());
      out.vi.push_back(se * se);
      out.study.push_back(fmt::format("s{}", s));
    }
  }
  return out;
}

std::string rows_of(const Analysis& analysis, bool ratio) {
  std::string out = "outcome,study,estimate,ci_lb,ci_ub\n";
  const auto shown = [&](double x) { return ratio ? std::exp(x) : x; };
  for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
    const double half = 1.959963984540054 * std::sqrt(analysis.vi[i]);
    out += fmt::format("pain,{},{:.2f},{:.2f},{:.2f}\n", analysis.study[i], shown(analysis.yi[i]),
                       shown(analysis.yi[i] - half), shown(analysis.yi[i] + half));
  }
  return out;
}

std::string result_of(const Analysis& analysis, bool ratio, const char* method, const char* test, bool independent) {
  Analysis chosen = analysis;
  chosen.method = method;
  chosen.test = test;
  chosen.independent = independent;
  const Pooled result = *pooled(chosen);
  const auto shown = [&](double x) { return ratio ? std::exp(x) : x; };
  return fmt::format("outcome,k,estimate,ci_lb,ci_ub,q\npain,{},{:.2f},{:.2f},{:.2f},{:.2f}\n", result.k,
                     shown(result.estimate), shown(result.ci_lb), shown(result.ci_ub), result.q);
}

TEST(Refits, WhatOnlyRoundingChangedIsSilent) {
  const char* methods[] = {"EE", "DL", "REML", "PM", "ML", "HE", "SJ", "HS", "EB"};
  const char* tests[] = {"z", "t", "knha"};
  for (std::uint64_t i = 0; i < 200; ++i) {
    RandomStream random(11, i);
    const bool ratio = i % 2 == 0, levels = i % 3 == 0;
    const Analysis analysis = simulated(random, 3 + random.below(15), levels ? 2 : 1, ratio ? "HR" : "SMD");
    const char* method = methods[random.below(9)];
    const char* test = tests[method == std::string("EE") ? random.below(2) : random.below(3)];
    const bool nested = levels && random.below(2) == 0;
    const Paper paper{rows_of(analysis, ratio),
                      result_of(analysis, ratio, nested ? "REML" : method, nested ? "t" : test, !nested),
                      {{"measure", analysis.measure}}};
    for (const Finding& finding : findings(paper.subject(), "MA-02"))
      ADD_FAILURE() << i << " " << method << " " << test << " " << finding.message << finding.arithmetic.front();
  }
}

TEST(Refits, TransposedDigitsAreSeen) {
  std::size_t seen = 0, all = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    RandomStream random(12, i);
    const Analysis analysis = simulated(random, 8, 1, "SMD");
    std::string result = result_of(analysis, false, "DL", "z", true);
    const std::size_t digit = result.find('.', result.find("pain")) + 1;  // of the estimate
    if (result[digit] == result[digit + 1]) continue;
    std::swap(result[digit], result[digit + 1]);
    ++all;
    seen += findings(Paper{rows_of(analysis, false), result}.subject(), "MA-02").size();
  }
  EXPECT_GE(seen, all * 9 / 10) << all;
}

TEST(Refits, TheModelThatPrintedItIsNamed) {
  RandomStream random(13, 1);
  const Analysis analysis = simulated(random, 12, 1, "SMD");
  Paper paper{rows_of(analysis, false), result_of(analysis, false, "DL", "z", true), {}};
  EXPECT_TRUE(findings(paper.subject(), "MA-02").empty());
  paper.settings = {{"method", "REML"}, {"test", "knha"}};
  const auto found = findings(paper.subject(), "MA-02");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].message.find("is not that of the declared model (REML, knha), but of DL, z."), std::string::npos)
      << found[0].message;
  EXPECT_EQ(found[0].severity, Severity::warning);
}

TEST(Refits, AMultilevelTextWithTheNumbersOfTwoLevels) {
  RandomStream random(14, 3);
  const Analysis analysis = simulated(random, 8, 3, "SMD");
  Paper paper{rows_of(analysis, false), result_of(analysis, false, "REML", "t", false), {}};
  paper.settings = {{"model", "three-level random effects"}};
  EXPECT_TRUE(findings(paper.subject(), "MA-02").empty());
  paper.pooled = result_of(analysis, false, "REML", "z", true);
  const auto found = findings(paper.subject(), "MA-02");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].message.find("(three-level random effects), but of DL, z."), std::string::npos)
      << found[0].message;
}

TEST(Refits, ARowThatWasLeftOutIsNamed) {
  RandomStream random(15, 4);
  Analysis analysis = simulated(random, 9, 1, "SMD");
  analysis.yi[4] = 3;
  const std::string rows = rows_of(analysis, false);
  std::string result = result_of(without(analysis, 4), false, "DL", "z", true);
  result.replace(result.find("pain,8"), 6, "pain,9");
  const auto found = findings(Paper{rows, result}.subject(), "MA-02");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::error);
  EXPECT_NE(found[0].causes[0].find("pooled without"), std::string::npos) << found[0].causes[0];
  EXPECT_NE(found[0].causes[0].find("s4"), std::string::npos) << found[0].causes[0];
}

// Without k other rows may have been pooled; with several rows per study other models than the usual ones.
TEST(Refits, SureOnlyWhereTheRowsAreThoseThatWerePooled) {
  RandomStream random(17, 6);
  const Analysis single = simulated(random, 9, 1, "SMD"), several = simulated(random, 5, 2, "SMD");
  const auto severity = [&](const Analysis& analysis, const std::string& result) {
    const auto found = findings(Paper{rows_of(analysis, false), result}.subject(), "MA-02");
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Severity::info : found[0].severity;
  };
  EXPECT_EQ(severity(single, "outcome,k,estimate,ci_lb,ci_ub\npain,9,3.10,3.00,3.20\n"), Severity::error);
  EXPECT_EQ(severity(single, "outcome,estimate,ci_lb,ci_ub\npain,3.10,3.00,3.20\n"), Severity::warning);
  EXPECT_EQ(severity(several, "outcome,k,estimate,ci_lb,ci_ub\npain,10,3.10,3.00,3.20\n"), Severity::note);
}

// mean -+ t(k - 2) root of (tau2 + se^2), with se from the z interval.
TEST(Refits, PredictionIntervalsByTheUsualRulesAreSilent) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    RandomStream random(18, i);
    Analysis analysis = simulated(random, 8, 1, "SMD");
    analysis.method = "DL";
    const Pooled mean = *pooled(analysis);
    const double se = (mean.ci_ub - mean.ci_lb) / (2 * 1.959963984540054);
    const double half = stats::t_quantile(0.975, 6) * std::sqrt(mean.tau2 + se * se);
    const auto found = [&](double shift) {
      const std::string result = fmt::format(
          "outcome,k,estimate,ci_lb,ci_ub,pi_lb,pi_ub\npain,8,{:.2f},{:.2f},{:.2f},{:.2f},{:.2f}\n", mean.estimate,
          mean.ci_lb, mean.ci_ub, mean.estimate - half - shift, mean.estimate + half + shift);
      return findings(Paper{rows_of(analysis, false), result}.subject(), "MA-02");
    };
    EXPECT_TRUE(found(0).empty()) << i;
    const auto wide = found(2);
    ASSERT_EQ(wide.size(), 1U) << i;
    EXPECT_EQ(wide[0].severity, Severity::note);
    EXPECT_NE(wide[0].message.find("prediction interval"), std::string::npos) << wide[0].message;
  }
}

TEST(Refits, WhatCannotBePooledAgainIsLeft) {
  RandomStream random(16, 5);
  const Analysis analysis = simulated(random, 9, 1, "OR");
  const std::string wrong = "outcome,estimate,ci_lb,ci_ub\npain,9.00,8.00,10.10\n";
  // Odds ratios may have been pooled from their counts.
  EXPECT_TRUE(findings(Paper{rows_of(analysis, true), wrong, {{"measure", "OR"}}}.subject(), "MA-02").empty());
  EXPECT_EQ(
      findings(Paper{rows_of(analysis, true), wrong, {{"measure", "OR"}, {"method", "DL"}}}.subject(), "MA-02").size(),
      1U);
  // Ratios that nobody called so: their intervals are lopsided.
  EXPECT_TRUE(findings(Paper{rows_of(analysis, true), wrong}.subject(), "MA-02").empty());
  // Other counts are MA-04's.
  EXPECT_TRUE(findings(Paper{rows_of(analysis, true),
                             "outcome,k,estimate,ci_lb,ci_ub\npain,4,9.00,8.00,10.10\n",
                             {{"measure", "OR"}, {"method", "DL"}}}
                           .subject(),
                       "MA-02")
                  .empty());
}

// BCG trials: risk ratios with their counts. Mantel and Haenszel's 0.635 [0.588; 0.686] and Q = 152.57 around it are of
// the textbook formulas written naively; inverse variances give 0.650 [0.601; 0.704] and 152.23.
const char* const kBcg =
    "study,estimate,ci_lb,ci_ub,ai,n1i,ci,n2i\n"
    "s1,0.41,0.13,1.26,4,123,11,139\n"
    "s2,0.20,0.09,0.49,6,306,29,303\n"
    "s3,0.26,0.07,0.92,3,231,11,220\n"
    "s4,0.24,0.18,0.31,62,13598,248,12867\n"
    "s5,0.80,0.52,1.25,33,5069,47,5808\n"
    "s6,0.46,0.39,0.54,180,1541,372,1451\n"
    "s7,0.20,0.08,0.50,8,2545,10,629\n"
    "s8,1.01,0.89,1.14,505,88391,499,88391\n"
    "s9,0.63,0.39,1.00,29,7499,45,7277\n"
    "s10,0.25,0.15,0.43,17,1716,65,1665\n"
    "s11,0.71,0.57,0.89,186,50634,141,27338\n"
    "s12,1.56,0.37,6.53,5,2498,3,2341\n"
    "s13,0.98,0.58,1.66,27,16913,29,17854\n";

TEST(Refits, CountsArePooledByMantelAndHaenszel) {
  const auto found = [&](const std::string& numbers, const char* method) {
    const Paper paper{kBcg, "estimate,ci_lb,ci_ub,q\n" + numbers + "\n", {{"measure", "RR"}, {"method", method}}};
    return findings(paper.subject(), "MA-02");
  };
  EXPECT_TRUE(found("0.64,0.59,0.69,152.57", "").empty());
  EXPECT_TRUE(found("0.64,0.59,0.69,152.57", "Mantel-Haenszel").empty());
  EXPECT_TRUE(found("0.65,0.60,0.70,152.23", "inverse variance").empty());
  const auto inverse = found("0.65,0.60,0.70,152.23", "Mantel-Haenszel");
  ASSERT_EQ(inverse.size(), 1U);
  EXPECT_NE(inverse[0].message.find("but of EE, z"), std::string::npos) << inverse[0].message;
  ASSERT_EQ(found("0.75,0.70,0.80,152.57", "").size(), 1U);
}

TEST(Refits, RandomEffectsAroundMantelAndHaenszel) {
  const Paper paper{kBcg, "estimate,ci_lb,ci_ub\n0.49,0.34,0.70\n", {{"measure", "RR"}}};
  const Subject subject = paper.subject();
  const auto models = detail::count_refits(subject.sheets[0], subject.analyses[0]);
  ASSERT_EQ(models.size(), 3U);
  EXPECT_EQ(models[1].name(), "MH, DL, z");
  const double expected[] = {0.489590417748, 0.344779601, 0.695223198, 0.309496853764, 152.567553587};
  const std::size_t places[] = {0, 2, 3, 4, 6};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(models[1].numbers[places[i]], expected[i], 1e-7 * expected[i] + 1e-8);
}

// Of a ratio the interval may be printed on either scale, so yi with it says nothing.
TEST(Refits, AnIntervalBesideYiIsOnTheScaleOfTheModelUnlessItIsARatio) {
  const std::string rows = "study,yi,ci_lb,ci_ub\nA,0.50,0.10,0.90\nB,0.30,-0.10,0.70\nC,0.40,0.00,0.80\n";
  const std::string wrong = "estimate,ci_lb,ci_ub\n0.90,0.50,1.30\n", right = "estimate,ci_lb,ci_ub\n0.40,0.17,0.63\n";
  EXPECT_EQ(findings(Paper{rows, wrong, {{"measure", "SMD"}}}.subject(), "MA-02").size(), 1U);
  EXPECT_TRUE(findings(Paper{rows, right, {{"measure", "SMD"}}}.subject(), "MA-02").empty());
  EXPECT_TRUE(findings(Paper{rows, wrong, {{"measure", "HR"}}}.subject(), "MA-02").empty());
}

// The band of rounding is as wide as what rounding does: twin with every corner of three printed effects.
TEST(Refits, CornersOfTheRoundingLieInTheBand) {
  Analysis analysis;
  analysis.yi = {0.2, 0.5, 0.9};
  analysis.vi = {0.04, 0.09, 0.01};
  const detail::HiddenDigits digits{{0.005, 0.05, 0.005}, {0.005, 0.0005, 0.005}};
  const auto all = detail::refits(analysis, digits);
  ASSERT_EQ(all.size(), 26U);
  for (unsigned corner = 0; corner < 64; ++corner) {
    Analysis moved = analysis;
    for (std::size_t i = 0; i < 3; ++i) {
      moved.yi[i] += (corner >> i & 1U) != 0 ? digits.yi[i] : -digits.yi[i];
      moved.vi[i] = std::pow(std::sqrt(moved.vi[i]) + ((corner >> (3 + i) & 1U) != 0 ? 1 : -1) * digits.sei[i], 2);
    }
    const auto there = detail::refits_of(moved, all);
    for (std::size_t m = 0; m < all.size(); ++m)
      for (const std::size_t number : {0U, 2U, 3U, 6U})
        EXPECT_TRUE(all[m].range(number).contains(there[m].numbers[number])) << all[m].name() << " " << number;
  }
}

}  // namespace
}  // namespace hedgerow::audit
