// Steps of GRADE in the log: the last one of each domain counts, undone and withdrawn ones do not.
#include "workflow/grade_log.hpp"

#include <gtest/gtest.h>

namespace hedgerow::workflow {
namespace {

using review::GradeDomain;
using review::OutcomeStep;

std::vector<store::Event> numbered(std::vector<store::Event> events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].id = static_cast<std::int64_t>(i) + 1;
    events[i].time = "2026-11-23T10:00:00.000Z";
  }
  return events;
}

TEST(GradeLog, TheLastStepOfADomainCounts) {
  const auto steps = logged_steps(numbered({
      grade_event("pain", GradeDomain::imprecision, -1, "120 people", "ann"),
      grade_event("pain", GradeDomain::risk_of_bias, -1, "no concealment", "ann"),
      grade_event("sleep", GradeDomain::imprecision, -2, "30 people", "ann"),
      grade_event("pain", GradeDomain::imprecision, -2, "12 people", "bo"),
      grade_event("pain", GradeDomain::risk_of_bias, std::nullopt, "", "ann"),
  }));
  ASSERT_TRUE(steps) << describe(steps.error());
  ASSERT_EQ(steps->size(), 2U);
  EXPECT_EQ((*steps)[0].outcome, "pain");
  EXPECT_EQ((*steps)[0].step.step, -2);
  EXPECT_EQ((*steps)[0].step.footnote, "12 people");
  EXPECT_EQ((*steps)[0].step.by, "bo, 2026-11-23");
  EXPECT_EQ((*steps)[0].step.where, "event 4");
  EXPECT_EQ((*steps)[1].outcome, "sleep");
}

TEST(GradeLog, AStepOfNoneIsAJudgementToo) {
  const auto steps = logged_steps(numbered({grade_event("pain", GradeDomain::imprecision, 0, "", "ann")}));
  ASSERT_TRUE(steps);
  ASSERT_EQ(steps->size(), 1U);
  review::GradeOutcome outcome;
  outcome.id = "pain";
  outcome.judgement.steps = {{GradeDomain::imprecision, -1, "few people", "review.toml:3"}};
  review::apply_steps(*steps, outcome);
  EXPECT_EQ(review::grade_certainty(outcome.judgement)->level, 4);
}

TEST(GradeLog, StepsStandInPlaceOfThoseOfTheSameDomainAlone) {
  review::GradeOutcome outcome;
  outcome.id = "pain";
  outcome.judgement.steps = {{GradeDomain::imprecision, -1, "few people", "review.toml:3"},
                             {GradeDomain::inconsistency, -1, "I2 80 %", "review.toml:4"}};
  const std::vector<OutcomeStep> steps = {{"pain", {GradeDomain::imprecision, -2, "12 people", "event 1"}},
                                          {"sleep", {GradeDomain::inconsistency, -2, "other", "event 2"}},
                                          {"pain", {GradeDomain::indirectness, -1, "children", "event 3"}}};
  review::apply_steps(steps, outcome);
  ASSERT_EQ(outcome.judgement.steps.size(), 3U);
  EXPECT_EQ(outcome.judgement.steps[0].step, -2);
  EXPECT_EQ(outcome.judgement.steps[1].footnote, "I2 80 %");
  EXPECT_EQ(outcome.judgement.steps[2].domain, GradeDomain::indirectness);
  EXPECT_EQ(review::grade_certainty(outcome.judgement)->level, 1);  // 4 - 2 - 1 - 1 = 0, held at 1
}

TEST(GradeLog, RefusesWhatNoJudgementIs) {
  store::Event event = grade_event("pain", GradeDomain::imprecision, -1, "few", "ann");
  event.id = 7;
  event.detail = R"({"domain":"luck"})";
  const auto domain = logged_steps(std::vector<store::Event>{event});
  ASSERT_FALSE(domain);
  EXPECT_NE(domain.error().message.find("event 7"), std::string::npos);
  event.detail = R"({"domain":"imprecision"})";
  for (const char* value : {"much", "-1.5", "-7"}) {
    event.value = value;
    EXPECT_FALSE(logged_steps(std::vector<store::Event>{event})) << value;
  }
}

}  // namespace
}  // namespace hedgerow::workflow
