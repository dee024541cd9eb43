#include "engine/working_model.hpp"

#include <gtest/gtest.h>

#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

Job assink(const std::string& working_model) {
  Job job;
  job.data.file = HEDGEROW_SOURCE_DIR "/tests/reference/data/assink2016.csv";
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.working = WorkingModel{working_model, "study", "esid", "deltype", 0.6};
  return job;
}

TEST(WorkingModel, CheOfAssinkGoldenNumbers) {
  // CR2 se and Satterthwaite df by clubSandwich, printed digits.
  const auto mean = run(assink("CHE"));
  ASSERT_TRUE(mean.ok()) << describe(mean.error());
  EXPECT_NEAR(mean->fit->vector("beta")[0], .36775489, 5e-7);
  EXPECT_NEAR(mean->fit->vector("se")[0], .09697202, 5e-7);
  EXPECT_NEAR(mean->fit->vector("ddf")[0], 14.533338, 1e-4);
  EXPECT_NEAR(mean->fit->vector("pval")[0], .00186321, 5e-8);
  Job job = assink("CHE");
  job.model.mods = "~ deltype + year";
  job.questions = {{"year", AskContrasts{stats::Matrix(1, 4, 0.0), {}, ""}}};
  std::get<AskContrasts>(job.questions[0].ask).l(0, 3) = 1;
  const auto regression = run(job);
  ASSERT_TRUE(regression.ok()) << describe(regression.error());
  const stats::Vector se{.098338, .054122, .093553, .023054}, df{3.4200, 2.3327, 2.1819, 7.7263};
  for (std::size_t c = 0; c < 4; ++c) {
    EXPECT_NEAR(regression->fit->vector("se")[c], se[c], 2e-6);
    EXPECT_NEAR(regression->fit->vector("ddf")[c], df[c], 2e-4);
  }
  EXPECT_NEAR(regression->fit->number("QM"), 21.7469, 2e-3);
  EXPECT_NEAR(regression->fit->vector("QM_df")[1], 1.359268, 1e-4);
  EXPECT_EQ(regression->fit->number("n_clusters"), 17);
  EXPECT_EQ(regression->warnings.size(), 3U) << "three coefficients have fewer than 4 df";
  EXPECT_NEAR(regression->answers[0].block.vector("ddf")[0], 7.7263, 2e-4);
}

TEST(WorkingModel, EveryOneIsFollowedByRobustTests) {
  for (const char* name : {"CHE", "SCE", "CORR", "HIER"}) {
    const auto result = run(assink(name));
    ASSERT_TRUE(result.ok()) << name << ": " << describe(result.error());
    EXPECT_EQ(result->fit->child("robust")->text("adjustment"), "CR2") << name;
    EXPECT_EQ(result->fit->number("n_clusters"), 17) << name;
  }
}

TEST(WorkingModel, RefusesWhatItCannotMean) {
  EXPECT_FALSE(run(assink("CHA")).ok());
  Job both = assink("CHE");
  both.model.random = {"~ 1 | study"};
  EXPECT_FALSE(run(both).ok());
  Job nameless = assink("CHE");
  nameless.model.working->effect.clear();
  EXPECT_FALSE(run(nameless).ok());
  Job tested = assink("CHE");
  tested.inference.test = "t";
  EXPECT_FALSE(run(tested).ok()) << "robust tests are not t tests of the model";
}

}  // namespace
}  // namespace hedgerow::engine
