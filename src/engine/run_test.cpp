// The waist from end to end: Job -> Result on the BCG vaccine trials (Colditz et al. 1994), golden numbers of metafor.
#include "engine/run.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::engine {
namespace {

Job bcg_job() {
  Job job;
  job.data.file = std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/bcg.csv";
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  return job;
}

Result run_ok(const Job& job) {
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
  return result.take();
}

TEST(Run, FitsAndAnswers) {
  Job job = bcg_job();
  job.questions = {{"pi", AskPredict{}}, {"loo", AskLeaveOneOut{}}, {"weights", AskRows{"weights"}}};
  const Result result = run_ok(job);
  ASSERT_TRUE(result.fit);
  EXPECT_NEAR(result.fit->number("tau2"), 0.3132432581, 1e-9);
  EXPECT_NEAR(result.fit->vector("beta")[0], -0.7145323422, 1e-9);
  EXPECT_NEAR(result.answer("pi")->block.vector("pi_lb")[0], -1.866692, 1e-6);
  EXPECT_EQ(result.answer("loo")->block.texts("label").size(), 13u);
  EXPECT_EQ(result.fit->rows, "1-13");
  EXPECT_FALSE(result.fit->method.empty());
  for (const Answer& answer : result.answers) {
    EXPECT_FALSE(answer.error) << answer.name << ": " << describe(*answer.error);
    EXPECT_FALSE(answer.block.method.empty()) << answer.name;
    EXPECT_EQ(answer.block.rows, "1-13") << answer.name;
  }
}

TEST(Run, EveryKindOfPredictionIntervalIsAnswered) {
  Job job = bcg_job();
  for (const char* kind : {"by_test", "z", "t", "riley", "k_minus_1", "simple", "kr", "kr_pr", "nnf"}) {
    AskPredict ask;
    ask.predtype = kind;
    job.questions.push_back({kind, ask});
  }
  for (const Answer& answer : run_ok(job).answers) {
    ASSERT_FALSE(answer.error) << answer.name << ": " << describe(*answer.error);
    EXPECT_LT(answer.block.vector("pi_lb")[0], -1.8) << answer.name;
  }
}

TEST(Run, TheMeanAsItsMeasureIsShown) {
  Job job = bcg_job();
  job.effect = {};
  job.effect.measure = "RR";
  job.effect.arguments = {{"ai", "tpos"}, {"bi", "tneg"}, {"ci", "cpos"}, {"di", "cneg"}};
  const Result ratio = run_ok(job);
  const Block* shown = ratio.fit->child("display");
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(shown->text("name"), "risk ratio");
  EXPECT_NEAR(shown->number("estimate"), std::exp(-0.7145323422), 1e-9);
  EXPECT_NEAR(shown->number("ci_lb"), std::exp(-1.066898), 1e-6);
  job.effect.measure = "VE";
  const Result efficacy = run_ok(job);
  EXPECT_NEAR(efficacy.fit->child("display")->number("ci_lb"), 1 - std::exp(-0.362167), 1e-6);
  EXPECT_NEAR(efficacy.fit->child("display")->number("ci_ub"), 1 - std::exp(-1.066898), 1e-6);
  job.model.mods = "~ ablat";
  EXPECT_EQ(run_ok(job).fit->child("display"), nullptr);
  EXPECT_EQ(run_ok(bcg_job()).fit->child("display"), nullptr);
}

TEST(Run, SubsetKeepsTheRowsOfTheWholeTable) {
  Job job = bcg_job();
  job.data.subset = "alloc == \"systematic\"";
  const Result result = run_ok(job);
  EXPECT_EQ(result.fit->number("k"), 4);
  EXPECT_EQ(result.fit->rows, "10-13");
}

TEST(Run, SameJobSameBytes) {
  Job job = bcg_job();
  job.model.mods = "~ ablat + factor(alloc)";
  EXPECT_EQ(to_json(run_ok(job)), to_json(run_ok(job)));
}

TEST(Run, AQuestionWithoutAnswerDoesNotSpoilTheOthers) {
  Job job = bcg_job();
  job.questions = {{"bad", AskContrasts{stats::Matrix(1, 3, 1.0), {}, ""}}, {"pi", AskPredict{}}};
  const Result result = run_ok(job);
  ASSERT_TRUE(result.answer("bad")->error);
  EXPECT_FALSE(result.answer("pi")->error);
}

TEST(Run, UnknownColumnIsAnErrorWithTheNearestName) {
  Job job = bcg_job();
  job.effect.vi = "vii";
  const auto result = run(job);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(describe(result.error()).find("did you mean 'vi'"), std::string::npos) << describe(result.error());
}

TEST(Run, NestedModelsAreCompared) {
  Job job = bcg_job();
  job.model.method = "ML";
  job.model.mods = "~ ablat";
  ModelRequest other;
  other.method = "ML";
  job.questions = {{"lrt", AskCompare{other}}};
  const Result result = run_ok(job);
  ASSERT_FALSE(result.answer("lrt")->error) << describe(*result.answer("lrt")->error);
  EXPECT_GT(result.answer("lrt")->block.number("LRT"), 0);
}

}  // namespace
}  // namespace hedgerow::engine
