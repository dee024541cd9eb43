#include "screening/stopping.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.hpp"

namespace hedgerow::screening {
namespace {

double choose(std::size_t n, std::size_t k) {
  double result = 1;
  for (std::size_t i = 0; i < k; ++i) result *= static_cast<double>(n - i) / static_cast<double>(i + 1);
  return k > n ? 0 : result;
}

double naive_lower(std::size_t documents, std::size_t relevant, std::size_t n, std::size_t k) {
  double sum = 0;
  for (std::size_t x = 0; x <= k; ++x)
    if (x <= n && n - x <= documents - relevant) sum += choose(relevant, x) * choose(documents - relevant, n - x);
  return sum / choose(documents, n);
}

std::vector<int> shuffled(std::size_t documents, std::size_t relevant, RandomStream& random) {
  std::vector<int> urn(documents, 0);
  std::fill(urn.begin(), urn.begin() + static_cast<long>(relevant), 1);
  for (std::size_t i = documents - 1; i > 0; --i) std::swap(urn[i], urn[random.below(i + 1)]);
  return urn;
}

TEST(Stopping, hypergeometric_sums) {
  for (std::size_t relevant = 0; relevant <= 12; ++relevant)
    for (std::size_t n = 0; n <= 12; ++n)
      for (std::size_t k = 0; k <= n; ++k)
        EXPECT_NEAR(hypergeometric_lower(12, relevant, n, k), std::min(1.0, naive_lower(12, relevant, n, k)), 1e-12)
            << relevant << " " << n << " " << k;
}

TEST(Stopping, clopper_pearson) {
  // 1 of 10: 0.0025 to 0.4450; 0 of 20: 0 to 0.1684 (0.025 = (1 - p)^20).
  EXPECT_NEAR(share_interval(1, 10, 0.95).low, 0.0025286, 1e-6);
  EXPECT_NEAR(share_interval(1, 10, 0.95).high, 0.4450161, 1e-6);
  EXPECT_NEAR(share_interval(0, 20, 0.95).high, 1 - std::pow(0.025, 1.0 / 20), 1e-9);
  EXPECT_EQ(share_interval(0, 0, 0.95).high, 1);
  EXPECT_EQ(share_interval(5, 5, 0.95).high, 1);
}

TEST(Stopping, interval_of_a_count_by_search) {
  for (std::size_t k = 0; k <= 6; ++k) {
    const CountInterval found = count_interval(30, 6, k, 0.9);
    std::size_t low = 31, high = 0;
    for (std::size_t relevant = k; relevant <= 30 - (6 - k); ++relevant) {
      const double at_least = k == 0 ? 1 : 1 - naive_lower(30, relevant, 6, k - 1);
      if (at_least > 0.05 && naive_lower(30, relevant, 6, k) > 0.05) {
        low = std::min(low, relevant);
        high = std::max(high, relevant);
      }
    }
    EXPECT_EQ(found.low, low) << k;
    EXPECT_EQ(found.high, high) << k;
  }
  EXPECT_EQ(count_interval(10, 10, 3, 0.95).low, 3U);
  EXPECT_EQ(count_interval(10, 10, 3, 0.95).high, 3U);
}

// 19 found before; 100 unread. The recall is below 0.95 from 2 on: 19/20 = 0.95 is not below it.
TEST(Stopping, fewest_that_miss_the_target) {
  EXPECT_EQ(fewest_to_miss({100, 19, 0, 0}, 0.95), 2U);
  EXPECT_EQ(fewest_to_miss({100, 18, 0, 0}, 0.95), 1U);
  EXPECT_EQ(fewest_to_miss({100, 18, 10, 1}, 0.95), 3U);
  EXPECT_NEAR(recall_p({100, 18, 60, 0}, 0.95), 0.4, 1e-12);
  EXPECT_NEAR(recall_p({100, 18, 96, 0}, 0.95), 0.04, 1e-12);
  EXPECT_EQ(recall_p({100, 18, 100, 0}, 0.95), 0);
}

// With random draws the statement "the recall is not below the target" is wrong in at most 5 % of the reviews.
TEST(Stopping, error_of_one_look) {
  RandomStream random(11, 0);
  constexpr int kRepeats = 4000;
  for (const std::size_t relevant : {2U, 3U, 5U, 9U}) {
    int wrong = 0;
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
      const std::vector<int> urn = shuffled(60, relevant, random);
      const auto k = static_cast<std::size_t>(std::count(urn.begin(), urn.begin() + 40, 1));
      const bool below = static_cast<double>(18 + k) < 0.95 * static_cast<double>(18 + relevant) - 1e-9;
      wrong += below && recall_p({60, 18, 40, k}, 0.95) <= 0.05 ? 1 : 0;
    }
    EXPECT_LE(wrong, 0.05 * kRepeats + 3 * std::sqrt(0.05 * 0.95 * kRepeats)) << relevant;
  }
}

// The one-look test is too hopeful if it is looked at after each draw; the other one is not, and it does stop.
TEST(Stopping, error_of_many_looks) {
  RandomStream random(12, 0);
  constexpr int kRepeats = 1500;
  int wrong_one_look = 0, wrong_any_time = 0, early = 0;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    constexpr std::size_t kUnread = 80, kRelevant = 6, kBefore = 20;
    const std::vector<int> urn = shuffled(kUnread, kRelevant, random);
    SequentialTest test(kUnread, kBefore, 0.9);
    bool one_look = false, any_time = false;
    std::size_t k = 0;
    for (std::size_t n = 1; n < kUnread && !any_time; ++n) {
      k += urn[n - 1] == 1 ? 1U : 0U;
      test.add(urn[n - 1]);
      const bool below = static_cast<double>(kBefore + k) < 0.9 * (kBefore + kRelevant) - 1e-9;
      if (!one_look && recall_p({kUnread, kBefore, n, k}, 0.9) <= 0.05) {
        one_look = true;
        wrong_one_look += below ? 1 : 0;
      }
      if (test.p() <= 0.05) {
        any_time = true;
        wrong_any_time += below ? 1 : 0;
        early += n + 1 < kUnread ? 1 : 0;
      }
    }
  }
  EXPECT_LE(wrong_any_time, 0.05 * kRepeats);
  EXPECT_GE(wrong_one_look, wrong_any_time);
  EXPECT_GT(early, kRepeats / 2);
}

// ln P(draws) / P(draws | T) by sums over the prior, for a short list of draws.
TEST(Stopping, p_at_any_time_is_the_ratio_of_prior_and_posterior) {
  constexpr std::size_t kUnread = 7;
  const std::vector<int> draws{0, 1, 0, 0};
  SequentialTest test(kUnread, 3, 0.95);
  std::vector<double> likelihood(kUnread + 1, 1), weight(kUnread + 1), largest(kUnread + 1, 1);
  for (std::size_t t = 0; t <= kUnread; ++t) weight[t] = 1.0 / static_cast<double>((t + 1) * (t + 2));
  const double all = std::accumulate(weight.begin(), weight.end(), 0.0);
  std::size_t n = 0, k = 0;
  for (const int label : draws) {
    double sum = 0;
    for (std::size_t t = 0; t <= kUnread; ++t) {
      const auto left = static_cast<double>(t) - static_cast<double>(k), of = static_cast<double>(kUnread - n);
      likelihood[t] *= std::max(0.0, label == 1 ? left / of : 1 - left / of);
      sum += weight[t] * likelihood[t] / all;
    }
    for (std::size_t t = 0; t <= kUnread; ++t)
      largest[t] = std::max(largest[t], likelihood[t] > 0 ? sum / likelihood[t] : HUGE_VAL);
    test.add(label);
    ++n;
    k += label == 1 ? 1U : 0U;
    const std::size_t missing = fewest_to_miss({kUnread, 3, n, k}, 0.95);
    EXPECT_NEAR(test.p(), 1 / *std::min_element(largest.begin() + static_cast<long>(missing), largest.end()), 1e-12);
  }
}

// Where no draw is relevant the test ends at the forecast and not before; where some were, at the latest there.
TEST(Stopping, draws_to_reach_is_when_the_test_ends) {
  for (const std::size_t before : {10U, 40U, 100U})
    for (const std::size_t found : {0U, 2U}) {
      SequentialTest test(400, before, 0.95);
      for (std::size_t i = 0; i < found; ++i) test.add(1);
      const std::size_t enough = draws_to_reach({400, before, found, found}, 0.95, 0.95);
      ASSERT_GT(enough, found);
      for (std::size_t n = found; n + 1 < enough; ++n) test.add(0);
      if (found == 0) {
        EXPECT_GT(test.p(), 0.05) << before;
      }
      test.add(0);
      EXPECT_LE(test.p(), 0.05) << before << " " << found;
    }
  EXPECT_EQ(draws_to_reach({0, 5, 0, 0}, 0.95, 0.95), 0U);
  // The price of looking at any time is less than a factor of 2 on the p of one look, (1 - n / U)^K with K = 3.
  const auto enough = static_cast<double>(draws_to_reach({4000, 40, 0, 0}, 0.95, 0.95));
  EXPECT_GT(enough, 4000 * (1 - std::cbrt(0.05)));
  EXPECT_LT(enough, 4000 * (1 - std::cbrt(0.025)));
}

TEST(Stopping, hint_is_the_smallest_over_all_starts) {
  const std::vector<int> read{1, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  double least = 1;
  for (std::size_t start = 0; start <= read.size(); ++start) {
    const auto before = static_cast<std::size_t>(std::count(read.begin(), read.begin() + static_cast<long>(start), 1));
    if (before > 0) least = std::min(least, recall_p({14 - start, before, read.size() - start, 3 - before}, 0.95));
  }
  EXPECT_NEAR(hint_p(read, 14, 0.95), least, 1e-12);
  EXPECT_EQ(hint_p(std::vector<int>{0, 0, 0}, 10, 0.95), 1);
}

TEST(Stopping, statement_says_what_it_rests_on) {
  StopState state;
  state.documents = 1000;
  state.read = 600;
  state.found = 40;
  EXPECT_EQ(stop_statement(state).rule, "none");
  state.in_order.assign(600, 0);
  std::fill(state.in_order.begin(), state.in_order.begin() + 40, 1);
  const StopStatement hint = stop_statement(state);
  EXPECT_FALSE(hint.reached);
  EXPECT_NE(hint.text.find("no test"), std::string::npos);
  state.draws = {700, 40, 300, 0};
  state.expected = 1.4;
  const StopStatement test = stop_statement(state);
  EXPECT_EQ(test.rule, "random draws (one look)");
  EXPECT_NEAR(test.p, hypergeometric_lower(700, 3, 300, 0), 1e-12);
  EXPECT_GT(test.least_recall, 0.8);
  EXPECT_NE(test.text.find("400 unread"), std::string::npos);
  EXPECT_NE(test.text.find("Estimate"), std::string::npos);
  state.read = 1000;
  EXPECT_TRUE(stop_statement(state).reached);
}

}  // namespace
}  // namespace hedgerow::screening
