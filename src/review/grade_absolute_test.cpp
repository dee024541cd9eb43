#include "review/grade_absolute.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"

namespace hedgerow::review {
namespace {

TEST(GradeAbsolute, WorkedNumbers) {
  // By hand: 100 of 1000 die without treatment.
  const auto rr = absolute_effect(RiskMeasure::rr, {0.8, 0.6, 1.1}, 0.1);
  ASSERT_TRUE(rr);
  EXPECT_NEAR(rr->per_1000.estimate, -20, 1e-9);
  EXPECT_NEAR(rr->per_1000.lower, -40, 1e-9);
  EXPECT_NEAR(rr->per_1000.upper, 10, 1e-9);
  EXPECT_EQ(per_1000_text(*rr), "20 fewer per 1000 (from 40 fewer to 10 more)");
  // Odds 1/4 x 0.5 = 1/8, risk 1/9.
  const auto odds = absolute_effect(RiskMeasure::odds_ratio, {0.5, 0.25, 1}, 0.2);
  EXPECT_NEAR(odds->with.estimate, 1.0 / 9, 1e-12);
  EXPECT_NEAR(odds->per_1000.lower, 1000 * (1.0 / 17 - 0.2), 1e-9);
  EXPECT_NEAR(odds->per_1000.upper, 0, 1e-9);
  // 1 - 0.7^2 = 0.51.
  const auto hr = absolute_effect(RiskMeasure::hr, {2, 1, 3}, 0.3);
  EXPECT_NEAR(hr->per_1000.estimate, 210, 1e-9);
  EXPECT_NEAR(hr->per_1000.upper, 357, 1e-9);
  const auto rd = absolute_effect(RiskMeasure::rd, {-0.05, -0.1, 0.02}, 0.3);
  EXPECT_NEAR(rd->per_1000.estimate, -50, 1e-9);
  EXPECT_FALSE(rd->held);
}

TEST(GradeAbsolute, RisksAreHeldWithinZeroAndOne) {
  const auto rr = absolute_effect(RiskMeasure::rr, {2, 1.5, 4}, 0.4);
  ASSERT_TRUE(rr);
  EXPECT_TRUE(rr->held);
  EXPECT_DOUBLE_EQ(rr->with.upper, 1);
  EXPECT_NEAR(rr->per_1000.upper, 600, 1e-9);
  for (double risk : {0.0, 1.0})
    EXPECT_NEAR(absolute_effect(RiskMeasure::odds_ratio, {3, 2, 4}, risk)->per_1000.estimate, 0, 1e-9);
  EXPECT_FALSE(absolute_effect(RiskMeasure::rr, {1, 1, 1}, 1.2));
  EXPECT_FALSE(absolute_effect(RiskMeasure::rr, {1, 1, 1}, kMissing));
  EXPECT_FALSE(absolute_effect(RiskMeasure::hr, {-1, 1, 1}, 0.2));
}

TEST(GradeAbsolute, MeasuresAgreeForRareEventsOnly) {
  const double rare = 1e-6;
  const double rr = absolute_effect(RiskMeasure::rr, {0.7, 0.7, 0.7}, rare)->with.estimate;
  for (RiskMeasure other : {RiskMeasure::odds_ratio, RiskMeasure::hr})
    EXPECT_NEAR(absolute_effect(other, {0.7, 0.7, 0.7}, rare)->with.estimate / rr, 1, 1e-5);
  EXPECT_GT(absolute_effect(RiskMeasure::odds_ratio, {0.7, 0.7, 0.7}, 0.5)->with.estimate, 0.4);
}

TEST(GradeAbsolute, ControlRisks) {
  const auto risks = control_risks({10, 30, 5, 1}, {100, 100, 50, 0});
  ASSERT_TRUE(risks);
  EXPECT_DOUBLE_EQ(risks->median, 0.1);
  EXPECT_DOUBLE_EQ(risks->lowest, 0.1);
  EXPECT_DOUBLE_EQ(risks->highest, 0.3);
  EXPECT_DOUBLE_EQ(control_risks({10, 30}, {100, 100})->median, 0.2);
  EXPECT_FALSE(control_risks({}, {}));
  EXPECT_FALSE(control_risks({kMissing}, {100}));
}

TEST(GradeAbsolute, NamesOfMeasures) {
  EXPECT_EQ(risk_measure("PETO"), RiskMeasure::odds_ratio);
  EXPECT_EQ(risk_measure("RR"), RiskMeasure::rr);
  EXPECT_FALSE(risk_measure("SMD"));
}

}  // namespace
}  // namespace hedgerow::review
