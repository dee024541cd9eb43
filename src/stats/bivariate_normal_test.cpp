// The bivariate normal distribution function against closed forms, a naive integral and published values.
#include "stats/bivariate_normal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "stats/distributions.hpp"

namespace hedgerow::stats {
namespace {

// Integral of phi(x) Phi((k - rho x) / sqrt(1 - rho^2)) up to h by Simpson's rule with very many steps.
double naive(double h, double k, double rho) {
  const double low = -12;
  const int n = 40000;
  const double step = (h - low) / n;
  const double s = std::sqrt(1 - rho * rho);
  double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const double x = low + i * step;
    const double weight = i == 0 || i == n ? 1 : (i % 2 ? 4 : 2);
    sum += weight * std::exp(-x * x / 2) * 0.5 * std::erfc(-(k - rho * x) / s / std::sqrt(2.0));
  }
  return sum * step / 3 / std::sqrt(2 * M_PI);
}

TEST(BivariateNormal, AgreesWithTheIntegral) {
  for (const double h : {-3.1, -1.0, -0.2, 0.0, 0.7, 2.4}) {
    for (const double k : {-2.2, -0.4, 0.0, 0.3, 1.9}) {
      for (const double rho : {-0.97, -0.6, -0.1, 0.0, 0.35, 0.8, 0.99}) {
        EXPECT_NEAR(bivariate_normal_cdf(h, k, rho), naive(h, k, rho), 1e-12) << h << " " << k << " " << rho;
      }
    }
  }
}

TEST(BivariateNormal, Sheppard) {
  // P(X <= 0, Y <= 0) = 1/4 + asin(rho) / (2 pi).
  EXPECT_NEAR(bivariate_normal_cdf(0, 0, 0.5), 1.0 / 3, 1e-15);
  EXPECT_NEAR(bivariate_normal_cdf(0, 0, -0.5), 1.0 / 6, 1e-15);
}

TEST(BivariateNormal, QuadrantsAddUpToTheMargins) {
  for (const double rho : {-0.9999, -0.4, 0.2, 0.9999}) {
    const double h = 0.8, k = -1.3;
    EXPECT_NEAR(bivariate_normal_cdf(h, k, rho) + bivariate_normal_cdf(h, -k, -rho), normal_cdf(h), 1e-15);
    EXPECT_EQ(bivariate_normal_cdf(h, k, rho), bivariate_normal_cdf(k, h, rho));
  }
}

TEST(BivariateNormal, PerfectCorrelationAndInfiniteLimits) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(bivariate_normal_cdf(0.3, 1.2, 1), normal_cdf(0.3));
  EXPECT_EQ(bivariate_normal_cdf(-0.3, 0.2, -1), 0);
  EXPECT_NEAR(bivariate_normal_cdf(0.3, 0.2, -1), normal_cdf(0.3) - normal_cdf(-0.2), 1e-15);
  EXPECT_NEAR(bivariate_normal_cdf(9, 9.5, -1), 1, 1e-15);
  EXPECT_EQ(bivariate_normal_cdf(infinity, 0.2, 0.7), normal_cdf(0.2));
  EXPECT_EQ(bivariate_normal_cdf(0.2, -infinity, 0.7), 0);
  EXPECT_TRUE(std::isnan(bivariate_normal_cdf(std::nan(""), 0, 0)));
  EXPECT_TRUE(std::isnan(bivariate_normal_cdf(0, 0, 1.1)));
}

TEST(BivariateNormal, ContinuousTowardsPerfectCorrelation) {
  EXPECT_NEAR(bivariate_normal_cdf(0.3, 1.2, 1 - 1e-14), normal_cdf(0.3), 1e-14);
  EXPECT_NEAR(bivariate_normal_cdf(0.3, 0.2, -1 + 1e-14), normal_cdf(0.3) - normal_cdf(-0.2), 1e-14);
}

TEST(BivariateNormal, DensityIsTheDerivativeInRho) {
  const double step = 1e-5;
  for (const double rho : {-0.7, 0.0, 0.4}) {
    const double slope =
        (bivariate_normal_cdf(0.5, -0.8, rho + step) - bivariate_normal_cdf(0.5, -0.8, rho - step)) / (2 * step);
    EXPECT_NEAR(bivariate_normal_density(0.5, -0.8, rho), slope, 1e-9);
  }
}

}  // namespace
}  // namespace hedgerow::stats
