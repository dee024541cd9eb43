#include "screening/calibrate.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.hpp"

namespace hedgerow::screening {
namespace {

TEST(Calibrate, finds_a_known_curve) {
  RandomStream random(9, 0);
  const Logistic truth{-1, 2};
  std::vector<double> scores;
  std::vector<int> relevant;
  for (int i = 0; i < 20000; ++i) {
    scores.push_back(random.normal());
    relevant.push_back(random.uniform() < truth(scores.back()) ? 1 : 0);
  }
  const Logistic found = fit_logistic(scores, relevant);
  EXPECT_NEAR(found.a, truth.a, 0.06);
  EXPECT_NEAR(found.b, truth.b, 0.08);
}

TEST(Calibrate, separated_or_equal_scores_have_a_finite_curve) {
  const std::vector<int> relevant{0, 0, 0, 1, 1};
  const Logistic apart = fit_logistic(std::vector<double>{-2, -1, -1, 1, 2}, relevant);
  EXPECT_TRUE(std::isfinite(apart.b) && apart.b > 0);
  EXPECT_LT(apart(-2), 0.5);
  EXPECT_GT(apart(2), 0.5);
  const Logistic flat = fit_logistic(std::vector<double>(5, 0.0), relevant);
  // Targets 3/4 twice and 1/5 thrice: their mean is 0.42.
  EXPECT_NEAR(flat(0), 0.42, 1e-6);
}

}  // namespace
}  // namespace hedgerow::screening
