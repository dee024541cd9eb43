// Rules of integration on polynomials and on the noncentral beta density, which has a naive twin.
#include "stats/integrate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/noncentral_beta.hpp"

namespace hedgerow::stats {
namespace {

TEST(Integrate, GaussLegendreIsExactForPolynomialsOfDegree59) {
  for (const int degree : {0, 1, 7, 30, 59}) {
    double sum = 0;
    for (const Node& node : gauss_legendre(-1, 2, 1)) sum += node.weight * std::pow(node.x, degree);
    const double exact = (std::pow(2.0, degree + 1) - std::pow(-1.0, degree + 1)) / (degree + 1);
    EXPECT_NEAR(sum / exact, 1, 1e-12) << degree;
  }
}

TEST(Integrate, PanelsAreAscendingAndCoverTheInterval) {
  const std::vector<Node> nodes = gauss_legendre(2, 5, 4);
  ASSERT_EQ(nodes.size(), 120U);
  double length = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    length += nodes[i].weight;
    EXPECT_LT(i > 0 ? nodes[i - 1].x : 2, nodes[i].x);
  }
  EXPECT_NEAR(length, 3, 1e-13);
}

// Beta densities mixed by a Poisson distribution, summed from 0.
double naive_density(double x, double a, double b, double lambda) {
  double sum = 0;
  for (int j = 0; j < 2000; ++j)
    sum += std::exp(-0.5 * lambda +
                    (lambda > 0 ? j * std::log(0.5 * lambda)
                     : j == 0   ? 0
                                : -HUGE_VAL) -
                    std::lgamma(j + 1.0) + std::lgamma(a + j + b) - std::lgamma(a + j) - std::lgamma(b) +
                    (a + j - 1) * std::log(x) + (b - 1) * std::log1p(-x));
  return sum;
}

TEST(NoncentralBeta, DensityIsAPoissonMixture) {
  for (const double x : {0.05, 0.3, 0.8})
    for (const double lambda : {0.0, 0.01, 3.0, 80.0, 600.0}) {
      const double twin = naive_density(x, 2.5, 40, lambda);
      EXPECT_NEAR(noncentral_beta_density(x, 2.5, 40, lambda), twin, 1e-10 * twin + 1e-100) << x << " " << lambda;
    }
}

TEST(NoncentralBeta, DensityIntegratesToOne) {
  const double sum = integrate([](double x) { return noncentral_beta_density(x, 2, 30, 12); }, 0, 1);
  EXPECT_NEAR(sum, 1, 1e-10);
}

}  // namespace
}  // namespace hedgerow::stats
