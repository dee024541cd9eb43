// A grid of an assumed correlation: each value against a run of its own, failures in their place, refusals.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

std::shared_ptr<const data::Table> table() {
  auto made = data::Table::create("t.csv", {"study", "es", "time", "yi", "vi", "x"},
                                  {{"a", "1", "1", "0.30", "0.04", "1"},
                                   {"a", "2", "2", "0.55", "0.05", "2"},
                                   {"b", "1", "1", "0.10", "0.03", "0"},
                                   {"b", "2", "3", "0.25", "0.02", "3"},
                                   {"c", "1", "1", "0.62", "0.06", "2"},
                                   {"d", "1", "1", "-0.05", "0.02", "1"},
                                   {"d", "2", "2", "0.12", "0.05", "4"},
                                   {"d", "3", "4", "0.20", "0.03", "2"},
                                   {"e", "1", "1", "0.41", "0.08", "5"}});
  EXPECT_TRUE(made.ok());
  return std::make_shared<const data::Table>(made.take());
}

Job che_job() {
  Job job;
  job.data.table = table();
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.effect.covariance.emplace();
  job.effect.covariance->cluster = "study";
  job.effect.covariance->obs = "es";
  job.effect.covariance->rho = {0.6};
  job.model.random = {"~ 1 | study/es"};
  return job;
}

Result run_ok(const Job& job) {
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
  return result.take();
}

Block grid_of(Job job, const AskCovarianceGrid& ask) {
  job.questions = {{"grid", ask}};
  const Result result = run_ok(job);
  const Answer& answer = result.answers.front();
  EXPECT_FALSE(answer.error.has_value()) << describe(*answer.error);
  return answer.block;
}

std::string refusal(Job job, const AskCovarianceGrid& ask) {
  job.questions = {{"grid", ask}};
  const Result result = run_ok(job);
  return result.answers.front().error ? describe(*result.answers.front().error) : "";
}

TEST(CovarianceGrid, EachValueIsARunOfItsOwn) {
  Job job = che_job();
  job.model.mods = "~ x";
  job.inference.robust = RobustRequest{};
  const Block block = grid_of(job, {"rho", {0.9, 0, 0.6}});
  EXPECT_EQ(block.vector("value"), (stats::Vector{0, 0.6, 0.9}));
  EXPECT_EQ(block.number("used"), 0.6);
  const auto& estimate = std::get<stats::Matrix>(*block.find("estimate"));
  const auto& pval = std::get<stats::Matrix>(*block.find("pval"));
  const auto& components = std::get<stats::Matrix>(*block.find("components"));
  const stats::Vector values = block.vector("value"), loglik = block.vector("loglik");
  for (std::size_t i = 0; i < values.size(); ++i) {
    job.effect.covariance->rho = {values[i]};
    const Block fit = *run_ok(job).fit;
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_DOUBLE_EQ(estimate(i, j), fit.vector("beta")[j]);
      EXPECT_DOUBLE_EQ(pval(i, j), fit.vector("pval")[j]);
      EXPECT_DOUBLE_EQ(components(i, j), fit.vector("sigma2")[j]);
    }
    EXPECT_DOUBLE_EQ(loglik[i], fit.child("fit_stats")->child("REML")->number("loglik"));
  }
  EXPECT_NE(estimate(0, 1), estimate(2, 1)) << "rho changes nothing in this test";
}

// metafor 3.8-1 and clubSandwich: vcalc, rma.mv, robust(clubSandwich = TRUE) at each rho (Assink and Wibbelink 2016).
TEST(CovarianceGrid, GoldenNumbersOfACorrelatedAndHierarchicalEffectsModel) {
  Job job;
  job.data.file = std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/assink2016.csv";
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.working = WorkingModel{"CHE", "study", "esid", "", 0.6};
  const Block block = grid_of(job, {"rho", {0, 0.3, 0.9}});
  const double golden[3][7] = {
      {0.4267993671, 0.1186496063, 0.002534269791, 0.1745404705, 0.187870224, 0.1119920892, -73.63270544},
      {0.3942646226, 0.1058206085, 0.002009322588, 0.168838007, 0.1245661915, 0.1302881076, -72.91407059},
      {0.3487288942, 0.0921004819, 0.002031813592, 0.1510357997, 0.05152389921, 0.1860742156, -73.26618674}};
  const auto& components = std::get<stats::Matrix>(*block.find("components"));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(block.vector("estimate")[i], golden[i][0], 1e-6);
    EXPECT_NEAR(block.vector("se")[i], golden[i][1], 1e-6);
    EXPECT_NEAR(block.vector("pval")[i], golden[i][2], 1e-6);
    EXPECT_NEAR(block.vector("ci_lb")[i], golden[i][3], 1e-6);
    EXPECT_NEAR(components(i, 0), golden[i][4], 1e-6);
    EXPECT_NEAR(components(i, 1), golden[i][5], 1e-6);
    EXPECT_NEAR(block.vector("loglik")[i], golden[i][6], 1e-6);
  }
}

TEST(CovarianceGrid, SingularVIsMarkedWithItsRows) {
  const Block block = grid_of(che_job(), {"rho", {0.5, 1}});
  EXPECT_EQ(std::get<std::vector<bool>>(*block.find("failed")), (std::vector<bool>{false, true}));
  EXPECT_TRUE(std::isnan(block.vector("estimate")[1]));
  EXPECT_NE(block.texts("errors")[1].find("not positive definite"), std::string::npos) << block.texts("errors")[1];
}

TEST(CovarianceGrid, SaysWhereTheConclusionChanges) {
  const Block main = *run_ok(che_job()).fit;
  Job job = che_job();
  // A level between the p-values at the two ends of the grid.
  const Block block = grid_of(job, {"rho", {0, 0.9}});
  const stats::Vector p = block.vector("pval");
  job.inference.level = 1 - 0.5 * (p[0] + p[1]);
  const Block at_level = grid_of(job, {"rho", {0, 0.9}});
  const Block& one = at_level.blocks("conclusions").front();
  const bool main_below = main.vector("pval")[0] < 1 - job.inference.level;
  const bool first_below = p[0] < p[1];
  EXPECT_EQ(one.texts("changes_significance"), (std::vector<std::string>{main_below == first_below ? "0.9" : "0"}));
  EXPECT_TRUE(one.texts("changes_sign").empty());
  EXPECT_EQ(one.number("max"), std::max(at_level.vector("estimate")[0], at_level.vector("estimate")[1]));
}

TEST(CovarianceGrid, WorkingModelsAndPhi) {
  Job job = che_job();
  job.effect.covariance.reset();
  job.model.random.clear();
  job.model.working = WorkingModel{"CORR", "study", "", "", 0.8};
  EXPECT_EQ(grid_of(job, {"rho", {0.2, 0.8}}).number("used"), 0.8);
  job = che_job();
  job.effect.covariance->obs.clear();
  job.effect.covariance->rho.clear();
  job.effect.covariance->time1 = "time";
  job.effect.covariance->phi = 0.8;
  EXPECT_EQ(grid_of(job, {"phi", {0.2, 0.8}}).number("used"), 0.8);
  EXPECT_NE(refusal(job, {"rho", {0.5}}).find("assumes rho as a number"), std::string::npos);
}

TEST(CovarianceGrid, PrePostCorrelation) {
  Job job;
  auto made = data::Table::create("t.csv", {"m1", "m2", "sd", "n"},
                                  {{"5", "4", "2", "20"}, {"6", "4", "3", "15"}, {"5", "5", "2", "30"}});
  job.data.table = std::make_shared<const data::Table>(made.take());
  job.effect.measure = "SMCR";
  job.effect.arguments = {{"m1i", "m1"}, {"m2i", "m2"}, {"sd1i", "sd"}, {"ni", "n"}};
  job.effect.options.r = 0.5;
  const Block block = grid_of(job, {"r", {0.2, 0.8}});
  EXPECT_EQ(block.number("used"), 0.5);
  job.effect.options.r = 0.8;
  EXPECT_DOUBLE_EQ(block.vector("se")[1], run_ok(job).fit->vector("se")[0]);
  EXPECT_NE(refusal(che_job(), {"r", {0.5}}).find("here they are given"), std::string::npos);
}

TEST(CovarianceGrid, Refusals) {
  EXPECT_NE(refusal(che_job(), {"rho", {1.5}}).find("between -1 and 1"), std::string::npos);
  EXPECT_NE(refusal(che_job(), {"tau", {0.5}}).find("expected rho, rho_obs"), std::string::npos);
  EXPECT_NE(refusal(che_job(), {"rho", {}}).find("at least one value"), std::string::npos);
  EXPECT_NE(refusal(che_job(), {"rho_type", {0.5}}).find("needs a number for it"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::engine
