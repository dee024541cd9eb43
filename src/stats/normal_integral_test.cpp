#include "stats/normal_integral.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "stats/distributions.hpp"
#include "stats/f_quantile.hpp"

namespace hedgerow::stats {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(NormalIntegral, MomentsOfTheWholeLine) {
  const auto mean = [](auto h, double m, double v) { return truncated_normal_mean(h, m, v, -kInf, kInf); };
  EXPECT_NEAR(mean([](double x) { return x * x; }, 1.5, 0.3), 1.5 * 1.5 + 0.3, 1e-13);
  EXPECT_NEAR(mean([](double x) { return std::exp(x); }, 0.2, 4.0) / std::exp(2.2), 1, 1e-12);
  EXPECT_NEAR(mean([](double x) { return normal_cdf(x); }, 0.7, 2.0), normal_cdf(0.7 / std::sqrt(3.0)), 1e-13);
  EXPECT_NEAR(mean([](double x) { return normal_cdf(x); }, 0.7, 1e4), normal_cdf(0.7 / std::sqrt(10001.0)), 1e-12);
}

// The mean of a truncated normal variable: mean + sd phi(a) / P(Z > a).
TEST(NormalIntegral, TruncationKeepsItsDigitsInTheFarTail) {
  for (const double a : {-3.0, 0.0, 2.0, 20.0, 35.0}) {
    const double got = truncated_normal_mean([](double x) { return x; }, -2 * a, 4, 0, kInf);
    const double want = -2 * a + 2 * normal_density(a) / normal_upper(a);
    EXPECT_NEAR(got / want, 1, a > 10 ? 1e-9 : 1e-12) << a;
  }
}

TEST(NormalIntegral, MissingWhereItIsNotDefined) {
  const auto h = [](double x) { return x; };
  EXPECT_TRUE(std::isnan(truncated_normal_mean(h, 0, 0, -kInf, kInf)));
  EXPECT_TRUE(std::isnan(truncated_normal_mean(h, 0, 1, 1, 1)));
  EXPECT_TRUE(std::isnan(truncated_normal_mean(h, std::nan(""), 1, -kInf, kInf)));
}

TEST(FQuantile, IsTheInverseOfTheUpperTail) {
  for (const double p : {0.9, 0.05, 1e-10, 1e-200})
    EXPECT_NEAR(f_upper(f_quantile_upper(p, 3, 40), 3, 40) / p, 1, 1e-9);
  EXPECT_EQ(f_quantile_upper(1, 3, 40), 0);
  EXPECT_TRUE(std::isnan(f_quantile_upper(0, 3, 40)));
}

}  // namespace
}  // namespace hedgerow::stats
