#include "stats/chi2_mixture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "stats/distributions.hpp"

namespace hedgerow::stats {
namespace {

TEST(Chi2Mixture, EqualWeightsAreAScaledChiSquare) {
  for (const int n : {1, 2, 5, 12, 40, 200})
    for (const double p : {0.001, 0.025, 0.5, 0.9, 0.999}) {
      const double x = chi2_quantile(p, n);
      const std::vector<double> lambda(static_cast<std::size_t>(n), 3.0);
      EXPECT_NEAR(chi2_mixture_cdf(lambda, 3 * x), p, 1e-10) << "n = " << n;
    }
}

TEST(Chi2Mixture, PairsOfWeightsHaveAnExponentialForm) {
  // a (Z1^2 + Z2^2) + b (Z3^2 + Z4^2): P(Q > x) = (a e^(-x/2a) - b e^(-x/2b)) / (a - b).
  for (const double ratio : {2.0, 50.0, 1e4})
    for (const double x : {0.01, 0.5, 2.0, 9.0}) {
      const double a = ratio;
      const double upper = (a * std::exp(-x / (2 * a)) - std::exp(-x / 2)) / (a - 1);
      const std::vector<double> lambda{a, a, 1, 1};
      EXPECT_NEAR(chi2_mixture_cdf(lambda, x), 1 - upper, 1e-10) << ratio << " " << x;
    }
}

TEST(Chi2Mixture, NothingLiesBelowZero) { EXPECT_EQ(chi2_mixture_cdf(std::vector<double>{1, 2}, 0), 0); }

}  // namespace
}  // namespace hedgerow::stats
