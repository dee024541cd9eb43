#include "infer/wild_bootstrap.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "infer/robust_tests.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

/// Three-level data of m studies with up to three effects, components given, slope on a moderator.
model::Fit three_level(std::size_t m) {
  model::Data data;
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups.resize(2);
  spec.sigma2 = {0.04, 0.02};
  RandomStream random(7, 0);
  Vector dose;
  for (std::size_t j = 0; j < m; ++j)
    for (std::size_t i = 0; i <= j % 3; ++i) {
      spec.groups[0].push_back(static_cast<std::uint32_t>(j));
      spec.groups[1].push_back(static_cast<std::uint32_t>(data.yi.size()));
      dose.push_back(random.uniform() + 2000);
      data.vi.push_back(0.02 + 0.1 * random.uniform());
      data.yi.push_back(0.3 * dose.back() - 600 + 0.3 * random.normal());
    }
  data.x = Matrix(data.yi.size(), 2, 1.0);
  for (std::size_t i = 0; i < dose.size(); ++i) data.x(i, 1) = dose[i];
  data.names = {"intrcpt", "dose"};
  data.term = {0, 1};
  return *model::fit(*model::Problem::create(data, spec));
}

Matrix slope() {
  Matrix l(1, 2);
  l(0, 1) = 1;
  return l;
}

/// F of a fit of other outcomes with the same components.
double statistic_of(const model::Fit& fit, Vector yi, Adjustment adjustment, const Matrix& l) {
  model::Data data = fit.problem.data();
  data.yi = std::move(yi);
  const model::Fit refit = *model::fit(*model::Problem::create(data, fit.problem.spec()));
  const auto sandwich = Sandwich::create(refit, {.adjustment = adjustment, .wald_test = WaldTest::chi_sq});
  return robust_wald(*sandwich, l, stats::multiply(l, refit.beta)).statistic;
}

TEST(WildBootstrap, EveryReplicateIsARefitOfItsOutcomes) {
  const model::Fit fit = three_level(9);
  const model::Data& data = fit.problem.data();
  // Under the hypothesis of no slope the working weights give a mean of their own.
  Matrix ones(fit.k(), 1, 1.0);
  const model::Fit null = *model::fit(*fit.problem.with_design(ones, {"intrcpt"}));
  const auto clusters = fit.problem.clusters();
  for (const Adjustment adjustment : {Adjustment::cr0, Adjustment::cr2, Adjustment::cr1s}) {
    const auto out = wild_bootstrap(fit, {.adjustment = adjustment}, slope(), {}, {.replicates = 20, .seed = 3});
    ASSERT_TRUE(out.ok()) << out.error().message;
    EXPECT_NEAR(out->statistic, statistic_of(fit, data.yi, adjustment, slope()), 1e-8 * out->statistic);
    for (std::size_t r = 0; r < 20; ++r) {
      RandomStream random(3, r);
      Vector signs(9);
      for (double& sign : signs) sign = random.sign();
      Vector yi(fit.k());
      for (std::size_t i = 0; i < fit.k(); ++i) yi[i] = null.beta[0] + signs[clusters[i]] * (data.yi[i] - null.beta[0]);
      const double expected = statistic_of(fit, yi, adjustment, slope());
      EXPECT_NEAR(out->replicates[r], expected, 1e-7 * (1 + expected)) << name(adjustment) << " replicate " << r;
    }
  }
}

TEST(WildBootstrap, WeightsHaveMeanZeroAndVarianceOne) {
  // One coefficient and many clusters: Q* is close to chi-square with one df under every distribution.
  const model::Fit fit = three_level(500);
  for (const WildWeights weights : {WildWeights::rademacher, WildWeights::mammen, WildWeights::webb}) {
    const auto out = wild_bootstrap(fit, {.adjustment = Adjustment::cr0}, slope(), {},
                                    {.weights = weights, .replicates = 2000, .seed = 11});
    ASSERT_TRUE(out.ok());
    double mean = 0;
    for (const double q : out->replicates) mean += q / 2000;
    EXPECT_NEAR(mean, 1, 0.12) << name(weights);
    EXPECT_EQ(*parse_wild_weights(name(weights)), weights);
  }
}

TEST(WildBootstrap, ATrueHypothesisIsNotRejectedAndTheSeedDecides) {
  const model::Fit fit = three_level(12);
  const Vector rhs{fit.beta[1]};
  const auto same = wild_bootstrap(fit, {}, slope(), rhs, {.replicates = 99, .seed = 5});
  ASSERT_TRUE(same.ok());
  EXPECT_NEAR(same->statistic, 0, 1e-12);
  EXPECT_EQ(same->pval, 1);
  const auto a = wild_bootstrap(fit, {}, slope(), {}, {.replicates = 99, .seed = 5});
  const auto b = wild_bootstrap(fit, {}, slope(), {}, {.replicates = 99, .seed = 5});
  const auto c = wild_bootstrap(fit, {}, slope(), {}, {.replicates = 99, .seed = 6});
  EXPECT_EQ(a->replicates, b->replicates);
  EXPECT_NE(a->replicates, c->replicates);
}

TEST(WildBootstrap, RefusesWhatHasNoMeaning) {
  const model::Fit fit = three_level(6);
  EXPECT_FALSE(wild_bootstrap(fit, {}, Matrix(1, 3, 1.0), {}, {}).ok());
  EXPECT_FALSE(wild_bootstrap(fit, {}, Matrix(2, 2, 1.0), {}, {}).ok()) << "two equal rows";
  EXPECT_FALSE(wild_bootstrap(fit, {}, slope(), {}, {.replicates = 0}).ok());
  EXPECT_FALSE(parse_wild_weights("normal").ok());
  const auto few = wild_bootstrap(fit, {}, slope(), {}, {.replicates = 9});
  ASSERT_EQ(few->warnings.size(), 1U);
  EXPECT_NE(few->warnings[0].find("64"), std::string::npos) << few->warnings[0];
}

}  // namespace
}  // namespace hedgerow::infer
