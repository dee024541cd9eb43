#include "engine/review_grade.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/file.hpp"
#include "report/html.hpp"

namespace hedgerow::engine {
namespace {

ReviewEvidence example() {
  SilentProgress progress;
  auto gathered = gather_evidence(HEDGEROW_SOURCE_DIR "/examples/eccentric-flexibility", progress);
  EXPECT_TRUE(gathered) << describe(gathered.error());
  return gathered.take();
}

TEST(ReviewGrade, EvidenceIsThatOfTheAnalysis) {
  const ReviewEvidence evidence = example();
  const auto graded = grade_outcomes(evidence);
  ASSERT_EQ(graded.size(), 1u);
  const review::Evidence& found = graded[0].evidence;
  const Block& fit = *evidence.result("three-level").result.fit;
  EXPECT_EQ(found.effect.estimate, fit.vector("beta").front());
  EXPECT_EQ(found.effect.lower, fit.vector("ci_lb").front());
  EXPECT_EQ(found.studies, 30);
  EXPECT_EQ(found.measure, "SMD");
  EXPECT_FALSE(found.ratio);
  // The largest exp_n + ctrl_n (or paired_n) of each study in effects.csv, added up by another program.
  EXPECT_EQ(found.participants, 791);
  EXPECT_GT(found.unrated_weight, 0);  // seven studies have another name in studies.csv
  EXPECT_LE(found.high_risk_weight + found.unrated_weight, 100);
  EXPECT_EQ(graded[0].certainty.level, 3);
  EXPECT_TRUE(graded[0].absolute.empty());
  EXPECT_TRUE(grade_problems(graded).empty());
}

TEST(ReviewGrade, SuggestionsChangeNothing) {
  ReviewEvidence evidence = example();
  evidence.spec.grade.outcomes[0].judgement.steps.clear();
  const auto graded = grade_outcomes(evidence);
  EXPECT_EQ(graded[0].certainty.level, 4);
  bool suggested = false;
  for (const review::GradeSuggestion& one : graded[0].suggestions) suggested = suggested || one.step < 0;
  EXPECT_TRUE(suggested);
  EXPECT_EQ(grade_problems(graded).size(), 1u);  // "moderate" is stated
}

TEST(ReviewGrade, TablesHaveTheirCellsAndFootnotes) {
  ReviewEvidence evidence = example();
  review::GradeOutcome second = evidence.spec.grade.outcomes[0];
  second.id = "second";
  second.scale = review::GradeScale{"Sit and reach", "cm", 8};
  second.judgement.steps.push_back({review::GradeDomain::indirectness, -2, "Other people.", ""});
  evidence.spec.grade.outcomes.push_back(second);
  const auto graded = grade_outcomes(evidence);
  for (const report::Table& table :
       {summary_of_findings(evidence.spec, graded), evidence_profile(evidence.spec, graded), suggestions_table(graded)})
    for (const report::Row& row : table.rows) EXPECT_EQ(row.cells.size(), table.columns.size());
  const report::Table findings = summary_of_findings(evidence.spec, graded);
  ASSERT_EQ(findings.rows.size(), 2u);
  EXPECT_EQ(findings.rows[0].cells[2].shown.plain(), "⊕⊕⊕◯ Moderate (a)");
  EXPECT_EQ(findings.rows[1].cells[2].shown.plain(), "⊕◯◯◯ Very low (a, b)");  // the same footnote, the same letter
  EXPECT_EQ(findings.rows[1].cells[5].shown.plain().rfind("Sit and reach: ", 0), 0u);
  EXPECT_EQ(findings.notes.size(), 3u);
  EXPECT_NE(report::to_html(grade_document(evidence.spec, graded, true, true)).find("very serious"), std::string::npos);
}

TEST(ReviewGrade, MoreThanSevenOutcomesAreTooMany) {
  ReviewEvidence evidence = example();
  EXPECT_TRUE(grade_warnings(grade_outcomes(evidence)).empty());
  const review::GradeOutcome one = evidence.spec.grade.outcomes[0];
  evidence.spec.grade.outcomes.assign(kMostOutcomes + 1, one);
  EXPECT_EQ(grade_warnings(grade_outcomes(evidence)).size(), 1u);
}

TEST(ReviewGrade, AssumedRisksGiveARowEach) {
  ReviewEvidence evidence = example();
  review::GradeOutcome& outcome = evidence.spec.grade.outcomes[0];
  outcome.measure = "OR";  // as if the effects were log odds ratios
  outcome.assumed_risks = {0.1, 0.3};
  const auto graded = grade_outcomes(evidence);
  ASSERT_EQ(graded[0].absolute.size(), 2u);
  const double odds = std::exp(evidence.result("three-level").result.fit->vector("beta").front());
  EXPECT_NEAR(graded[0].absolute[1].with.estimate, odds * 0.3 / (0.7 + odds * 0.3), 1e-12);
  EXPECT_EQ(summary_of_findings(evidence.spec, graded).rows.size(), 2u);
}

}  // namespace
}  // namespace hedgerow::engine
