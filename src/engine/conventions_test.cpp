// Programs' defaults on the BCG vaccine trials (Colditz et al. 1994; measure RR) and on one comparison of two means:
// the numbers that each program prints, or that follow from its documented formulas.
#include "engine/conventions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"
#include "engine/differences.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

Job bcg_job(const std::string& measure = "RR") {
  Job job;
  job.data.file = std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/bcg.csv";
  job.effect.measure = measure;
  job.effect.arguments = {{"ai", "tpos"}, {"bi", "tneg"}, {"ci", "cpos"}, {"di", "cneg"}};
  job.effect.slab = "trial";
  return job;
}

Job two_means_job() {
  const auto table = data::Table::create("means.csv", {"m1", "sd1", "n1", "m2", "sd2", "n2"},
                                         {{"10.3", "2.5", "10", "8.1", "2.2", "10"}});
  Job job;
  job.data.table = std::make_shared<const data::Table>(*table);
  job.effect.measure = "SMD";
  job.effect.arguments = {{"m1i", "m1"}, {"sd1i", "sd1"}, {"n1i", "n1"}, {"m2i", "m2"}, {"sd2i", "sd2"}, {"n2i", "n2"}};
  return job;
}

const Program& program(const std::string& name) {
  auto found = find_program(name);
  EXPECT_TRUE(found.ok()) << name;
  return **found;
}

Numbers numbers_as(const std::string& name, const Job& job) {
  auto result = outcome(job, settings_of(program(name)));
  EXPECT_TRUE(result.ok()) << name << ": " << (result ? "" : describe(result.error()));
  return result ? result->numbers : Numbers{};
}

struct Printed {
  const char* program;
  const char* number;
  double value, tolerance;
};

// metafor: definitions 5.4. meta: I2 from Q, prediction interval with k - 1 df (metafor's t interval, 12 df), Egger by
// lm, trimming by the common effect. RevMan 5, CMA: DL 0.308760.
const Printed kBcg[] = {{"metafor", "tau2", 0.3132432581, 1e-9},
                        {"metafor", "estimate", -0.7145323422, 1e-9},
                        {"metafor", "se", 0.1797815161, 1e-9},
                        {"metafor", "ci_lb", -1.066898, 6e-7},
                        {"metafor", "ci_ub", -0.362167, 6e-7},
                        {"metafor", "I2", 92.2214, 6e-5},
                        {"metafor", "pi_lb", -1.866692, 6e-7},
                        {"metafor", "pi_ub", 0.437628, 6e-7},
                        {"metafor", "egger", -0.8033, 6e-5},
                        {"metafor", "egger_p", 0.422, 6e-4},
                        {"metafor", "k0", 1, 0},
                        {"metafor", "filled", -0.657083, 6e-7},
                        {"meta", "tau2", 0.3132432581, 1e-9},
                        {"meta", "I2", 92.12, 6e-3},
                        {"meta", "H2", 152.2330 / 12, 6e-6},
                        {"meta", "pi_lb", -1.995342, 6e-7},
                        {"meta", "pi_ub", 0.566277, 6e-7},
                        {"meta", "egger", -1.4013, 6e-5},
                        {"meta", "egger_p", 0.189, 6e-4},
                        {"meta", "k0", 4, 0},
                        {"meta7", "pi_lb", -2.008376, 6e-7},
                        {"meta7", "pi_ub", 0.579311, 6e-7},
                        {"revman", "tau2", 0.3132432581, 1e-9},
                        {"revman", "I2", 92.2214, 6e-5},
                        {"revman", "ci_lb", -1.066898, 6e-7},
                        {"revman5", "tau2", 0.308760, 6e-7},
                        {"revman5", "I2", 92.12, 6e-3},
                        {"cma", "tau2", 0.308760, 6e-7},
                        {"cma", "I2", 92.12, 6e-3},
                        {"cma", "egger_p", 0.189, 6e-4},
                        {"cma", "k0", 4, 0},
                        {"stata", "I2", 92.2214, 6e-5},
                        {"stata", "pi_lb", -2.008376, 6e-7},
                        {"stata", "egger", -0.8033, 6e-5},
                        {"stata", "k0", 1, 0}};

TEST(Conventions, EachProgramsNumbersOnBcg) {
  for (const Printed& printed : kBcg)
    EXPECT_NEAR(number(numbers_as(printed.program, bcg_job()), printed.number), printed.value, printed.tolerance)
        << printed.program << " " << printed.number;
}

TEST(Conventions, WhatAProgramDoesNotOfferIsMissing) {
  const Numbers revman = numbers_as("revman", bcg_job());
  EXPECT_TRUE(is_missing(number(revman, "egger_p")));
  EXPECT_TRUE(is_missing(number(revman, "k0")));
  EXPECT_TRUE(is_missing(number(numbers_as("revman5", bcg_job()), "pi_lb")));
}

// definitions 5.1 for the exact J; with the approximate one d, J and the formulas by hand.
TEST(Conventions, EachProgramsStandardisedMeanDifference) {
  const double d = 2.2 / std::sqrt((9 * 2.5 * 2.5 + 9 * 2.2 * 2.2) / 18), j = 1 - 3.0 / 71, g = j * d;
  const struct {
    const char* program;
    double yi, vi, tolerance;
  } cases[] = {{"metafor", 0.89469930, 0.22001217, 6e-9},
               {"meta", 0.89469930, 0.22461268, 6e-9},
               {"cma", g, j * j * (0.2 + d * d / 40), 1e-12},
               {"revman", g, 0.2 + g * g / (2 * (20 - 3.94)), 1e-12},
               {"stata", g, 0.2 + g * g / (2 * (20 - 3.94)), 1e-12}};
  for (const auto& c : cases) {
    Job job = two_means_job();
    job.effects_only = true;
    apply(program(c.program), {}, job);
    const auto result = run(job);
    ASSERT_TRUE(result.ok()) << c.program << ": " << describe(result.error());
    EXPECT_NEAR(result->effects.effects.yi[0], c.yi, c.tolerance) << c.program;
    EXPECT_NEAR(result->effects.effects.vi[0], c.vi, c.tolerance) << c.program;
  }
}

TEST(Conventions, TheRatioOfMeansIsCorrectedInMetaforAlone) {
  Job job = two_means_job();
  job.effect.measure = "ROM";
  job.effects_only = true;
  const double plain = std::log(10.3 / 8.1);
  const double correction = 0.5 * (2.5 * 2.5 / (10 * 10.3 * 10.3) - 2.2 * 2.2 / (10 * 8.1 * 8.1));
  for (const char* name : {"metafor", "metafor4", "meta"}) {
    Job as = job;
    apply(program(name), {}, as);
    const auto result = run(as);
    ASSERT_TRUE(result.ok()) << name;
    EXPECT_NEAR(result->effects.effects.yi[0], plain + (name == std::string("metafor") ? correction : 0), 1e-12)
        << name;
  }
}

TEST(Conventions, CommonEffectOfTablesIsMantelHaenszelInMeta) {
  Job job = bcg_job("OR");
  job.model.method = "EE";
  const Numbers meta = numbers_as("meta", job), metafor = numbers_as("metafor", job);
  // No table of these trials has a zero, so that nothing is added: definitions 5.4.
  EXPECT_NEAR(number(meta, "estimate"), -0.47341099, 6e-9);
  EXPECT_NEAR(number(meta, "se"), 0.04100778, 6e-9);
  EXPECT_GT(std::fabs(number(metafor, "estimate") - number(meta, "estimate")), 0.01);
  EXPECT_NEAR(number(meta, "egger_p"), number(numbers_as("meta", bcg_job("OR")), "egger_p"), 1e-12);
}

TEST(Conventions, HeldChoicesStay) {
  Job job = bcg_job();
  job.model.method = "PM";
  job.inference.test = "knha";
  apply(program("revman5"), {Convention::tau2, Convention::test}, job);
  EXPECT_EQ(job.model.method, "PM");
  EXPECT_EQ(job.inference.test, "knha");
  EXPECT_EQ(job.inference.i2, "Q");
}

TEST(Conventions, ChoicesTouchOnlyWhatTheyConcern) {
  Job job;
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.method = "EE";
  apply(program("revman5"), {}, job);
  EXPECT_TRUE(job.effect.options.exact_j);
  EXPECT_FALSE(job.effect.options.vtype.has_value());
  EXPECT_EQ(job.model.method, "EE");
  EXPECT_FALSE(job.model.counts.has_value());
}

TEST(Conventions, TheTableIsWhole) {
  ASSERT_EQ(conventions().size(), kConventionCount);
  for (const Program& one : programs()) {
    ASSERT_EQ(one.settings.size(), kConventionCount) << one.name;
    for (const ConventionText& text : conventions()) {
      const Setting& setting = one.setting(text.id);
      EXPECT_EQ(choice(text.id, setting.value).value, setting.value) << one.name << " " << text.name;
    }
  }
  EXPECT_NE(describe(find_program("metaphor").error()).find("did you mean 'metafor'"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::engine
