#include "review/grade_suggest.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::review {
namespace {

/// An analysis that gives no reason for any step.
Evidence sound() {
  Evidence out;
  out.measure = "SMD";
  out.effect = {0.5, 0.4, 0.6};
  out.pi_lower = 0.3;
  out.pi_upper = 0.7;
  out.i2 = 20;
  out.k = 12;
  out.studies = 12;
  out.participants = 2000;
  out.high_risk_weight = 10;
  out.small_study_test = "Egger";
  out.small_study_p = 0.5;
  return out;
}

int step_of(GradeDomain domain, const Evidence& evidence, const GradeOutcome& outcome = {}) {
  for (const GradeSuggestion& one : grade_suggestions(outcome, evidence))
    if (one.domain == domain) return one.step;
  return 99;
}

TEST(GradeSuggest, SoundEvidenceGivesNoStep) {
  const auto found = grade_suggestions({}, sound());
  ASSERT_EQ(found.size(), 4u);
  for (const GradeSuggestion& one : found) {
    EXPECT_EQ(one.step, 0) << one.finding;
    EXPECT_FALSE(one.rule.empty());
    EXPECT_FALSE(one.finding.empty());
    EXPECT_FALSE(one.source.empty());
  }
}

TEST(GradeSuggest, EachRuleByItsNumber) {
  Evidence evidence = sound();
  evidence.high_risk_weight = 50.1;
  EXPECT_EQ(step_of(GradeDomain::risk_of_bias, evidence), -1);
  evidence.high_risk_weight = 50;
  EXPECT_EQ(step_of(GradeDomain::risk_of_bias, evidence), 0);

  evidence = sound();
  evidence.pi_lower = -0.1;
  EXPECT_EQ(step_of(GradeDomain::inconsistency, evidence), -1);
  evidence.effect.lower = -0.05;  // the mean is as unsure as the prediction: that is imprecision
  EXPECT_EQ(step_of(GradeDomain::inconsistency, evidence), 0);
  EXPECT_EQ(step_of(GradeDomain::imprecision, evidence), -1);
  evidence = sound();
  evidence.pi_lower = evidence.pi_upper = kMissing;
  EXPECT_EQ(step_of(GradeDomain::inconsistency, evidence), 0);
  evidence.i2 = 50;
  EXPECT_EQ(step_of(GradeDomain::inconsistency, evidence), -1);

  evidence = sound();
  evidence.small_study_p = 0.09;
  EXPECT_EQ(step_of(GradeDomain::publication_bias, evidence), -1);
  evidence.studies = 9;
  EXPECT_EQ(step_of(GradeDomain::publication_bias, evidence), 0);
}

TEST(GradeSuggest, ImprecisionByThresholdsAndSize) {
  GradeOutcome outcome;
  outcome.threshold = 0.2;
  Evidence evidence = sound();
  evidence.effect = {0.3, 0.1, 0.5};
  EXPECT_EQ(step_of(GradeDomain::imprecision, evidence, outcome), -1);
  evidence.effect = {0.1, -0.1, 0.5};
  EXPECT_EQ(step_of(GradeDomain::imprecision, evidence, outcome), -2);
  evidence.measure = "RR";
  evidence.ratio = true;
  outcome.threshold = 1.25;
  evidence.effect = {0.7, 0.65, 0.78};
  evidence.control_risk = 0.2;
  evidence.participants = 3000;
  EXPECT_EQ(step_of(GradeDomain::imprecision, evidence, outcome), 0);
  evidence.effect.upper = 0.9;  // crosses 1 / 1.25
  EXPECT_EQ(step_of(GradeDomain::imprecision, evidence, outcome), -1);
  evidence.effect.upper = 0.78;
  evidence.participants = 500;
  EXPECT_EQ(step_of(GradeDomain::imprecision, evidence, outcome), -1);
}

TEST(GradeSuggest, LargeEffectsOfStudiesThatAreNotRandomised) {
  GradeOutcome outcome;
  Evidence evidence = sound();
  evidence.measure = "RR";
  evidence.ratio = true;
  evidence.effect = {6, 3, 12};
  EXPECT_EQ(step_of(GradeDomain::large_effect, evidence, outcome), 99);  // randomised: not asked
  outcome.judgement.randomised = false;
  EXPECT_EQ(step_of(GradeDomain::large_effect, evidence, outcome), 2);
  evidence.effect = {6, 1.5, 24};
  EXPECT_EQ(step_of(GradeDomain::large_effect, evidence, outcome), 1);
  evidence.effect = {0.4, 0.3, 0.5};
  EXPECT_EQ(step_of(GradeDomain::large_effect, evidence, outcome), 1);
  evidence.effect = {1.8, 1.2, 2.4};
  EXPECT_EQ(step_of(GradeDomain::large_effect, evidence, outcome), 0);
  // An odds ratio of 2.5 with a risk of 0.4 is a risk ratio of 2.5 / 1.6.
  evidence.measure = "OR";
  evidence.effect = {2.5, 2, 3};
  evidence.control_risk = 0.4;
  EXPECT_EQ(step_of(GradeDomain::large_effect, evidence, outcome), 0);
}

TEST(GradeSuggest, InformationSize) {
  // 4 (1.959964 + 0.841621)^2 / 0.04 = 784.9; with risks 0.2 and 0.15: 2 x 7.848880 x 0.2875 / 0.0025 = 1805.2.
  EXPECT_NEAR(information_size("SMD", 0.2, kMissing), 784.888, 0.01);
  EXPECT_NEAR(information_size("RR", 0.75, 0.2), 1805.24, 0.01);
  EXPECT_NEAR(information_size("RD", -0.05, 0.2), 1805.24, 0.01);
  EXPECT_TRUE(std::isnan(information_size("SMD", 0, kMissing)));
  EXPECT_TRUE(std::isnan(information_size("RR", 1, 0.2)));
  EXPECT_TRUE(std::isnan(information_size("RR", 0.75, kMissing)));
  EXPECT_TRUE(std::isnan(information_size("COR", 0.2, 0.2)));
}

TEST(GradeSuggest, NothingKnownSuggestsNothing) {
  for (const GradeSuggestion& one : grade_suggestions({}, Evidence{})) {
    EXPECT_EQ(one.step, 0);
    EXPECT_FALSE(one.finding.empty());
  }
}

}  // namespace
}  // namespace hedgerow::review
