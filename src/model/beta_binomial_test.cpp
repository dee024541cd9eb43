// Beta-binomial model against gamma functions, closed forms, its own score by differences, and degenerate data.
#include "model/beta_binomial.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::model {
namespace {

/// By log beta functions.
double twin(double x, double n, double mu, double rho) {
  const double a = mu * (1 - rho) / rho, b = (1 - mu) * (1 - rho) / rho;
  const auto log_beta = [](double u, double v) { return std::lgamma(u) + std::lgamma(v) - std::lgamma(u + v); };
  return std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) + log_beta(x + a, n - x + b) - log_beta(a, b);
}

Problem problem_of(Counts counts, const char* measure, bool random = true) {
  Data data;
  const std::size_t k = counts.x1.size();
  data.counts = std::move(counts);
  data.yi.assign(k, 0.0);
  data.vi.assign(k, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  data.x = stats::Matrix(k, 1, 1.0);
  CountModel spec;
  spec.method = CountMethod::beta_binomial;
  spec.measure = measure;
  spec.random = random;
  auto problem = Problem::create(data, spec);
  EXPECT_TRUE(problem.ok()) << (problem.ok() ? "" : problem.error().message);
  return *problem;
}

Counts arms() {
  return {CountKind::tables,
          {0, 9, 8, 3, 0, 14},
          {40, 90, 150, 33, 25, 400},
          {2, 9, 44, 0, 0, 40},
          {42, 88, 140, 35, 25, 390}};
}

TEST(BetaBinomial, LikelihoodByGammaFunctions) {
  for (const double rho : {0.001, 0.05, 0.4})
    for (const double mu : {0.01, 0.3, 0.9})
      for (const double n : {5.0, 40.0, 900.0})
        for (const double x : {0.0, 1.0, 4.0, n})
          EXPECT_NEAR(beta_binomial_loglik(x, n, mu, rho / (1 - rho)) / twin(x, n, mu, rho), 1, 1e-10)
              << x << " of " << n << ", mu " << mu << ", rho " << rho;
}

TEST(BetaBinomial, WithoutCorrelationItIsBinomial) {
  EXPECT_NEAR(beta_binomial_loglik(3, 10, 0.2, 0), std::log(120 * std::pow(0.2, 3) * std::pow(0.8, 7)), 1e-12);
  // A million persons: by the sum of all terms.
  double sum = std::lgamma(1e6 + 1) - std::lgamma(1001) - std::lgamma(999001);
  const double mu = 0.001, theta = 1e-4;
  for (double r = 0; r < 1000; ++r) sum += std::log(mu + r * theta);
  for (double r = 0; r < 999000; ++r) sum += std::log(1 - mu + r * theta);
  for (double r = 0; r < 1e6; ++r) sum -= std::log(1 + r * theta);
  EXPECT_NEAR(beta_binomial_loglik(1000, 1e6, mu, theta), sum, 1e-6);
}

TEST(BetaBinomial, TheEstimatesAreStationary) {
  const Counts c = arms();
  const auto fit = fit_beta_binomial(problem_of(c, "OR"));
  ASSERT_TRUE(fit.ok()) << fit.error().message;
  // Profile of the level by a grid, at the estimates of the others: the log-likelihood is that of the fit.
  const auto value = [&](double level, double beta, double rho) {
    double l = 0;
    for (std::size_t i = 0; i < c.x1.size(); ++i) {
      l += twin(c.x1[i], c.n1[i], 1 / (1 + std::exp(-level - beta)), rho);
      l += twin(c.x2[i], c.n2[i], 1 / (1 + std::exp(-level)), rho);
    }
    return l;
  };
  double level = -3, best = -1e9;
  for (double at = -5; at < 0; at += 1e-4)
    if (value(at, fit->beta[0], fit->counts.rho) > best) {
      level = at;
      best = value(at, fit->beta[0], fit->counts.rho);
    }
  EXPECT_NEAR(best, fit->ml.loglik, 1e-7);
  const double h = 1e-4;
  EXPECT_NEAR((value(level, fit->beta[0] + h, fit->counts.rho) - value(level, fit->beta[0] - h, fit->counts.rho)), 0,
              1e-5);
  EXPECT_NEAR((value(level, fit->beta[0], fit->counts.rho + h) - value(level, fit->beta[0], fit->counts.rho - h)), 0,
              1e-4);
  EXPECT_GT(fit->counts.rho, 0);
  EXPECT_LT(fit->certificate.gradient_norm, 1e-6);
}

TEST(BetaBinomial, EqualProportionsHaveNoCorrelation) {
  const auto fit =
      fit_beta_binomial(problem_of({CountKind::proportions, {5, 5, 5, 5}, {20, 20, 20, 20}, {}, {}}, "PLO"));
  ASSERT_TRUE(fit.ok()) << fit.error().message;
  EXPECT_EQ(fit->counts.rho, 0);
  EXPECT_NEAR(fit->beta[0], std::log(1.0 / 3), 1e-9);
  EXPECT_NEAR(fit->vb(0, 0), 1 / (80 * 0.25 * 0.75), 1e-9);
}

/// The example of betabin() of the R package sensR (christensen2018), without correction for chance: mu and gamma, the
/// mean and the correlation, as its maker's tests print them.
TEST(BetaBinomial, SensoryPanelOfSensR) {
  const auto fit = fit_beta_binomial(problem_of({CountKind::proportions,
                                                 {3, 2, 6, 8, 3, 4, 6, 0, 9, 9, 0, 2, 1, 2, 8, 9, 5, 7},
                                                 {10, 9, 8, 9, 8, 6, 9, 10, 10, 10, 9, 9, 10, 10, 10, 10, 9, 10},
                                                 {},
                                                 {}},
                                                "PLO"));
  ASSERT_TRUE(fit.ok()) << fit.error().message;
  EXPECT_NEAR(1 / (1 + std::exp(-fit->beta[0])), 0.493812345858779, 1e-6);
  EXPECT_NEAR(fit->counts.rho, 0.31442578341548, 1e-6);
}

TEST(BetaBinomial, RefusesWhatItCannotEstimate) {
  EXPECT_FALSE(
      fit_beta_binomial(problem_of({CountKind::tables, {0, 0, 0}, {20, 30, 25}, {2, 3, 1}, {21, 30, 24}}, "OR")).ok());
  EXPECT_FALSE(fit_beta_binomial(problem_of({CountKind::tables, {0.5, 1}, {20, 30}, {2, 3}, {21, 30}}, "OR")).ok());
  EXPECT_FALSE(fit_beta_binomial(problem_of(arms(), "OR", false)).ok());
}

}  // namespace
}  // namespace hedgerow::model
