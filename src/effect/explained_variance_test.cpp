// R^2 with fixed predictors: its variance against a naive sum, against the limit for large samples, and against
// simulated regressions. The other measures of R^2 stand in metafor_means_test.cpp.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "data/readers.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {
namespace {

/// The variance of one row.
double vi_of(const std::string& measure, double r2, int m, int n) {
  auto table = data::parse_csv(fmt::format("r2i,mi,ni\n{},{},{}\n", std::isnan(r2) ? "" : fmt::format("{}", r2), m, n),
                               "r2.csv");
  const auto effects = compute(measure, *table, {{"r2i", "r2i"}, {"mi", "mi"}, {"ni", "ni"}}, {});
  EXPECT_TRUE(effects) << (effects ? "" : describe(effects.error()));
  return effects ? effects->vi[0] : std::nan("");
}

// Variance of rho^2 on a grid whose density is that of R^2: beta densities mixed by a Poisson distribution.
double naive_variance(double r2, double m, double n) {
  const double a = 0.5 * m, b = 0.5 * (n - m - 1);
  double mass = 0, mean = 0, second = 0;
  constexpr int kGrid = 4000;
  for (int g = 0; g < kGrid; ++g) {
    const double rho2 = 1e-4 + (1 - 2e-4) * (g + 0.5) / kGrid, half = 0.5 * n * rho2 / (1 - rho2);
    if (half > 600) break;
    double density = 0;
    for (int j = 0; j < 1200; ++j)
      density += std::exp(-half + j * std::log(half) - std::lgamma(j + 1.0) + std::lgamma(a + j + b) -
                          std::lgamma(a + j) + j * std::log(r2));
    mass += density;
    mean += density * rho2;
    second += density * rho2 * rho2;
  }
  return second / mass - mean * mean / (mass * mass);
}

TEST(ExplainedVariance, FixedPredictorsMatchTheNaiveSum) {
  for (const auto& [r2, m, n] : {std::tuple(0.24, 4, 30), std::tuple(0.6, 2, 40), std::tuple(0.05, 8, 60)})
    EXPECT_NEAR(vi_of("R2F", r2, m, n) / naive_variance(r2, m, n), 1, 1e-5) << r2;
}

// R^2 = A / (A + B) with A noncentral and B central chi-square: 2 rho^2 (1 - rho^2)^2 (2 - rho^2) / n.
TEST(ExplainedVariance, FixedPredictorsInLargeSamples) {
  for (const double r2 : {0.05, 0.3, 0.7}) {
    constexpr int kMany = 400000;
    const double limit = 2 * r2 * (1 - r2) * (1 - r2) * (2 - r2) / kMany;
    EXPECT_NEAR(vi_of("R2F", r2, 5, kMany) / limit, 1, 2e-3) << r2;
  }
}

// The z of a regression varies as ZR2F says, not as 1 / (1 - R2^2)^2 times the variance of R^2 (docs/errata.md).
TEST(ExplainedVariance, ZVariesAsSimulated) {
  constexpr int kDraws = 20000, kM = 4, kN = 218;
  constexpr double kR2 = 0.24;
  RandomStream random(5, 1);
  double sum = 0, squares = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    double explained = 0, rest = 0;
    for (int i = 0; i < kM; ++i) {
      const double x = random.normal() + (i == 0 ? std::sqrt(kN * kR2 / (1 - kR2)) : 0);
      explained += x * x;
    }
    for (int i = 0; i < kN - kM - 1; ++i) rest += std::pow(random.normal(), 2);
    const double z = std::atanh(std::sqrt(explained / (explained + rest)));
    sum += z;
    squares += z * z;
  }
  const double simulated = (squares - sum * sum / kDraws) / (kDraws - 1);
  EXPECT_NEAR(vi_of("ZR2F", kR2, kM, kN) / simulated, 1, 0.06);
}

TEST(ExplainedVariance, FixedPredictorsNeedSomethingBetweenNoneAndAll) {
  EXPECT_TRUE(std::isnan(vi_of("R2F", 0, 4, 100)));
  EXPECT_TRUE(std::isnan(vi_of("ZR2F", 1, 4, 100)));
  EXPECT_TRUE(std::isnan(vi_of("R2F", std::nan(""), 4, 100)));
  EXPECT_GT(vi_of("R2F", 1e-6, 1, 20), 0);
  EXPECT_GT(vi_of("R2F", 0.999, 3, 6), 0);
}

}  // namespace
}  // namespace hedgerow::effect
