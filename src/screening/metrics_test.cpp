#include "screening/metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace hedgerow::screening {
namespace {

// Loss as an area: between the best curve and this one, as a share of that between the best and the worst.
double naive_loss(const std::vector<int>& labels) {
  const auto area = [](const std::vector<int>& order) {
    double sum = 0;
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t j = 0; j <= i; ++j) sum += order[j];
    return sum;
  };
  std::vector<int> best = labels, worst = labels;
  std::sort(best.rbegin(), best.rend());
  std::sort(worst.begin(), worst.end());
  return (area(best) - area(labels)) / (area(best) - area(worst));
}

TEST(Metrics, worked_by_hand) {
  // Ranks of the relevant ones: 1, 3. c = 1 1 2 2 2, its sum 8; loss = (2 (5 - 0.5) - 8) / (2 * 3) = 1/6.
  const Metrics m = metrics(std::vector<int>{1, 0, 1, 0, 0});
  EXPECT_NEAR(*m.loss, 1.0 / 6, 1e-15);
  EXPECT_NEAR(*m.ndcg, (1 + 0.5) / (1 + 1 / std::log2(3)), 1e-15);
  EXPECT_NEAR(*m.wss_95, 2.0 / 5 - 0.05, 1e-15);
  EXPECT_NEAR(*m.wss_100, 2.0 / 5, 1e-15);
  EXPECT_NEAR(*m.recall_10, 0.5, 1e-15);
  EXPECT_NEAR(*m.erf_10, 0.5 - 0.2, 1e-15);
  EXPECT_NEAR(*m.atd, 2.0 / 5, 1e-15);
  EXPECT_NEAR(*m.tnr_95, 2.0 / 3, 1e-15);
  EXPECT_EQ(m.read_to_95, 3U);
}

TEST(Metrics, share_of_a_round_number_is_not_lost_to_rounding) {
  std::vector<int> labels(19, 1);  // 0.95 * 20 is 19: one is left out on purpose
  labels.push_back(0);
  labels.push_back(1);
  EXPECT_EQ(metrics(labels).read_to_95, 19U);
  EXPECT_EQ(metrics(labels).read_to_100, 21U);
}

TEST(Metrics, loss_agrees_with_the_areas) {
  RandomStream random(3, 0);
  for (int repeat = 0; repeat < 50; ++repeat) {
    std::vector<int> labels{1, 0};
    for (std::size_t i = 0; i < 30; ++i) labels.push_back(random.uniform() < 0.2 ? 1 : 0);
    for (std::size_t i = labels.size() - 1; i > 0; --i) std::swap(labels[i], labels[random.below(i + 1)]);
    EXPECT_NEAR(*metrics(labels).loss, naive_loss(labels), 1e-12);
  }
}

TEST(Metrics, ends_and_nothing_to_find) {
  EXPECT_NEAR(*metrics(std::vector<int>{1, 1, 0, 0, 0}).loss, 0, 1e-15);
  EXPECT_NEAR(*metrics(std::vector<int>{0, 0, 0, 1, 1}).loss, 1, 1e-15);
  EXPECT_FALSE(metrics(std::vector<int>{0, 0}).ndcg);
  EXPECT_FALSE(metrics(std::vector<int>{1, 1}).loss);
  EXPECT_FALSE(metrics(std::vector<int>{}).loss);
}

}  // namespace
}  // namespace hedgerow::screening
