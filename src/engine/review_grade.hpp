// The certainty of the evidence in a report: judgements of review.toml beside what the analysis gives for them.
//
// Participants (and events) are those of the studies in the analysis: where a study has several effects, the largest
// of its numbers counts, because effects of one study mostly share their persons.
//
// Source: Balshem2011, Guyatt2013 (Summary of Findings); rules: review/grade.hpp, review/grade_suggest.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/review_pages.hpp"
#include "review/grade_suggest.hpp"

namespace hedgerow::engine {

/// A Summary of Findings has at most so many outcomes, or nobody reads it.
inline constexpr std::size_t kMostOutcomes = 7;

struct GradedOutcome {
  review::GradeOutcome outcome;
  review::GradeCertainty certainty;
  review::Evidence evidence;
  std::optional<review::ControlRisks> risks;     ///< of the studies, where the measure has counts
  std::vector<review::AbsoluteEffect> absolute;  ///< one per assumed risk; empty for measures that are not of risks
  std::vector<review::GradeSuggestion> suggestions;
};

/// One per [[grade.outcome]], in their order.
std::vector<GradedOutcome> grade_outcomes(const ReviewEvidence& evidence);

/// What contradicts itself: stated words, symbols, sums. A command that finds any ends with code 1.
std::vector<std::string> grade_problems(const std::vector<GradedOutcome>& graded);
/// What a reader should know beside: too many outcomes, no pooled effect, sums beyond the scale.
std::vector<std::string> grade_warnings(const std::vector<GradedOutcome>& graded);

/// Outcomes in rows, one row per assumed risk; footnotes are lettered and stand in its notes.
report::Table summary_of_findings(const ReviewSpec& spec, const std::vector<GradedOutcome>& graded);
/// One column per domain.
report::Table evidence_profile(const ReviewSpec& spec, const std::vector<GradedOutcome>& graded);
/// What was judged beside what the numbers suggest.
report::Table suggestions_table(const std::vector<GradedOutcome>& graded);

/// All of it for programs.
std::string grade_json(const std::vector<GradedOutcome>& graded);

/// The section of the report; nothing is said where no outcome is graded.
report::Section grade_section(Pages& pages);

/// The tables alone as a document with their references.
report::Document grade_document(const ReviewSpec& spec, const std::vector<GradedOutcome>& graded, bool profile,
                                bool suggest);

}  // namespace hedgerow::engine
