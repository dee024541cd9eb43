#include "stats/hypergeometric.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::stats {
namespace {

// DLMF 15.4.1: 2F1(1, 1; 2; z) = -log(1 - z) / z lies outside c > a + b; 15.4.4 is inside for z < 1 with c = 3/2.
TEST(Hypergeometric, ArcsineIdentity) {
  for (double x : {0.1, 0.5, 0.8, 0.9, 0.99}) {
    EXPECT_NEAR(hypergeometric_2f1(0.5, 0.5, 1.5, x * x), std::asin(x) / x, 1e-13) << x;
  }
}

TEST(Hypergeometric, GaussSumAtOne) {
  for (double c : {2.5, 3.0, 7.5}) {
    const double expected = std::exp(std::lgamma(c) + std::lgamma(c - 2) - 2 * std::lgamma(c - 1));
    EXPECT_NEAR(hypergeometric_2f1(1, 1, c, 1.0) / expected, 1, 1e-11) << c;
  }
}

TEST(Hypergeometric, SeriesAndIntegralMeet) {
  for (double c : {2.5, 10.0, 500.0}) {
    const double below = hypergeometric_2f1(0.5, 0.5, c, 0.75);
    const double above = hypergeometric_2f1(0.5, 0.5, c, std::nextafter(0.75, 1.0));
    EXPECT_NEAR(below / above, 1, 1e-12) << c;
  }
}

TEST(Hypergeometric, OutsideItsRegionIsMissing) {
  EXPECT_TRUE(std::isnan(hypergeometric_2f1(0.5, 0.5, 1.0, 0.3)));
  EXPECT_TRUE(std::isnan(hypergeometric_2f1(0.5, 0.5, 3.0, 1.5)));
}

}  // namespace
}  // namespace hedgerow::stats
