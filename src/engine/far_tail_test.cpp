// P-values in the far tail (down to 1e-300) through the whole engine, against expansions and closed forms that share
// nothing with the distributions of room stats: log p right to 1e-6.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

struct Input {
  const char* name;
  std::vector<double> yi, vi;
};

/// Columns yi, vi, x (the number of the row), x2 (its square), half (0 in the first half, else 1).
std::shared_ptr<const data::Table> table_of(const Input& input) {
  std::vector<std::vector<std::string>> rows;
  const std::size_t k = input.yi.size();
  for (std::size_t i = 0; i < k; ++i)
    rows.push_back({fmt::format("{:.17g}", input.yi[i]), fmt::format("{:.17g}", input.vi[i]), fmt::format("{}", i),
                    fmt::format("{}", i * i), i < k / 2 ? "0" : "1"});
  auto table = data::Table::create("tail.csv", {"yi", "vi", "x", "x2", "half"}, rows);
  EXPECT_TRUE(table.ok());
  return std::make_shared<const data::Table>(table.take());
}

/// log P(|Z| > z) by the asymptotic series, exact to 1e-12 for z >= 20.
double log_two_sided(double z) {
  double sum = 1, term = 1;
  for (int n = 1; n <= 12; ++n) {
    term *= -(2.0 * n - 1) / (z * z);
    sum += term;
  }
  return std::log(2.0) - 0.5 * z * z - std::log(z * std::sqrt(2 * M_PI)) + std::log(sum);
}

Result answered(const Input& input, const std::string& method, std::vector<Question> asked) {
  Job job;
  job.data.table = table_of(input);
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.method = method;
  job.questions = std::move(asked);
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << describe(result.error());
  return result.take();
}

void expect_log(double p, double log_p, const char* what) {
  ASSERT_GT(p, 0) << what;
  EXPECT_NEAR(std::log(p) / log_p, 1, 1e-6) << what;
}

// k = 4 equal effects of 3.7 with standard error 0.2: z = 37, p = 1e-299.
TEST(FarTail, TestsOfTheMean) {
  const Input input{"z = 37", {3.7, 3.7, 3.7, 3.7}, {0.04, 0.04, 0.04, 0.04}};
  stats::Matrix l(1, 1, 1.0);
  AskFailSafe rosenberg;
  rosenberg.type = "Rosenberg";
  const Result result = answered(input, "EE",
                                 {{"block", AskBlock{{1}, ""}},
                                  {"contrast", AskContrasts{l, {}, ""}},
                                  {"stouffer", AskFailSafe{}},
                                  {"rosenberg", rosenberg}});
  const double expected = log_two_sided(37);
  expect_log(result.fit->vector("pval").at(0), expected, "coefficient");
  expect_log(result.fit->number("QMp"), expected, "QM");
  expect_log(result.answers[0].block.number("QMp"), expected, "block");
  expect_log(result.answers[1].block.vector("pval").at(0), expected, "contrast");
  expect_log(result.answers[2].block.number("pval"), expected - std::log(2.0), "one-sided sum of z");
  expect_log(result.answers[3].block.number("pval"), expected, "Rosenberg");
}

// Three effects: Q has two degrees of freedom, so its p is exp(-Q / 2).
TEST(FarTail, Heterogeneity) {
  const Input input{"Q", {-20, 0, 17}, {1, 1, 1}};
  const Result result = answered(input, "EE", {});
  expect_log(result.fit->number("QEp"), -result.fit->number("QE") / 2, "QE");
  EXPECT_LT(result.fit->number("QEp"), 1e-140);
}

// Two effects: the slope on the standard error is a difference quotient.
TEST(FarTail, RegressionTest) {
  const Input input{"slope", {0, 37 * 0.5}, {0.09, 0.16}};
  const Result result = answered(input, "EE", {{"egger", AskRegressionTest{"rma", "sei"}}});
  ASSERT_FALSE(result.answers[0].error) << describe(*result.answers[0].error);
  expect_log(result.answers[0].block.number("pval"), log_two_sided(37), "regression test");
}

Result run_ok(const Job& job) {
  auto result = run(job);
  EXPECT_TRUE(result.ok()) << describe(result.error());
  return result.take();
}

Job effects_job(const Input& input, const std::string& method) {
  Job job;
  job.data.table = table_of(input);
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.method = method;
  return job;
}

/// log P(X > x) of chi-square with an even number of degrees of freedom: a Poisson sum.
double log_chi2(double x, int df) {
  double largest = -HUGE_VAL;
  std::vector<double> terms;
  for (int j = 0; 2 * j < df; ++j) {
    terms.push_back(-x / 2 + j * std::log(x / 2) - std::lgamma(j + 1.0));
    largest = std::max(largest, terms.back());
  }
  double sum = 0;
  for (const double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum);
}

// 2001 effects: 2000 degrees of freedom of QE, and 1998 of QE with two moderators.
TEST(FarTail, HeterogeneityWithThousandsOfDegreesOfFreedom) {
  Input input{"k = 2001", {}, {}};
  for (int i = 0; i < 2001; ++i) {
    input.yi.push_back(i % 2 == 0 ? 1.5 : -1.5);
    input.vi.push_back(1);
  }
  Job job = effects_job(input, "EE");
  const Result plain = run_ok(job);
  expect_log(plain.fit->number("QEp"), log_chi2(plain.fit->number("QE"), 2000), "QE");
  EXPECT_LT(plain.fit->number("QEp"), 1e-150);
  job.model.mods = "~ x + x2";
  const Result moderated = run_ok(job);
  expect_log(moderated.fit->number("QEp"), log_chi2(moderated.fit->number("QE"), 1998), "QE, moderators");
}

// QM of two coefficients is exp(-QM / 2); the F of two and d degrees of freedom is (1 + 2 F / d)^(-d / 2).
TEST(FarTail, OmnibusTests) {
  Input input{"slopes", {}, {}};
  for (int i = 0; i < 40; ++i) {
    input.yi.push_back(0.9 * i + (i % 2 == 0 ? 0.01 : -0.01));
    input.vi.push_back(4);
  }
  Job job = effects_job(input, "EE");
  job.model.mods = "~ x + x2";
  const Result z = run_ok(job);
  expect_log(z.fit->number("QMp"), -z.fit->number("QM") / 2, "QM");
  EXPECT_LT(z.fit->number("QMp"), 1e-200);
  job.inference.test = "knha";
  const Result f = run_ok(job);
  const double d = f.fit->vector("QM_df")[1];
  EXPECT_EQ(d, 37);
  EXPECT_GT(f.fit->number("QM"), 1e6);
  expect_log(f.fit->number("QMp"), -d / 2 * std::log1p(2 * f.fit->number("QM") / d), "F");
}

// t with two degrees of freedom: P(|T| > t) = 2 / (s (s + t)), s^2 = t^2 + 2.
TEST(FarTail, TestsByT) {
  const Input input{"k = 3", {1e9, 1e9 + 1, 1e9 - 1}, {1, 1, 1}};
  Job job = effects_job(input, "EE");
  job.inference.test = "knha";
  const Result result = run_ok(job);
  const double t = result.fit->vector("zval")[0], s = std::hypot(t, std::sqrt(2.0));
  EXPECT_GT(t, 1e9);
  expect_log(result.fit->vector("pval")[0], std::log(2 / (s * (s + t))), "t");
}

// Egger by a linear model on four effects: two degrees of freedom.
TEST(FarTail, EggerByT) {
  const Input input{"egger", {0.3, 0.4 + 1e-9, 0.5 - 1e-9, 0.6 + 1e-9}, {0.09, 0.16, 0.25, 0.36}};
  Job job = effects_job(input, "EE");
  job.questions = {{"lm", AskRegressionTest{"lm", "sei"}}};
  const Result result = run_ok(job);
  ASSERT_FALSE(result.answers[0].error) << describe(*result.answers[0].error);
  const Block& egger = result.answers[0].block;
  EXPECT_EQ(egger.number("dfs"), 2);
  const double t = egger.number("zval"), s = std::hypot(t, std::sqrt(2.0));
  EXPECT_GT(t, 1e6);
  expect_log(egger.number("pval"), std::log(2 / (s * (s + t))), "Egger");
}

// k effects whose order is that of their variances: of the k! orders, two are as extreme. Beyond the exact test the
// score is normal, with variance k (k - 1) (2 k + 5) / 18.
TEST(FarTail, RankTest) {
  for (const int k : {100, 2000}) {
    Input input{"rank", {}, {}};
    for (int i = 0; i < k; ++i) {
      input.vi.push_back(1 + 1e-6 * i);
      input.yi.push_back(0.01 * i);
    }
    Job job = effects_job(input, "EE");
    job.questions = {{"rank", AskRankTest{k == 100}}};
    const Result result = run_ok(job);
    ASSERT_FALSE(result.answers[0].error) << describe(*result.answers[0].error);
    const Block& rank = result.answers[0].block;
    ASSERT_NEAR(rank.number("tau"), 1, 1e-12);
    if (k == 100) {
      expect_log(rank.number("pval"), std::log(2.0) - std::lgamma(k + 1.0), "exact");
      continue;
    }
    // z = 67: p is 1e-977, which no double holds; zero is its nearest.
    EXPECT_LT(rank.number("pval"), 1e-300);
  }
  Input input{"rank", {}, {}};
  for (int i = 0; i < 600; ++i) {
    input.vi.push_back(1 + 1e-6 * i);
    input.yi.push_back(0.01 * i);
  }
  Job job = effects_job(input, "EE");
  job.questions = {{"rank", AskRankTest{false}}};
  const Result result = run_ok(job);
  ASSERT_FALSE(result.answers[0].error) << describe(*result.answers[0].error);
  const double k = 600, score = k * (k - 1) / 2, variance = k * (k - 1) * (2 * k + 5) / 18;
  expect_log(result.answers[0].block.number("pval"), log_two_sided(score / std::sqrt(variance)), "normal score");
}

// Bounds follow the quantile at levels close to 1: 2 Q(z) = 1 - level.
TEST(FarTail, BoundsAtExtremeLevels) {
  const Input input{"bounds", {0.1, 0.4, 0.2, 0.9}, {0.04, 0.04, 0.04, 0.04}};
  Job job = effects_job(input, "DL");
  job.inference.level = 1 - std::ldexp(1.0, -52);  // The last level below 1 but one.
  AskPredict predict;
  predict.predtype = "z";
  job.questions = {{"p", predict}};
  const Result result = run_ok(job);
  const Block& fit = *result.fit;
  const double z = (fit.vector("ci_ub")[0] - fit.vector("beta")[0]) / fit.vector("se")[0];
  // The expansion of this file needs z >= 20; the complementary error function is right here too.
  EXPECT_NEAR(std::log(std::erfc(z / std::sqrt(2.0))) / std::log(std::ldexp(1.0, -52)), 1, 1e-6);
  const Block& predicted = result.answers[0].block;
  EXPECT_NEAR((predicted.vector("pi_ub")[0] - predicted.vector("pred")[0]) / predicted.vector("pi_se")[0], z, 1e-9);
}

// --- models of counts

Job counts_job(const std::string& model, const std::vector<std::vector<std::string>>& rows) {
  Job job;
  auto table = data::Table::create("counts.csv", {"a", "n1", "c", "n2"}, rows);
  EXPECT_TRUE(table.ok());
  job.data.table = std::make_shared<const data::Table>(table.take());
  job.effect.measure = "OR";
  job.effect.arguments = {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
  job.model.counts = CountRequest{model};
  job.model.counts->correct = false;
  return job;
}

// One table: the Mantel-Haenszel chi-square is (ad - bc)^2 (N - 1) / (n1 n2 m1 m2), Peto's z^2 the same.
TEST(FarTail, MantelHaenszelAndPeto) {
  const std::vector<std::vector<std::string>> rows{{"900", "2000", "200", "2000"}, {"900", "2000", "200", "2000"}};
  const double a = 900, b = 1100, c = 200, d = 1800, n = 4000;
  const double one = std::pow(a * d - b * c, 2) * (n - 1) / (2000.0 * 2000 * 1100 * 2900);
  const Result mh = run_ok(counts_job("MH", rows));
  EXPECT_NEAR(mh.fit->number("MH"), 2 * one, 1e-9 * one);
  expect_log(mh.fit->number("MHp"), log_two_sided(std::sqrt(2 * one)), "CMH");
  EXPECT_LT(mh.fit->number("MHp"), 1e-230);
  const double z = mh.fit->vector("zval")[0];
  expect_log(mh.fit->vector("pval")[0], log_two_sided(z), "coefficient");
  const Result peto = run_ok(counts_job("PETO", rows));
  EXPECT_NEAR(peto.fit->vector("zval")[0], std::sqrt(2 * one), 1e-9 * one);
  expect_log(peto.fit->vector("pval")[0], log_two_sided(std::sqrt(2 * one)), "Peto");
}

// Two tables that say the opposite, then three (chi-square with 2 degrees of freedom: exp(-x / 2)).
TEST(FarTail, HomogeneityOfTables) {
  std::vector<std::vector<std::string>> rows{{"900", "2000", "200", "2000"}, {"200", "2000", "900", "2000"}};
  const Result two = run_ok(counts_job("MH", rows));
  for (const char* name : {"BD", "TA", "QE"}) {
    const double x = two.fit->number(name);
    EXPECT_GT(x, 900) << name;
    expect_log(two.fit->number(std::string(name) + "p"), log_two_sided(std::sqrt(x)), name);
  }
  rows.push_back({"500", "2000", "500", "2000"});
  const Result three = run_ok(counts_job("MH", rows));
  for (const char* name : {"BD", "TA", "QE"})
    expect_log(three.fit->number(std::string(name) + "p"), -three.fit->number(name) / 2, name);
  for (const char* model : {"UM.FS", "CM.AL"}) {
    Job job = counts_job(model, rows);
    job.model.method = "EE";
    const Result mixed = run_ok(job);
    for (const auto& [name, p] : {std::pair{"QE_Wld", "QEp_Wld"}, std::pair{"QE_LRT", "QEp_LRT"}})
      expect_log(mixed.fit->number(p), -mixed.fit->number(name) / 2, name);
  }
}

// --- location-scale: two halves with variances in the ratio 1 to 60

TEST(FarTail, TestsOfTheScale) {
  Input input{"scale", {}, {}};
  for (int i = 0; i < 600; ++i) {
    const double u = (i % 300 + 0.5) / 300, spread = i < 300 ? 0.3 : 2.4;
    input.yi.push_back(5 + spread * (2 * u - 1) * std::sqrt(3.0));
    input.vi.push_back(0.0025);
  }
  Job job = effects_job(input, "ML");
  job.model.scale = ScaleRequest{"~ half"};
  const Result result = run_ok(job);
  const double z = result.fit->vector("zval_alpha")[1];
  EXPECT_GT(z, 30);
  expect_log(result.fit->vector("pval_alpha")[1], log_two_sided(z), "alpha");
  expect_log(result.fit->number("QSp"), log_two_sided(std::sqrt(result.fit->number("QS"))), "QS");
}

}  // namespace
}  // namespace hedgerow::engine
