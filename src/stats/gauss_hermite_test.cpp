// Rule of Gauss and Hermite against the moments of the normal distribution and closed forms.
#include "stats/gauss_hermite.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::stats {
namespace {

double moment(const QuadratureRule& rule, int power) {
  double sum = 0;
  for (std::size_t q = 0; q < rule.nodes.size(); ++q) sum += rule.weights[q] * std::pow(rule.nodes[q], power);
  return sum;
}

TEST(GaussHermite, TheRuleOfThreeNodesIsClosed) {
  const QuadratureRule rule = gauss_hermite(3);
  EXPECT_NEAR(rule.nodes[0], -std::sqrt(3.0), 1e-14);
  EXPECT_EQ(rule.nodes[1], 0);
  EXPECT_NEAR(rule.weights[0], 1.0 / 6, 1e-14);
  EXPECT_NEAR(rule.weights[1], 2.0 / 3, 1e-14);
}

TEST(GaussHermite, MomentsAreExactUpToItsDegree) {
  for (const std::size_t n : {1u, 2u, 7u, 20u, 50u, 200u}) {
    const QuadratureRule rule = gauss_hermite(n);
    double expected = 1;
    for (int power = 0; power < std::min(2 * static_cast<int>(n), 20); power += 2) {
      EXPECT_NEAR(moment(rule, power) / expected, 1, 1e-12) << n << " nodes, moment " << power;
      EXPECT_NEAR(moment(rule, power + 1), 0, 1e-10 * expected * std::sqrt(power + 1.0)) << n;
      expected *= power + 1;
    }
  }
  // One node less than needed: the moment is wrong.
  EXPECT_GT(std::abs(moment(gauss_hermite(3), 6) - 15), 1);
}

TEST(GaussHermite, ExpectationOfAnExponential) {
  const QuadratureRule rule = gauss_hermite(40);
  double sum = 0;
  for (std::size_t q = 0; q < rule.nodes.size(); ++q) sum += rule.weights[q] * std::exp(1.5 * rule.nodes[q]);
  EXPECT_NEAR(sum, std::exp(1.125), 1e-12);
}

}  // namespace
}  // namespace hedgerow::stats
