// What the numbers of an analysis suggest to those who judge its certainty. A suggestion is never applied: it stands
// beside the judgement with its rule, its number and its source.
//
//   risk of bias     -1 if more than half of the weight comes from studies at high risk
//   inconsistency    -1 if the prediction interval reaches a side of the threshold that the interval of the mean does
//                    not; without a prediction interval, -1 if I2 >= 50 %
//   imprecision      thresholds are no effect and, where one is given, the smallest effect that matters, to both sides:
//                    -1 if the interval crosses one of them, -2 if it crosses two; else -1 if there are fewer
//                    participants than the optimal information size
//   publication bias -1 if a test of small-study effects has p < 0.10, with at least 10 studies
//   large effect     +1 for RR > 2 or < 0.5, +2 for RR > 5 or < 0.2 with an interval beyond 2 or 0.5; only where
//                    studies are not randomised
//   indirectness and the other ups are not in the numbers: nothing is suggested
//
//   information size, two risks     2 (z_a + z_b)^2 (p1 (1 - p1) + p2 (1 - p2)) / (p1 - p2)^2
//   information size, SMD           4 (z_a + z_b)^2 / SMD^2,   z_a = 1.96 (two-sided 5 %), z_b = 0.84 (power 80 %)
//
// Source:     Guyatt2011Bias, Guyatt2011Inconsistency, Guyatt2011Imprecision, Guyatt2011Publication, Guyatt2011Up,
// Zeng2022 (thresholds), sterne2011 (at least 10 studies).
// Choices:    GRADE gives no number for the share of weight; one half is "most of the information" taken by its word.
// Tests:      review/grade_suggest_test.cpp
#pragma once

#include <string>
#include <vector>

#include "base/missing.hpp"
#include "review/grade.hpp"
#include "review/grade_absolute.hpp"

namespace hedgerow::review {

/// Plain numbers of an analysis. All effects as shown (ratios as ratios); NaN where a number is not known.
struct Evidence {
  std::string measure;  ///< "RR", "SMD", ...
  bool ratio = false;   ///< no effect is 1, and distances are ratios
  Interval effect{kMissing, kMissing, kMissing};
  double pi_lower = kMissing, pi_upper = kMissing;
  double i2 = kMissing;  ///< percent
  double tau2 = kMissing;
  double k = kMissing;  ///< effects
  double studies = kMissing, participants = kMissing, events = kMissing;
  double high_risk_weight = kMissing;  ///< percent of the weight from studies at high risk of bias
  double unrated_weight = kMissing;    ///< percent from studies without an appraisal
  std::string small_study_test;
  double small_study_p = kMissing;
  double control_risk = kMissing;  ///< for the information size and to turn odds ratios into risk ratios
};

struct GradeSuggestion {
  GradeDomain domain = GradeDomain::risk_of_bias;
  int step = 0;         ///< 0: the numbers give no reason for a step
  std::string rule;     ///< which rule was asked
  std::string finding;  ///< the numbers
  std::string source;   ///< key of the bibliography
};

/// Participants of a trial that would find `effect` (SMD; or RR, OR, HR, RD with the risk without intervention) with
/// 80 % power at a two-sided 5 %. NaN for measures without such a formula and for no effect at all.
double information_size(const std::string& measure, double effect, double control_risk);

/// One per domain that numbers can speak to, in the order of the domains.
std::vector<GradeSuggestion> grade_suggestions(const GradeOutcome& outcome, const Evidence& evidence);

}  // namespace hedgerow::review
