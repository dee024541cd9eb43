// Steps before effects in a Job: what the Result shows, and imputed SDs side by side.
#include "engine/prepare.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

Job job_with_missing_sd() {
  auto table = data::Table::create("t.csv", {"m1", "s1", "n1", "m2", "s2", "n2"},
                                   {{"10", "2", "20", "9", "2", "20"},
                                    {"12", "3", "30", "10", "2.5", "30"},
                                    {"8", "1.5", "15", "7.5", "2", "15"},
                                    {"11", "", "25", "9", "2", "25"}});
  Job job;
  job.data.table = std::make_shared<const data::Table>(table.take());
  job.data.prepare = {{"impute_sd", {{"sd", "s1"}, {"mean", "m1"}, {"n", "n1"}}, {{"rule", "cv"}}}};
  job.effect.measure = "MD";
  job.effect.arguments = {{"m1i", "m1"}, {"sd1i", "s1"}, {"n1i", "n1"}, {"m2i", "m2"}, {"sd2i", "s2"}, {"n2i", "n2"}};
  return job;
}

TEST(PrepareInJob, ImputedSdEntersTheEffectAndIsTraced) {
  Job job = job_with_missing_sd();
  job.effects_only = true;
  const auto result = run(job);
  ASSERT_TRUE(result.ok()) << describe(result.error());
  const double sd = 11 * (0.2 + 0.25 + 0.1875) / 3;
  EXPECT_NEAR(result->effects.effects.vi[3], sd * sd / 25 + 4.0 / 25, 1e-12);
  ASSERT_EQ(result->effects.recovered.size(), 1u);
  EXPECT_TRUE(result->effects.recovered[0].imputed);
  EXPECT_NE(to_json(*result).find("\"imputed\": true"), std::string::npos);
}

TEST(PrepareInJob, ImputedSdsSideBySide) {
  Job job = job_with_missing_sd();
  job.questions = {{"s", AskImputedSd{{"cv", "max", "value"}}}};
  const auto result = run(job);
  ASSERT_TRUE(result.ok()) << describe(result.error());
  const Answer& answer = result->answers.at(0);
  ASSERT_FALSE(answer.error) << describe(*answer.error);
  const stats::Vector k = answer.block.vector("k"), estimate = answer.block.vector("estimate");
  EXPECT_EQ(k[0], 3);
  EXPECT_EQ(k[1], 4);
  EXPECT_NEAR(estimate[1], result->fit->vector("beta")[0], 1e-12);
  EXPECT_NE(estimate[2], estimate[1]);
  EXPECT_NE(answer.block.texts("errors")[3].find("value"), std::string::npos);
}

TEST(PrepareInJob, WithoutImputedSdsTheQuestionIsRefused) {
  Job job = job_with_missing_sd();
  job.data.prepare.clear();
  job.questions = {{"s", AskImputedSd{}}};
  const auto result = run(job);
  ASSERT_TRUE(result.ok());
  ASSERT_TRUE(result->answers.at(0).error.has_value());
}

TEST(PrepareInJob, CsvQuotesWhatNeedsIt) {
  auto table = data::Table::create("t.csv", {"a", "b,c"}, {{"x \"y\"", ""}});
  EXPECT_EQ(to_csv(*table), "a,\"b,c\"\n\"x \"\"y\"\"\",\n");
}

}  // namespace
}  // namespace hedgerow::engine
