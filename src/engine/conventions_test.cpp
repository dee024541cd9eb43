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
// lm, trimming by the common effect. RevMan 5: Q about the Mantel-Haenszel risk ratio of metafor's rma.mh, DL from it.
// CMA: DL 0.308760.
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
                        {"revman5", "QE", 152.567554, 6e-7},
                        {"revman5", "tau2", 0.309497, 6e-7},
                        {"revman5", "I2", 92.1346, 6e-5},
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

Job tables_job(const std::string& measure, const std::vector<std::vector<std::string>>& rows) {
  Job job;
  job.data.table =
      std::make_shared<const data::Table>(data::Table::create("tables.csv", {"a", "n1", "c", "n2"}, rows).take());
  job.effect.measure = measure;
  job.effect.arguments = {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
  return job;
}

/// Aspirin after myocardial infarction (Fleiss 1993): deaths of seven trials.
Job aspirin_job() {
  return tables_job("OR", {{"49", "615", "67", "624"},
                           {"44", "758", "64", "771"},
                           {"102", "832", "126", "850"},
                           {"32", "317", "38", "309"},
                           {"85", "810", "52", "406"},
                           {"246", "2267", "219", "2257"},
                           {"1570", "8587", "1720", "8600"}});
}

// As metabin() of meta 8.5 prints them with method.tau = "DL" (Q about the Mantel-Haenszel estimate, "like RevMan 5").
TEST(Conventions, AspirinTrialsAsMetaPrintsThem) {
  Job job = aspirin_job();
  job.model.method = "EE";
  const Numbers common = numbers_as("meta", job);
  EXPECT_NEAR(std::exp(number(common, "estimate")), 0.8969, 0.5001e-4);
  EXPECT_NEAR(std::exp(number(common, "ci_lb")), 0.8405, 0.5001e-4);
  EXPECT_NEAR(std::exp(number(common, "ci_ub")), 0.9570, 0.5001e-4);
  EXPECT_NEAR(number(common, "pval"), 0.0010, 0.5001e-4);
  for (const char* name : {"meta", "revman5"}) {
    Settings settings = settings_of(program(name));
    settings[Convention::tau2] = "DL";
    const Numbers random = outcome(aspirin_job(), settings).take().numbers;
    EXPECT_NEAR(std::exp(number(random, "estimate")), 0.8763, 0.5001e-4) << name;
    EXPECT_NEAR(std::exp(number(random, "ci_lb")), 0.7743, 0.5001e-4) << name;
    EXPECT_NEAR(std::exp(number(random, "ci_ub")), 0.9917, 0.5001e-4) << name;
    EXPECT_NEAR(number(random, "pval"), 0.0365, 0.5001e-4) << name;
    EXPECT_NEAR(number(random, "tau2"), 0.0096, 0.5001e-4) << name;
    EXPECT_NEAR(number(random, "QE"), 9.95, 0.5001e-2) << name;
    EXPECT_NEAR(number(random, "I2"), 39.7, 0.05001) << name;
  }
}

// Tables with empty cells, no events in both groups, and events only in both groups.
std::vector<std::vector<std::string>> sparse_tables() {
  return {{"0", "40", "5", "42"}, {"3", "60", "9", "58"},   {"0", "30", "0", "33"},
          {"4", "4", "6", "6"},   {"12", "90", "20", "85"}, {"8", "50", "7", "51"}};
}

struct Sums {
  double q = 0, tau2 = 0, w = 0, mean = 0;
};

/// Q about a centre and DerSimonian and Laird's tau2 from it, written out.
Sums about(double centre, const stats::Vector& yi, const stats::Vector& vi) {
  Sums out;
  double w2 = 0, k = 0;
  for (std::size_t i = 0; i < yi.size(); ++i) {
    if (is_missing(yi[i])) continue;
    ++k;
    out.w += 1 / vi[i];
    w2 += 1 / (vi[i] * vi[i]);
    out.q += (yi[i] - centre) * (yi[i] - centre) / vi[i];
  }
  out.tau2 = std::max(0.0, (out.q - (k - 1)) / (out.w - w2 / out.w));
  return out;
}

// metabin() of meta, written out: continuity corrections, pooling by Mantel and Haenszel, Q about it.
TEST(Conventions, RiskRatiosWithEmptyCellsAsMeta) {
  Job job = tables_job("RR", sparse_tables());
  Settings settings = settings_of(program("meta"));
  settings[Convention::tau2] = "DL";
  const Outcome meta = outcome(job, settings).take();
  const double i = 0.5;
  EXPECT_NEAR(meta.yi[0], std::log((i / (40 + i)) / ((5 + i) / (42 + i))), 1e-14);
  EXPECT_NEAR(meta.vi[0], 1 / i - 1 / (40 + i) + 1 / (5 + i) - 1 / (42 + i), 1e-14);
  EXPECT_TRUE(is_missing(meta.yi[2]));
  EXPECT_NEAR(meta.yi[3], 0, 1e-15);
  EXPECT_NEAR(meta.vi[3], 1.0 / 4 - 1 / (4 + i) + 1.0 / 6 - 1 / (6 + i), 1e-15);
  EXPECT_NEAR(meta.yi[4], std::log(12.0 / 90 / (20.0 / 85)), 1e-14);
}

TEST(Conventions, RiskDifferencesWithEmptyCellsAsMeta) {
  Job job = tables_job("RD", sparse_tables());
  Settings settings = settings_of(program("revman5"));
  const Outcome revman = outcome(job, settings).take();
  const double i = 0.5;
  EXPECT_NEAR(revman.yi[0], -5.0 / 42, 1e-15);
  EXPECT_NEAR(revman.vi[0], i * (40 + i) / std::pow(41, 3) + (5 + i) * (37 + i) / std::pow(43, 3), 1e-15);
  EXPECT_EQ(revman.yi[2], 0);
  EXPECT_EQ(revman.yi[3], 0);
  // Mantel and Haenszel: differences of the cells as given, weights of the corrected ones.
  double w = 0, d = 0;
  const double a[] = {0, 3, 0, 4, 12, 8}, n1[] = {40, 60, 30, 4, 90, 50}, c[] = {5, 9, 0, 6, 20, 7},
               n2[] = {42, 58, 33, 6, 85, 51};
  for (int j = 0; j < 6; ++j) {
    const bool zero = a[j] == 0 || c[j] == 0 || a[j] == n1[j] || c[j] == n2[j];
    const double m1 = n1[j] + (zero ? 1 : 0), m2 = n2[j] + (zero ? 1 : 0), weight = m1 * m2 / (m1 + m2);
    w += weight;
    d += weight * (a[j] / n1[j] - c[j] / n2[j]);
  }
  const Sums expected = about(d / w, revman.yi, revman.vi);
  EXPECT_NEAR(number(revman.numbers, "QE"), expected.q, 1e-10);
  EXPECT_NEAR(number(revman.numbers, "tau2"), expected.tau2, 1e-14);
  EXPECT_GT(expected.tau2, 0);
  job.model.method = "EE";
  EXPECT_NEAR(number(outcome(job, settings).take().numbers, "estimate"), d / w, 1e-15);
  settings[Convention::q_centre] = "inverse";
  EXPECT_LT(number(outcome(tables_job("RD", sparse_tables()), settings).take().numbers, "QE"), expected.q - 1e-4);
}

TEST(Conventions, QAboutMantelHaenszelInEveryRefit) {
  Job job = tables_job("OR", sparse_tables());
  job.model.method = "DL";
  job.model.q_centre = "MH";
  job.questions = {{"loo", AskLeaveOneOut{}}, {"trim", AskTrimFill{}}, {"predict", AskPredict{}}, {"gosh", AskGosh{}}};
  const Result all = run(job).take();
  ASSERT_FALSE(all.answer("loo")->error);
  ASSERT_FALSE(all.answer("trim")->error) << describe(*all.answer("trim")->error);
  auto rows = sparse_tables();
  rows.erase(rows.begin());
  Job without = tables_job("OR", rows);
  without.model = job.model;
  const Result refit = run(without).take();
  EXPECT_NEAR(all.answer("loo")->block.vector("tau2")[0], refit.fit->number("tau2"), 1e-12);
  EXPECT_NEAR(all.answer("gosh")->block.vector("tau2").back(), all.fit->number("tau2"), 1e-12);
  job.model.mods = "~ a";
  EXPECT_FALSE(run(job).ok());
  job.model.mods.clear();
  job.model.method = "REML";
  EXPECT_FALSE(run(job).ok());
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
