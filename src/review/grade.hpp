// GRADE: how certain the evidence on an outcome is, from judgements that people make and footnote.
//
//   level = start - downs + ups, held within 1 and 4
//
//   start   4 (high) for randomised trials, 2 (low) for other studies; 4 for these too where ROBINS-I rates them,
//           because it already holds what they lack (then up to -3 for risk of bias)
//   downs   risk of bias, inconsistency, indirectness, publication bias -1 or -2; imprecision -1, -2, rarely -3
//   ups     large effect +1 or +2, dose-response +1, opposing confounding +1: for studies that are not randomised, and
//           only where nothing was rated down, unless a reason is given
//   4 High, 3 Moderate, 2 Low, 1 Very low
//
// Source:     Balshem2011 (levels), Guyatt2011Up (ups), Schunemann2019 (ROBINS-I).
// Conditions: every step has a footnote; without it the judgement is refused. Nothing here makes a step by itself.
// Tests:      review/grade_test.cpp: all combinations against an independent twin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::review {

enum class GradeDomain {
  risk_of_bias,
  inconsistency,
  indirectness,
  imprecision,
  publication_bias,
  large_effect,
  dose_response,
  confounding
};
/// "risk_of_bias", as files write it.
std::string grade_domain_name(GradeDomain domain);
/// The domain of a name; nothing if there is none.
std::optional<GradeDomain> grade_domain_named(const std::string& name);
/// "risk of bias", as people read it.
std::string grade_domain_words(GradeDomain domain);
const std::vector<GradeDomain>& grade_domains();
bool rates_up(GradeDomain domain);

/// One judgement: -2 to 0 in a domain that rates down, 0 to +2 in one that rates up.
struct GradeStep {
  GradeDomain domain = GradeDomain::risk_of_bias;
  int step = 0;
  std::string footnote;  ///< why; required unless the step is 0
  std::string where;     ///< "review.toml:12:3", for errors
  std::string by{};      ///< who took it, and when; empty: it stands in review.toml
};

struct GradeJudgement {
  bool randomised = true;
  bool robins_i = false;        ///< ROBINS-I was the tool: studies that are not randomised start high
  std::string rate_up_because;  ///< why ups count although trials are randomised or something was rated down
  std::vector<GradeStep> steps;
};

/// What follows from the judgements.
struct GradeCertainty {
  int start = 4, downs = 0, ups = 0;
  int level = 4;         ///< 1 to 4
  bool clamped = false;  ///< the sum lies outside of 1 to 4
};

/// Errors: a step without a footnote, outside of what its domain allows, a domain that is judged twice, an up that the
/// rules do not allow; each with the field's name ("steps[2].footnote") and place.
Expected<GradeCertainty> grade_certainty(const GradeJudgement& judgement);

/// "High", "Moderate", "Low", "Very low" for 4 to 1.
std::string grade_word(int level);
/// "⊕⊕⊕◯" for 3.
std::string grade_symbol(int level);
/// The level of a word ("very low", in any case) or of a symbol; nothing if it is neither.
std::optional<int> grade_level(const std::string& text);

/// A familiar scale in whose units a standardised mean difference is shown too: SMD x SD.
struct GradeScale {
  std::string name, unit;
  double sd = 0;
};

/// An outcome as review.toml declares it: what people decided, and what the table needs beside the numbers.
struct GradeOutcome {
  std::string id, name, analysis;
  std::string follow_up, importance, comment;
  std::string measure;  ///< what given effects are ("RR", on its log scale); empty: that of the analysis
  GradeJudgement judgement;
  std::string stated_level, stated_symbol;  ///< what the authors say; checked against the steps
  std::vector<double> assumed_risks;        ///< risks without the intervention, 0 to 1; empty: the studies' median
  std::optional<double> threshold;          ///< smallest effect that matters, as shown (0.2, or a ratio such as 1.25)
  std::optional<double> relevant_effect;    ///< effect for which the information size is computed, as shown
  std::optional<GradeScale> scale;
  std::string where;
};

/// A step on an outcome that somebody took outside of review.toml.
struct OutcomeStep {
  std::string outcome;  ///< id
  GradeStep step;
};
/// Puts the steps on an outcome in place of its own of the same domain, or beside them.
void apply_steps(const std::vector<OutcomeStep>& steps, GradeOutcome& outcome);

/// All that review.toml says of GRADE.
struct GradeSpec {
  std::vector<std::string> high_risk;  ///< bands of the appraisal that count as high risk of bias
  std::vector<GradeOutcome> outcomes;
};

/// Contradictions within an outcome: a stated word against the stated symbol, either against the sum of the steps.
std::vector<std::string> grade_contradictions(const GradeOutcome& outcome);

}  // namespace hedgerow::review
