// Dependent effects from end to end: Job -> Result, golden numbers of metafor 5.1-12.
#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

Job corpus_job(const std::string& file) {
  Job job;
  job.data.file = std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + file;
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  return job;
}

/// Berkey et al. (1998): two outcomes in five trials, their sampling covariances in two columns.
Job berkey_job() {
  Job job = corpus_job("berkey1998.csv");
  job.effect.vi.clear();
  job.effect.covariance.emplace();
  job.effect.covariance->cluster = "author";
  job.effect.covariance->rvars = {"v1i", "v2i"};
  job.model.mods = "~ outcome - 1";
  job.model.random = {"~ outcome | trial"};
  job.model.structure = {"UN"};
  return job;
}

Result run_ok(const Job& job) {
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
  return result.take();
}

std::string refusal(const Job& job) {
  const auto result = run(job);
  return result ? "" : describe(result.error());
}

const Block& block_of(const Result& result, const std::string& name) {
  const Answer* answer = result.answer(name);
  EXPECT_NE(answer, nullptr);
  EXPECT_FALSE(answer->error) << name << ": " << describe(*answer->error);
  return answer->block;
}

TEST(Dependent, NestedAndCompoundSymmetricModelsAreTheSame) {
  Job job = corpus_job("konstantopoulos2011.csv");
  job.model.random = {"~ 1 | district/school"};
  const Result nested = run_ok(job);
  // The golden numbers are those of an optimiser of the other program, exact to its stopping rule.
  EXPECT_NEAR(nested.fit->vector("sigma2")[0], 0.0650619443, 1e-8);
  EXPECT_NEAR(nested.fit->vector("sigma2")[1], 0.0327365170, 1e-8);
  job.model.random = {"~ school | district"};
  const Result cs = run_ok(job);
  EXPECT_NEAR(cs.fit->vector("tau2")[0], 0.0650619443 + 0.0327365170, 1e-7);
  EXPECT_NEAR(cs.fit->vector("rho")[0], 0.0650619443 / (0.0650619443 + 0.0327365170), 1e-6);
  EXPECT_NEAR(cs.fit->vector("beta")[0], 0.1847131637, 1e-7);
  EXPECT_NEAR(cs.fit->child("fit_stats")->child("REML")->number("loglik"), -7.958724, 1e-6);
  EXPECT_EQ(cs.fit->blocks("structured").front().text("name"), "~school | district");
  EXPECT_FALSE(cs.fit->find("sigma2"));
}

TEST(Dependent, CorrelatedErrorsWithinStudies) {
  Job job = corpus_job("assink2016.csv");
  job.effect.covariance.emplace();
  job.effect.covariance->cluster = "study";
  job.effect.covariance->obs = "esid";
  job.effect.covariance->rho = {0.6};
  job.model.random = {"~ 1 | study/esid"};
  const Result result = run_ok(job);
  EXPECT_NEAR(result.fit->vector("sigma2")[0], 0.08073299, 1e-7);
  EXPECT_NEAR(result.fit->vector("sigma2")[1], 0.15454321, 1e-7);
  EXPECT_NEAR(result.fit->vector("beta")[0], 0.36775489, 1e-7);
  EXPECT_NEAR(result.fit->vector("se")[0], 0.09653182, 1e-7);
}

TEST(Dependent, UnstructuredBivariateModel) {
  Job job = berkey_job();
  AskPredict named;
  named.newmods = stats::Matrix(1, 2, 0.0);
  (*named.newmods)(0, 1) = 1;
  job.questions = {{"rows", AskPredict{}}, {"unnamed", named}, {"ranef", AskRows{"ranef"}}};
  named.tau2_levels = {"PD"};
  job.questions.push_back({"named", named});
  const Result result = run_ok(job);
  const Block& fit = *result.fit;
  EXPECT_NEAR(fit.vector("beta")[0], -0.33921518, 1e-6);
  EXPECT_NEAR(fit.vector("beta")[1], 0.35342817, 1e-6);
  EXPECT_NEAR(fit.vector("tau2")[0], 0.03265132, 1e-6);
  EXPECT_NEAR(fit.vector("tau2")[1], 0.01173302, 1e-6);
  EXPECT_NEAR(fit.vector("rho")[0], 0.60879858, 1e-5);
  EXPECT_NEAR(fit.child("fit_stats")->child("REML")->number("loglik"), 3.69176769, 1e-7);
  EXPECT_EQ(fit.texts("g_levels"), (std::vector<std::string>{"AL", "PD"}));
  // The rows of the data know their outcome; a new design does not say which outcome it is for.
  EXPECT_NEAR(block_of(result, "rows").vector("pi_lb")[0], 0.11181792, 1e-5);
  EXPECT_NEAR(block_of(result, "named").vector("pi_lb")[0], 0.11181792, 1e-5);
  EXPECT_TRUE(std::isnan(block_of(result, "unnamed").vector("pi_lb")[0]));
  const Block& effects = block_of(result, "ranef").blocks("components").front();
  EXPECT_EQ(effects.text("name"), "~outcome | trial");
  EXPECT_NEAR(effects.vector("intrcpt")[0], 0.01432224, 1e-5);
  EXPECT_EQ(effects.texts("level")[1], "PD");
}

TEST(Dependent, ParametersAreFixedByName) {
  Job job = berkey_job();
  job.model.fix = {{"rho", 0.5}, {"tau2.2", 0.02}};
  const Result result = run_ok(job);
  EXPECT_EQ(result.fit->vector("rho")[0], 0.5);
  EXPECT_EQ(result.fit->vector("tau2")[1], 0.02);
  job.model.fix = {{"rh", 0.5}};
  EXPECT_NE(refusal(job).find("no variance parameter 'rh' (did you mean 'rho'?); it has tau2.1, tau2.2, rho"),
            std::string::npos);
}

/// One sampling variance, no random effects: generalised least squares in V.
TEST(Dependent, CovarianceWithoutRandomEffectsIsGls) {
  Job job = berkey_job();
  job.model.random.clear();
  job.model.structure.clear();
  const Result result = run_ok(job);
  EXPECT_FALSE(result.fit->find("tau2"));
  EXPECT_EQ(result.fit->method.rfind("generalised least squares", 0), 0u) << result.fit->method;
}

TEST(Dependent, RandomSlopesWidenPredictionsAwayFromTheirCentre) {
  Job job = corpus_job("konstantopoulos2011.csv");
  job.model.mods = "~ I(year - 1990)";
  job.model.random = {"~ I(year - 1990) | district"};
  job.model.structure = {"GDIAG"};
  job.model.fix = {{"tau2.1", 0.04}, {"tau2.2", 0.01}};
  AskPredict ask;
  ask.newmods = stats::Matrix(2, 1, 0.0);
  (*ask.newmods)(1, 0) = 5;
  job.questions = {{"p", ask}};
  const Result result = run_ok(job);
  const Block& p = block_of(result, "p");
  for (std::size_t i = 0; i < 2; ++i) {
    const double between = 0.04 + 0.01 * (i == 0 ? 0 : 25), se = p.vector("se")[i];
    EXPECT_NEAR(p.vector("pi_se")[i], std::sqrt(between + se * se), 1e-12);
  }
}

TEST(Dependent, RefusalsNameWhatIsWrong) {
  Job job = corpus_job("konstantopoulos2011.csv");
  job.model.random = {"~ 1 | district/school"};
  job.model.structure = {"UN"};
  EXPECT_NE(refusal(job).find("needs a term with an inner variable"), std::string::npos);
  job.model.structure.clear();
  job.model.tau2 = 0.1;
  EXPECT_NE(refusal(job).find("name the parameter in fix"), std::string::npos);
  job.model.tau2.reset();
  job.model.random = {"~ school + study | district"};
  EXPECT_NE(refusal(job).find("CS takes one inner variable"), std::string::npos);
  job.model.random = {"~ 1 | district"};
  data::NamedMatrix known;
  known.names = {"11", "12"};
  known.values = stats::Matrix(2, 2, 1.0);
  job.model.r = {{"district", ""}};
  job.model.r.front().matrix = std::make_shared<const data::NamedMatrix>(known);
  const std::string missing_levels = refusal(job);
  EXPECT_NE(missing_levels.find("18"), std::string::npos) << missing_levels;
  job.model.r.front().group = "distrit";
  EXPECT_NE(refusal(job).find("did you mean 'district'?"), std::string::npos);
}

/// A row without its group is refused, also where its effect is missing and the row could be left out.
TEST(Dependent, RowsNeedTheirGroup) {
  Job job;
  auto table = data::Table::create("t.csv", {"yi", "vi", "g", "o"},
                                   {{"0.1", "0.02", "a", "x"}, {"0.2", "", "", "y"}, {"0.3", "0.01", "b", "y"}});
  job.data.table = std::make_shared<const data::Table>(table.take());
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.random = {"~ 1 | g"};
  EXPECT_EQ(refusal(job).rfind("t.csv:3:g: the cell is missing, but 'g' groups the rows", 0), 0u) << refusal(job);
}

}  // namespace
}  // namespace hedgerow::engine
