// Models of counts through the whole engine: a job becomes counts, a fit and answers.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

std::shared_ptr<const data::Table> trials() {
  auto made = data::Table::create("trials.csv", {"trial", "year", "a", "n1", "c", "n2"},
                                  {{"A", "1999", "4", "123", "11", "139"},
                                   {"B", "1990", "0", "50", "0", "52"},
                                   {"C", "1995", "3", "231", "11", "220"},
                                   {"D", "1992", "6", "306", "29", "303"},
                                   {"E", "1991", "", "100", "5", "100"}});
  return std::make_shared<const data::Table>(made.take());
}

Job job_of(const std::string& model, const std::string& measure = "OR") {
  Job job;
  job.data.table = trials();
  job.effect.measure = measure;
  job.effect.arguments = {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
  job.effect.slab = "trial";
  job.model.counts = CountRequest{model};
  return job;
}

Result run_ok(const Job& job) {
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << describe(result.error());
  return result.take();
}

TEST(CountsInTheEngine, RowsWithCountsStayThoughTheyHaveNoEffect) {
  const Result result = run_ok(job_of("MH"));
  EXPECT_EQ(result.fit->number("k"), 4);
  EXPECT_EQ(result.fit->number("k_yi"), 3);
  ASSERT_EQ(result.dropped.size(), 1u);
  EXPECT_EQ(result.dropped[0].reason, "a count is missing");
  EXPECT_TRUE(std::isnan(result.effects.effects.yi[1]));
}

TEST(CountsInTheEngine, PetoTurnsTheMeasureIntoItsOwn) {
  const Result result = run_ok(job_of("PETO"));
  EXPECT_EQ(result.job.effect.measure, "PETO");
  EXPECT_EQ(result.fit->text("estimator"), "PETO");
}

TEST(CountsInTheEngine, QuestionsAreRefitsOfTheCounts) {
  Job job = job_of("MH");
  job.questions = {{"p", AskPredict{}},
                   {"l", AskLeaveOneOut{"effect", "exp"}},
                   {"c", AskCumulative{"year", false, false, "effect", ""}},
                   {"r", AskRows{"rstandard"}},
                   {"w", AskRows{"weights"}},
                   {"h", AskRows{"hatvalues"}},
                   {"i", AskInfluence{}},
                   {"ci", AskConfint{}}};
  const Result result = run_ok(job);
  const auto block = [&](const char* name) -> const Block& { return result.answer(name)->block; };
  EXPECT_TRUE(std::isnan(block("p").vector("pi_lb").at(0)));
  EXPECT_EQ(block("p").vector("pred").at(0), result.fit->vector("beta").at(0));
  // Without the uninformative study nothing changes.
  EXPECT_NEAR(block("l").vector("estimate").at(1), std::exp(result.fit->vector("beta").at(0)), 1e-14);
  EXPECT_TRUE(std::isnan(block("l").vector("se").at(1)));
  EXPECT_EQ(block("c").texts("label"), (std::vector<std::string>{"B", "D", "C", "A"}));
  EXPECT_TRUE(std::isnan(block("c").vector("estimate").at(0)));
  EXPECT_NEAR(block("c").vector("estimate").back(), result.fit->vector("beta").at(0), 1e-14);
  EXPECT_EQ(block("r").vector("resid").size(), 4u);
  EXPECT_EQ(block("w").vector("weights").at(1), 0);
  ASSERT_TRUE(result.answer("h")->error.has_value());
  EXPECT_EQ(result.answer("h")->error->code, ErrorCode::not_defined);
  EXPECT_EQ(block("i").vector("cook_d").at(1), 0);
  EXPECT_EQ(block("ci").blocks("fixed").size(), 1u);
}

TEST(CountsInTheEngine, WhatDoesNotGoTogetherIsRefused) {
  Job job = job_of("MH");
  job.model.random = {"~ 1 | trial"};
  EXPECT_EQ(run(job).error().code, ErrorCode::not_supported);
  job = job_of("MH");
  job.model.weights = "n1";
  EXPECT_EQ(run(job).error().code, ErrorCode::not_defined);
  job = job_of("MH", "AS");
  EXPECT_EQ(run(job).error().code, ErrorCode::not_supported);
  job = job_of("MH");
  job.inference.test = "knha";
  EXPECT_EQ(run(job).error().code, ErrorCode::not_defined);
  job = job_of("MANTEL");
  EXPECT_EQ(run(job).error().code, ErrorCode::usage);
}

TEST(CountsInTheEngine, WeightsMayBeWrittenInTheEffects) {
  Job job = job_of("MH", "RR");
  job.model.counts.reset();
  job.effect.options.drop00 = true;
  job.model.method = "DL";
  job.model.weights = "1/vi";
  const Result result = run_ok(job);
  const stats::Vector& yi = result.effects.effects.yi;
  const stats::Vector& vi = result.effects.effects.vi;
  double w = 0, wy = 0, w2 = 0, q = 0, numerator = 0;
  for (const std::size_t i : {0u, 2u, 3u}) {
    w += 1 / vi[i];
    wy += yi[i] / vi[i];
    w2 += 1 / (vi[i] * vi[i]);
  }
  const double mean = wy / w;
  for (const std::size_t i : {0u, 2u, 3u}) q += (yi[i] - mean) * (yi[i] - mean) / vi[i];
  const double tau2 = std::max(0.0, (q - 2) / (w - w2 / w));
  for (const std::size_t i : {0u, 2u, 3u}) numerator += (vi[i] + tau2) / (vi[i] * vi[i]);
  EXPECT_NEAR(result.fit->vector("beta").at(0), mean, 1e-12);
  EXPECT_NEAR(result.fit->vector("se").at(0), std::sqrt(numerator) / w, 1e-12);
}

TEST(CountsInTheEngine, UnrestrictedWeightedLeastSquares) {
  Job job = job_of("MH", "RR");
  job.model.counts.reset();
  job.effect.options.drop00 = true;
  job.model.method = "EE";
  job.inference.test = "knha";
  const Result result = run_ok(job);
  const stats::Vector& yi = result.effects.effects.yi;
  const stats::Vector& vi = result.effects.effects.vi;
  double w = 0, wy = 0, q = 0;
  for (const std::size_t i : {0u, 2u, 3u}) {
    w += 1 / vi[i];
    wy += yi[i] / vi[i];
  }
  for (const std::size_t i : {0u, 2u, 3u}) q += (yi[i] - wy / w) * (yi[i] - wy / w) / vi[i];
  EXPECT_NEAR(result.fit->vector("se").at(0), std::sqrt(q / 2 / w), 1e-12);
  EXPECT_EQ(result.fit->vector("ddf").at(0), 2);
}

TEST(CountsInTheEngine, ProfileIntervals) {
  Job job = job_of("CM.AL");
  job.questions = {{"c", AskConfint{"PL", {}}}};
  const Result mixed = run_ok(job);
  ASSERT_FALSE(mixed.answers[0].error) << describe(*mixed.answers[0].error);
  const Block& tau2 = mixed.answers[0].block.blocks("random").front();
  EXPECT_EQ(tau2.number("estimate"), mixed.fit->number("tau2"));
  EXPECT_LE(tau2.number("ci_lb"), tau2.number("estimate"));
  EXPECT_GT(tau2.number("ci_ub"), tau2.number("estimate"));
  job = job_of("FIRTH");
  job.questions = {{"c", AskConfint{"PL", {}}}, {"q", AskConfint{"QP", {}}}};
  const Result firth = run_ok(job);
  const Block& slope = firth.answers[0].block.blocks("fixed").front();
  EXPECT_LT(slope.number("ci_lb"), slope.number("estimate"));
  EXPECT_GT(slope.number("ci_ub"), slope.number("estimate"));
  EXPECT_LT(slope.number("pval"), 0.05);
  ASSERT_TRUE(firth.answers[1].error.has_value());
  EXPECT_EQ(firth.answers[1].error->code, ErrorCode::not_defined);
  job = job_of("MH");
  job.questions = {{"c", AskConfint{"PL", {}}}};
  EXPECT_EQ(run_ok(job).answers[0].error->code, ErrorCode::not_defined);
}

TEST(CountsInTheEngine, RegularTablesNeedNoReasons) {
  for (const char* model : {"MH", "PETO", "UM.FS", "UM.RS", "CM.EL", "CM.AL", "BB", "FIRTH"}) {
    const Result result = run_ok(job_of(model));
    for (const std::string& warning : result.warnings)
      EXPECT_EQ(warning.find(" missing: "), std::string::npos) << model << ": " << warning;
  }
}

// GOSH wrote its variances beyond the table of a model that was thought to have none.
TEST(CountsInTheEngine, GoshHasTheVarianceOfItsSubsets) {
  Job job = job_of("CM.AL");
  job.questions = {{"g", AskGosh{}}};
  const Result result = run_ok(job);
  ASSERT_FALSE(result.answers[0].error) << describe(*result.answers[0].error);
  const stats::Vector tau2 = result.answers[0].block.vector("tau2");
  ASSERT_EQ(tau2.size(), 7u);
  EXPECT_NEAR(tau2.back(), result.fit->number("tau2"), 1e-9);
}

}  // namespace
}  // namespace hedgerow::engine
