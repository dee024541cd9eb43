// Questions about missing moderators from end to end.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

using Cells = std::vector<std::vector<std::string>>;

/// study, es, year (of the study), dose, arm, yi, vi. The last row has no effect.
Cells complete_cells() {
  return {{"01", "1", "1990", "2", "a", "0.31", "0.04"}, {"01", "2", "1990", "3", "a", "0.42", "0.05"},
          {"1", "3", "1994", "4", "b", "0.15", "0.03"},  {"1", "4", "1994", "1", "b", "0.10", "0.03"},
          {"3", "5", "2001", "5", "a", "0.90", "0.06"},  {"3", "6", "2001", "6", "b", "0.66", "0.05"},
          {"4", "7", "1999", "4", "b", "0.12", "0.04"},  {"4", "8", "1999", "3", "a", "0.38", "0.05"},
          {"5", "9", "2010", "2", "b", "0.40", "0.02"},  {"5", "10", "2010", "3", "b", "0.75", "0.02"},
          {"6", "11", "2004", "7", "a", "0.85", "0.07"}, {"6", "12", "2004", "5", "a", "0.21", "0.06"},
          {"7", "13", "2012", "1", "b", "", ""}};
}

Job job_of(const Cells& cells, const std::string& mods) {
  Job job;
  job.data.file = "doses.csv";
  job.data.table = std::make_shared<const data::Table>(
      data::Table::create("doses.csv", {"study", "es", "year", "dose", "arm", "yi", "vi"}, cells).take());
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.mods = mods;
  job.model.random = {"~ 1 | study/es"};
  job.inference.test = "t";
  return job;
}

Result run_ok(const Job& job) {
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
  return result.take();
}

Result asked(const Cells& cells, const std::string& mods, const AskImpute& ask) {
  Job job = job_of(cells, mods);
  job.questions = {{"mi", ask}};
  return run_ok(job);
}

std::string refusal(const Result& result) {
  const auto& error = result.answer("mi")->error;
  return error ? describe(*error) : "";
}

// Each study still has one row with its year, so that nothing is left to chance: the pooled fit is that of the complete
// table, while the fit itself lost rows.
TEST(Impute, AValueThatTheStudyShowsElsewhereIsThatValue) {
  Cells cells = complete_cells();
  const Result whole = run_ok(job_of(cells, "~ year"));
  for (const std::size_t i : {0U, 3U, 5U, 9U}) cells[i][2] = "NA";
  const Result result = asked(cells, "~ year", {5, 1, "pmm"});
  EXPECT_EQ(result.fit->number("k"), 8);
  ASSERT_EQ(refusal(result), "");
  const Block& pooled = result.answer("mi")->block;
  EXPECT_EQ(pooled.number("k"), 12);
  EXPECT_EQ(pooled.number("k_complete"), 8);
  EXPECT_EQ(pooled.rows, "1-12");
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_NEAR(pooled.vector("beta")[c], whole.fit->vector("beta")[c], 1e-12);
    EXPECT_NEAR(pooled.vector("se")[c], whole.fit->vector("se")[c], 1e-12);
    EXPECT_EQ(pooled.vector("between")[c], 0);
  }
  ASSERT_EQ(pooled.blocks("imputed").size(), 1U);
  EXPECT_EQ(pooled.blocks("imputed")[0].text("name"), "year");
  EXPECT_EQ(pooled.blocks("imputed")[0].number("missing"), 4);
}

TEST(Impute, NumbersAndLevelsAreDrawnAndTheSeedDecides) {
  Cells cells = complete_cells();
  cells[1][3] = cells[4][3] = "";
  cells[3][4] = cells[8][4] = "NA";
  const Block first = asked(cells, "~ dose + arm", {10, 1, "normal"}).answer("mi")->block;
  const Block again = asked(cells, "~ dose + arm", {10, 1, "normal"}).answer("mi")->block;
  const Block other = asked(cells, "~ dose + arm", {10, 2, "normal"}).answer("mi")->block;
  ASSERT_EQ(first.texts("coef_names"), (std::vector<std::string>{"intrcpt", "dose", "armb"}));
  EXPECT_EQ(first.vector("beta"), again.vector("beta"));
  EXPECT_NE(first.vector("beta"), other.vector("beta"));
  EXPECT_EQ(first.blocks("imputed").size(), 2U);
  for (const double between : first.vector("between")) EXPECT_GT(between, 0);
  for (const double fmi : first.vector("fmi")) EXPECT_TRUE(fmi > 0 && fmi < 1) << fmi;
}

TEST(Impute, Refusals) {
  Cells cells = complete_cells();
  EXPECT_NE(refusal(asked(cells, "~ dose", {5, 1, "pmm"})).find("nothing to impute"), std::string::npos);
  cells[1][3] = "";
  EXPECT_NE(refusal(asked(cells, "~ dose", {5, 1, "mice"})).find("known are pmm, normal"), std::string::npos);
  EXPECT_NE(refusal(asked(cells, "~ dose", {1, 1, "pmm"})).find("m = 1"), std::string::npos);
  cells[2][6] = "0";
  EXPECT_NE(refusal(asked(cells, "~ dose", {5, 1, "pmm"})).find("variance 0"), std::string::npos);
}

Result fiml_of(Job job) {
  job.questions = {{"fiml", AskFiml{}}};
  return run_ok(job);
}

std::string fiml_refusal(const Job& job) {
  const Result result = fiml_of(job);
  const auto& error = result.answer("fiml")->error;
  return error ? describe(*error) : "";
}

TEST(FimlQuestion, WithoutMissingValuesItIsTheFitByMaximumLikelihood) {
  for (const char* random : {"~ 1 | study/es", "~ 1 | study", "~ 1 | es", ""}) {
    Job job = job_of(complete_cells(), "~ dose + year");
    job.model.method = "ML";
    job.model.random.clear();
    if (*random) job.model.random = {random};
    job.inference.test = "z";
    const Result result = fiml_of(job);
    ASSERT_FALSE(result.answer("fiml")->error) << random << describe(*result.answer("fiml")->error);
    const Block& block = result.answer("fiml")->block;
    EXPECT_EQ(block.number("k"), 12);
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(block.vector("beta")[c], result.fit->vector("beta")[c], 1e-6 * (c ? 1 : 2000)) << random << c;
    const stats::Vector sigma2 = result.fit->vector(*random ? "sigma2" : "tau2");
    ASSERT_EQ(block.blocks("components").size(), sigma2.size());
    for (std::size_t l = 0; l < sigma2.size(); ++l)
      EXPECT_NEAR(block.blocks("components")[l].number("estimate"), sigma2[l], 1e-6) << random << l;
  }
}

TEST(FimlQuestion, TakesTheRowsThatTheFitDropped) {
  Cells cells = complete_cells();
  cells[1][3] = cells[4][3] = "NA";
  cells[6][2] = cells[7][2] = "";
  const Result result = fiml_of(job_of(cells, "~ dose + year"));
  ASSERT_FALSE(result.answer("fiml")->error) << describe(*result.answer("fiml")->error);
  const Block& block = result.answer("fiml")->block;
  EXPECT_EQ(block.number("k"), 12);
  EXPECT_EQ(block.number("k_complete"), 8);
  EXPECT_EQ(block.rows, "1-12");
  EXPECT_EQ(block.number("observed"), 12 + 10 + 5);  // effects, doses, years of studies
  EXPECT_EQ(block.blocks("moderators")[1].number("missing"), 2);
  EXPECT_EQ(block.blocks("moderators")[1].number("within"), 0);
  EXPECT_GT(block.blocks("moderators")[0].number("within"), 0);
}

TEST(FimlQuestion, Refusals) {
  Job job = job_of(complete_cells(), "~ dose");
  job.model.sigma2 = {0.1, std::nullopt};
  EXPECT_NE(fiml_refusal(job).find("variances that are held at values"), std::string::npos);
  job = job_of(complete_cells(), "~ dose - 1");
  EXPECT_NE(fiml_refusal(job).find("the model has no intercept"), std::string::npos);
  job = job_of(complete_cells(), "");
  EXPECT_NE(fiml_refusal(job).find("no moderators"), std::string::npos);
  job = job_of(complete_cells(), "~ dose");
  job.model.random = {"~ arm | study"};
  EXPECT_NE(fiml_refusal(job).find("a term ~ inner | outer"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::engine
