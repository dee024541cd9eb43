// Results on the scale in which they are shown: which one, where, and never twice.
#include <gtest/gtest.h>

#include <cmath>

#include "base/text.hpp"
#include "effect/transform.hpp"
#include "engine/detail/figure_parts.hpp"
#include "engine/figures.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

Job job_of(const std::string& measure) {
  auto made = data::Table::create("effects.csv", {"yi", "vi", "n", "study", "es", "group"},
                                  {{"-0.4", "0.04", "40", "a", "1", "x"},
                                   {"-0.9", "0.05", "90", "a", "2", "y"},
                                   {"0.1", "0.02", "160", "b", "3", "x"},
                                   {"-0.6", "0.03", "50", "b", "4", "y"}});
  Job job;
  job.data.table = std::make_shared<const data::Table>(made.take());
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.effect.measure = measure;
  return job;
}

Result run_ok(const Job& job) {
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << describe(result.error());
  return result.take();
}

TEST(Display, EveryTableOfEstimatesHasIt) {
  Job job = job_of("OR");
  job.questions = {{"p", AskPredict{}},
                   {"l", AskLeaveOneOut{}},
                   {"c", AskCumulative{}},
                   {"s", AskSubgroups{"group", false, {}}},
                   {"e", AskRegressionTest{}}};
  const Result result = run_ok(job);
  const Block& fit = *result.fit->child("display");
  EXPECT_EQ(fit.text("name"), "odds ratio");
  EXPECT_DOUBLE_EQ(fit.number("estimate"), std::exp(result.fit->vector("beta")[0]));
  const Block& predicted = result.answers[0].block;
  EXPECT_DOUBLE_EQ(predicted.child("display")->vector("pi_lb")[0], std::exp(predicted.vector("pi_lb")[0]));
  for (const std::size_t a : {1u, 2u}) {
    const Block& block = result.answers[a].block;
    const Block* shown = block.child("display");
    ASSERT_NE(shown, nullptr);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_DOUBLE_EQ(shown->vector("estimate")[i], std::exp(block.vector("estimate")[i]));
      EXPECT_DOUBLE_EQ(shown->vector("ci_ub")[i], std::exp(block.vector("ci_ub")[i]));
    }
  }
  for (const Block& group : result.answers[3].block.blocks("groups"))
    EXPECT_DOUBLE_EQ(group.child("display")->number("ci_lb"), std::exp(group.number("ci_lb")));
  EXPECT_EQ(result.answers[4].block.find("display"), nullptr);
}

TEST(Display, IsNeverAppliedTwice) {
  Job job = job_of("OR");
  AskPredict exponential;
  exponential.transf = "exp";
  job.questions = {{"p", exponential}, {"l", AskLeaveOneOut{"effect", "exp"}}};
  const Result result = run_ok(job);
  for (const Answer& answer : result.answers) EXPECT_EQ(answer.block.find("display"), nullptr) << answer.name;
}

TEST(Display, CanBeSwitchedOffAndChosen) {
  Job job = job_of("OR");
  job.transf = "none";
  EXPECT_EQ(run_ok(job).fit->find("display"), nullptr);
  job = job_of("GEN");
  EXPECT_EQ(run_ok(job).fit->find("display"), nullptr);
  job.transf = "transf.exp";
  const Result chosen = run_ok(job);
  EXPECT_EQ(chosen.fit->child("display")->text("name"), "exp");
  EXPECT_DOUBLE_EQ(chosen.fit->child("display")->number("estimate"), std::exp(chosen.fit->vector("beta")[0]));
  job.transf = "expp";
  const auto refused = run(job);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("'exp'"), std::string::npos) << refused.error().message;
}

// E exp(X) = exp(mu + tau2 / 2), with the variance of the model that gave each number.
TEST(Display, IntegralsTakeTheVarianceOfTheirOwnModel) {
  Job job = job_of("OR");
  job.transf = "exp.int";
  job.questions = {{"l", AskLeaveOneOut{}}, {"p", AskPredict{}}};
  const Result two = run_ok(job);
  EXPECT_EQ(two.fit->child("display")->text("name"), "odds ratio (exp.int)");
  EXPECT_NEAR(two.fit->child("display")->number("estimate"),
              std::exp(two.fit->vector("beta")[0] + two.fit->number("tau2") / 2), 1e-10);
  const Block& left = two.answers[0].block;
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(left.child("display")->vector("estimate")[i],
                std::exp(left.vector("estimate")[i] + left.vector("tau2")[i] / 2), 1e-10);
  job.model.random = {"~ 1 | study/es"};
  const Result three = run_ok(job);
  const stats::Vector sigma2 = three.fit->vector("sigma2");
  EXPECT_NEAR(three.fit->child("display")->number("estimate"),
              std::exp(three.fit->vector("beta")[0] + (sigma2[0] + sigma2[1]) / 2), 1e-10);
  EXPECT_EQ(three.answers[0].block.find("display"), nullptr);
  EXPECT_NE(three.answers[1].block.find("display"), nullptr);
}

TEST(Display, AModelWithoutOneVarianceHasNoIntegral) {
  Job job = job_of("OR");
  job.transf = "exp.int";
  job.model.scale = ScaleRequest{"~ n"};
  const auto refused = run(job);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::not_defined);
}

TEST(Display, SlopesHaveNone) {
  Job job = job_of("OR");
  job.model.mods = "~ n";
  job.questions = {{"l", AskLeaveOneOut{}}, {"p", AskPredict{}}};
  const Result result = run_ok(job);
  EXPECT_EQ(result.fit->find("display"), nullptr);
  EXPECT_EQ(result.answers[0].block.find("display"), nullptr);
  EXPECT_EQ(result.answers[1].block.child("display")->vector("estimate").size(), 4u);
}

TEST(Display, VaccineEfficacyHasItsBoundsInOrder) {
  Job job = job_of("VE");
  job.questions = {{"p", AskPredict{}}};
  const Result result = run_ok(job);
  const Block& fit = *result.fit->child("display");
  EXPECT_LT(fit.number("ci_lb"), fit.number("estimate"));
  EXPECT_LT(fit.number("estimate"), fit.number("ci_ub"));
  const Block& predicted = *result.answers[0].block.child("display");
  EXPECT_LT(predicted.vector("pi_lb")[0], predicted.vector("pi_ub")[0]);
}

TEST(Display, FreemanTukeyWarns) {
  Job job = job_of("PFT");
  EXPECT_EQ(run_ok(job).fit->find("display"), nullptr);  // Without sizes there is nothing to show it with.
  job.effect.ni = "n";
  const Result result = run_ok(job);
  ASSERT_EQ(result.warnings.size(), 1u);
  // 4 / (1/40 + 1/90 + 1/160 + 1/50)
  EXPECT_NE(result.warnings[0].find("64.1425"), std::string::npos) << result.warnings[0];
  job.transf = "none";
  EXPECT_TRUE(run_ok(job).warnings.empty());
}

TEST(Display, AGlmmOfProportionsShowsTheProportion) {
  Job job = job_of("PLO");
  job.effect.yi = job.effect.vi = "";
  auto made = data::Table::create("p.csv", {"x", "n"}, {{"2", "40"}, {"7", "90"}, {"0", "50"}, {"9", "80"}});
  job.data.table = std::make_shared<const data::Table>(made.take());
  job.effect.arguments = {{"xi", "x"}, {"ni", "n"}};
  job.model.counts = CountRequest{"GLMM"};
  const Result result = run_ok(job);
  ASSERT_NE(result.fit->child("display"), nullptr);
  EXPECT_NEAR(result.fit->child("display")->number("estimate"), 1 / (1 + std::exp(-result.fit->vector("beta")[0])),
              1e-15);
}

TEST(Display, AxesNameTheirScale) {
  struct Case {
    const char *measure, *transf, *title, *header;
  };
  for (const Case& one :
       {Case{"OR", "", "Odds ratio (log scale)", "Odds ratio"}, Case{"OR", "none", "Log odds ratio", "Effect"},
        Case{"PLO", "", "Proportion", "Proportion"}, Case{"PLO", "none", "Logit of the proportion", "Effect"},
        Case{"ZCOR", "", "Correlation", "Correlation"}, Case{"MD", "", "Mean difference", "Effect"},
        Case{"MD", "exp", "Mean difference (exp) (log scale)", "Effect"}, Case{"GEN", "", "Effect", "Effect"},
        Case{"VE", "", "Vaccine efficacy", "Vaccine efficacy"},
        Case{"PFT", "", "Double arcsine (Freeman-Tukey) of the proportion", "Effect"}}) {
    const Result result = run_ok(job_of(one.measure));
    plot::ForestOptions options;
    ASSERT_TRUE(set_scale(result, one.transf, "", options).ok());
    EXPECT_EQ(options.axis_title, one.title);
    EXPECT_EQ(options.measure, one.header);
  }
}

TEST(Display, FreemanTukeyInAForestGoesByTheSizes) {
  for (const char* measure : {"PFT", "IRFT"}) {
    Job job = job_of(measure);
    job.effect.yi = job.effect.vi = "";
    auto made = data::Table::create("p.csv", {"x", "n"}, {{"2", "40"}, {"7", "90"}, {"0", "50"}, {"10", "80"}});
    job.data.table = std::make_shared<const data::Table>(made.take());
    job.effect.arguments = {{"xi", "x"}, {measure == std::string("PFT") ? "ni" : "ti", "n"}};
    const Result result = run_ok(job);
    const std::string drawn = scene::dump(*forest_figure(result, {}));
    // Each study shows its own events by persons or time, to the digit.
    for (const char* shown : {"0.050", "0.078", "0.000", "0.125"})
      EXPECT_NE(drawn.find(shown), std::string::npos) << measure << " " << shown << "\n" << drawn;
    const std::string mean = format_fixed(result.fit->child("display")->number("estimate"), 3);
    EXPECT_NE(drawn.find(mean), std::string::npos) << mean << "\n" << drawn;
    EXPECT_NE(drawn.find(measure == std::string("PFT") ? "Proportion" : "Incidence rate"), std::string::npos);
    ForestRequest on_analysis_scale;
    on_analysis_scale.transf = "none";
    const std::string plain = scene::dump(*forest_figure(result, on_analysis_scale));
    EXPECT_EQ(plain.find(measure == std::string("PFT") ? "Proportion [" : "Incidence rate ["), std::string::npos);
  }
}

TEST(Display, AForestOfCountsNamesItsModel) {
  Job job = job_of("OR");
  job.effect.yi = job.effect.vi = "";
  auto made = data::Table::create("t.csv", {"a", "n1", "c", "n2"},
                                  {{"4", "50", "9", "48"}, {"7", "60", "13", "61"}, {"3", "80", "10", "79"}});
  job.data.table = std::make_shared<const data::Table>(made.take());
  job.effect.arguments = {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
  for (const auto& [model, label] : {std::pair{"MH", "Mantel-Haenszel"}, std::pair{"PETO", "Peto's method"},
                                     std::pair{"UM.FS", "Mixed model of counts (UM.FS)"}}) {
    job.model.counts = CountRequest{model};
    const auto figure = forest_figure(run_ok(job), {});
    ASSERT_TRUE(figure.ok()) << describe(figure.error());
    const std::string drawn = scene::dump(*figure);
    EXPECT_NE(drawn.find(label), std::string::npos) << drawn;
    EXPECT_EQ(drawn.find("Random-effects"), std::string::npos) << model;
  }
}

// No measure may come out as a bare code.
TEST(Display, EveryMeasureHasAName) {
  for (const std::string& measure : measure_names()) {
    if (measure == "GEN" || measure.find('_') != std::string::npos) continue;
    EXPECT_NE(effect::analysis_name(measure), "effect") << measure;
  }
}

}  // namespace
}  // namespace hedgerow::engine
