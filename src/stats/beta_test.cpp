// The beta distribution against closed forms of integer parameters, and in the far tails.
#include "stats/beta.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::stats {
namespace {

TEST(Beta, ClosedForms) {
  // One parameter 1: P(X > x) = (1 - x)^b. Two and two: x^2 (3 - 2x).
  EXPECT_NEAR(beta_upper(0.3, 1, 5), std::pow(0.7, 5), 1e-15);
  EXPECT_NEAR(beta_cdf(0.3, 1, 5), 1 - std::pow(0.7, 5), 1e-15);
  EXPECT_NEAR(beta_cdf(0.3, 2, 2), 0.09 * 2.4, 1e-15);
  EXPECT_NEAR(beta_quantile_upper(0.025, 1, 20), 1 - std::pow(0.025, 1.0 / 20), 1e-14);
}

TEST(Beta, QuantilesTurnTailsRound) {
  for (const double p : {1e-300, 1e-20, 0.025, 0.5, 0.975}) {
    EXPECT_NEAR(beta_cdf(beta_quantile(p, 3, 8), 3, 8) / p, 1, 1e-10) << p;
    if (p < 1e-3) continue;  // The quantile would lie too near 1 to turn it round.
    EXPECT_NEAR(beta_upper(beta_quantile_upper(p, 8, 3), 8, 3) / p, 1, 1e-10) << p;
  }
}

TEST(Beta, OutsideTheDomain) {
  EXPECT_TRUE(std::isnan(beta_cdf(0.5, 0, 1)));
  EXPECT_TRUE(std::isnan(beta_quantile(1.5, 1, 1)));
  EXPECT_EQ(beta_cdf(-1, 2, 2), 0);
  EXPECT_EQ(beta_upper(2, 2, 2), 0);
}

}  // namespace
}  // namespace hedgerow::stats
