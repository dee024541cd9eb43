#include "screening/naive_bayes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hedgerow::screening {
namespace {

// Three features: 0 and 1 are shared, one more belongs to record 0 alone. alpha 1.
TEST(NaiveBayes, worked_by_hand) {
  SparseRows rows;
  rows.starts = {0, 1, 2, 4};
  rows.columns = {0, 1, 0, 1};
  rows.values = {2, 1, 1, 1};
  rows.squared_norm = {5, 1, 2};
  rows.own_sum = {1, 0, 0};
  rows.width = 2;
  rows.all_features = 3;
  // Included: record 0 with weight 2 (feature 0: 4, own: 2; all 6). Excluded: record 1 with weight 3 (feature 1: 3).
  const std::vector<Example> examples{{0, 1, 2}, {1, -1, 3}};
  const std::vector<double> scores = naive_bayes_scores(rows, examples, 1);
  const double first = std::log((5.0 / 9) / (1.0 / 6)), second = std::log((1.0 / 9) / (4.0 / 6));
  EXPECT_NEAR(scores[2], first + second, 1e-12);
  EXPECT_NEAR(scores[1], second, 1e-12);
}

}  // namespace
}  // namespace hedgerow::screening
