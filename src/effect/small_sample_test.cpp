#include "effect/small_sample.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::effect {
namespace {

// J by the product that Gamma(m/2) / Gamma((m-1)/2) reduces to: only m = 2 and m = 3 need a known value.
double j_by_recurrence(int m) {
  // ratio(m) = Gamma(m/2) / Gamma((m-1)/2); ratio(m+2) = ratio(m) (m/2) / ((m-1)/2).
  long double ratio = m % 2 == 0 ? 1 / std::sqrt(std::acos(-1.0L)) : std::sqrt(std::acos(-1.0L)) / 2;
  for (int k = m % 2 == 0 ? 2 : 3; k < m; k += 2) ratio *= static_cast<long double>(k) / (k - 1);
  return static_cast<double>(ratio / std::sqrt(static_cast<long double>(m) / 2));
}

TEST(SmallSample, ExactJAgreesWithTheRecurrence) {
  for (int m : {2, 3, 4, 8, 18, 57, 199, 200, 201, 202, 343, 344, 1001, 100000}) {
    EXPECT_NEAR(hedges_j_exact(m) / j_by_recurrence(m), 1, 2e-14 * (1 + std::sqrt(m))) << "m = " << m;
  }
}

TEST(SmallSample, ApproximateJErrsAsPublished) {
  EXPECT_NEAR(hedges_j_approximate(3) - hedges_j_exact(3), 3.7e-3, 6e-4);
  EXPECT_NEAR(std::fabs(hedges_j_approximate(8) - hedges_j_exact(8)), 5.2e-4, 4e-4);
  EXPECT_DOUBLE_EQ(hedges_j_approximate(18), 1 - 3.0 / 71);
}

TEST(SmallSample, NoDegreesOfFreedomNoCorrection) {
  EXPECT_TRUE(std::isnan(hedges_j_exact(1)));
  EXPECT_TRUE(std::isnan(hedges_j_approximate(0)));
  EXPECT_TRUE(std::isnan(hedges_j_exact(std::nan(""))));
}

TEST(SmallSample, OlkinPrattIsOddAndFixesItsEnds) {
  EXPECT_EQ(olkin_pratt(0, 10), 0);
  EXPECT_DOUBLE_EQ(olkin_pratt(1, 10), 1);
  EXPECT_DOUBLE_EQ(olkin_pratt(-0.42, 12), -olkin_pratt(0.42, 12));
  EXPECT_NEAR(olkin_pratt(0.15, 30), 0.152840293767704, 1e-14);
  EXPECT_TRUE(std::isnan(olkin_pratt(0.3, 4)));
}

}  // namespace
}  // namespace hedgerow::effect
