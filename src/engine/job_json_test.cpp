#include <gtest/gtest.h>

#include "engine/ask.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

Job full_job() {
  Job job;
  job.data = {"trials.csv", "year > 1990", nullptr};
  job.data.prepare = {
      {"sd_from_se", {{"se", "se1"}, {"n", "n1"}}, {{"x", "y"}}, {{"sd", "sd1"}}, "arm == 1", true, false}};
  job.effect.measure = "SMD";
  job.effect.arguments = {{"m1i", "mt"}, {"sd1i", "st"}};
  job.effect.rules = {{"format == \"means\"", "prepost_means", {{"m1i_pre", "a"}}, {"direction", "2", "3", "flip"}}};
  job.effect.options.vtype = "LS2";
  job.effect.options.exact_j = false;
  job.effect.options.r = 0.5;
  job.effect.slab = "author";
  job.effect.single_precision = true;
  job.effect.intervals = effect::IntervalRequest{"wilson", 0.9, 0.5, "ilogit"};
  job.effect.covariance = CovarianceRequest{
      "study", "sample", "scale", "outcome",    "t1",    "t2",    "g1", "g2", "n1",   "n2",    {0.6, 0.4},
      "",      "R.csv",  0.8,     {"r1", "r2"}, "V.csv", nullptr, "x",  "y",  "mean", "exact", "keep"};
  job.model = {"REML", "~ sex + dose", {"~ 1 | study/es"}, std::nullopt, {0.05, std::nullopt}, "", true, true, true};
  job.model.random.push_back("~ outcome | study");
  job.model.structure = {"HCS"};
  job.model.r = {{"study", "relatedness.csv"}};
  job.model.fix = {{"rho", 0.5}, {"tau2.1", 0.04}};
  job.inference = {"t", 0.9, "contain", {2, 3}};
  job.transf = "exp.int";
  job.inference.i2 = "Q";
  stats::Matrix rows(2, 2);
  rows(0, 0) = 1;
  rows(1, 1) = -1;
  job.model.counts = CountRequest{"MH", false, 0.5, "all", false, "greenland-robins", 1, true, 9};
  job.model.working = WorkingModel{"SCE", "study", "es", "type", 0.8};
  job.inference.robust = RobustRequest{"CR3", "study", "saddlepoint", "z", "EDF"};
  job.questions = {{"p", AskPredict{rows, "exp", "riley", 0.8, false, "study", {"AL", "PD"}, {"x"}, true}},
                   {"ci", AskConfint{"PL", 0.9}},
                   {"c", AskContrasts{rows, {0, 1}, "holm"}},
                   {"b", AskBlock{{2}, "sex"}},
                   {"lrt", AskCompare{ModelRequest{"REML", "~ 1", {}, 0.1, {}, "", true, false, false}}},
                   {"s", AskSubgroups{"sex", true, {{"m", "Men"}, {"f", "Women"}}}},
                   {"e", AskRegressionTest{"egger", "vi"}},
                   {"k", AskRankTest{false}},
                   {"t", AskTrimFill{"R0", "left", "common"}},
                   {"l", AskLeaveOneOut{"study"}},
                   {"r", AskRows{"weights"}},
                   {"pl", AskProfile{2, 0.1, 0.5, 9, "rho"}},
                   {"v", AskVif{}},
                   {"in", AskInfluence{"study", false}},
                   {"mm", AskMarginalMeans{"type", "proportional", "bh"}},
                   {"h", AskHeterogeneity{0.9}},
                   {"w", AskWildBootstrap{rows, {0, 0}, "webb", 999, 7}},
                   {"mi", AskImpute{50, 3, "normal"}},
                   {"fi", AskFiml{}},
                   {"g", AskCovarianceGrid{"rho_type", {0.2, 0.4}}},
                   {"d", AskDifferences{"meta", "cma", {"tau2"}}},
                   {"pub", AskPublished{{{"estimate", "-0.49"}, {"I2", "92.1"}}}},
                   {"fs", AskFailSafe{"Orwin", 0.01, -0.2, true, false}},
                   {"es", AskExcessSignificance{0.1, "less", 0.1, 0.3, 0.02, "binom", "two.sided", 0.2}},
                   {"hc", AskHenmiCopas{"exp"}},
                   {"go", AskGosh{500, 4}},
                   {"pt", AskPermutation{true, 99, 5}},
                   {"ba", AskBaujat{}},
                   {"ra", AskRadial{true}},
                   {"is", AskImputedSd{{"cv", "pooled"}}},
                   {"cu", AskCumulative{"year, trial", true, true, "effect", "exp"}},
                   {"ex", AskExceedance{-0.5, true, 0.9, rows, rows, 99, 2}}};
  job.model.scale = ScaleRequest{"~ ablat", "identity", {0.5, std::nullopt}};
  job.inference.att = {2};
  std::get<AskPredict>(job.questions[0].ask).newscale = rows;
  std::get<AskContrasts>(job.questions[2].ask).scale = true;
  std::get<AskBlock>(job.questions[3].ask).scale = true;
  return job;
}

TEST(JobJson, EveryFieldSurvivesTheRoundTrip) {
  const Job job = full_job();
  ASSERT_EQ(job.questions.size(), std::variant_size_v<Ask>) << "a kind of question is missing in this test";
  const std::string text = to_json(job);
  const auto parsed = parse_job(text);
  ASSERT_TRUE(parsed.ok()) << describe(parsed.error());
  EXPECT_EQ(to_json(*parsed), text);
  EXPECT_EQ(parsed->effect.rules.front().direction.use, "flip");
  EXPECT_EQ(parsed->effect.covariance->rho, (std::vector<double>{0.6, 0.4}));
  EXPECT_EQ(parsed->effect.covariance->not_definite, "keep");
  EXPECT_FALSE(parsed->model.sigma2[1].has_value());
  EXPECT_EQ(parsed->inference.robust->wald_test, "EDF");
  EXPECT_EQ(parsed->model.working->rho, 0.8);
  EXPECT_EQ(parsed->model.structure, std::vector<std::string>{"HCS"});
  EXPECT_EQ(parsed->model.r.front().file, "relatedness.csv");
  EXPECT_EQ(parsed->model.fix[1].second, 0.04);
  EXPECT_EQ(parsed->model.scale->alpha, job.model.scale->alpha);
  EXPECT_TRUE(std::get<AskPredict>(parsed->questions[0].ask).newscale.has_value());
  EXPECT_EQ(std::get<AskSubgroups>(parsed->questions[5].ask).labels[1].second, "Women");
}

std::string error_of(const std::string& json) {
  const auto job = parse_job(json);
  return job ? "" : describe(job.error());
}

TEST(JobJson, UnknownFieldsAreNamedWithTheNearest) {
  EXPECT_EQ(error_of(R"({"model": {"metod": "DL"}})"), "job.model.metod: unknown field (did you mean 'method'?)");
}

TEST(JobJson, WrongTypesAreNamed) {
  EXPECT_EQ(error_of(R"({"inference": {"level": "0.9"}})"), "job.inference.level: expected a number");
  EXPECT_EQ(error_of(R"({"schema": "hedgerow.job/9"})"),
            "job.schema: expected 'hedgerow.job/1', found 'hedgerow.job/9'");
  EXPECT_EQ(error_of("{"), "job: is not valid JSON");
}

TEST(JobJson, UnknownQuestionsListTheKnown) {
  const std::string message = error_of(R"({"questions": [{"name": "x", "ask": "predikt"}]})");
  EXPECT_NE(message.find("job.questions[1].ask: expected one of predict, confint"), std::string::npos) << message;
}

TEST(Block, RowsAreRangesFromOne) {
  EXPECT_EQ(row_ranges({0, 1, 2, 4, 6, 7}), "1-3,5,7-8");
  EXPECT_EQ(row_ranges({}), "");
}

}  // namespace
}  // namespace hedgerow::engine
