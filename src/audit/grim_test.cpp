// GRIM and GRIMMER against enumeration of all score sets, and against simulated samples.
#include "audit/detail/grim.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>

#include "base/random.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {
namespace {

Reported printed(double value, int decimals) { return *parse_reported(format_fixed(value, decimals)); }

struct Moments {
  double mean = 0, sd = 0;
};

Moments moments(const std::vector<int>& scores, int items) {
  double sum = 0, squares = 0;
  for (const int score : scores) sum += score;
  const double n = static_cast<double>(scores.size()), mean = sum / n;
  for (const int score : scores) squares += (score - mean) * (score - mean);
  return {mean / items, std::sqrt(squares / (n - 1)) / items};
}

/// All score sets of n people on the scale, each in rising order.
void each_set(int n, int low, int high, std::vector<int>& scores, const std::function<void()>& look) {
  if (static_cast<int>(scores.size()) == n) return look();
  for (int score = scores.empty() ? low : scores.back(); score <= high; ++score) {
    scores.push_back(score);
    each_set(n, low, high, scores, look);
    scores.pop_back();
  }
}

TEST(Grim, FindsExactlyTheMeansThatSetsHave) {
  for (const int n : {3, 5, 7}) {
    std::set<std::string> possible;
    std::vector<int> scores;
    each_set(n, 1, 4, scores, [&] { possible.insert(format_fixed(moments(scores, 1).mean, 2)); });
    const WholeScores whole{n, 1, 1, 4};
    for (int hundredths = 90; hundredths <= 410; ++hundredths) {
      const Reported mean = printed(hundredths / 100.0, 2);
      EXPECT_EQ(!sums_of(whole, mean)->none(), possible.contains(mean.text)) << mean.text << " of " << n;
    }
  }
}

TEST(Grim, CallsNoPairImpossibleThatASetHas) {
  std::size_t rejected = 0, impossible = 0;
  for (const int n : {3, 5}) {
    std::set<std::pair<std::string, std::string>> pairs;
    std::vector<int> scores;
    each_set(n, 1, 5, scores, [&] {
      const Moments m = moments(scores, 1);
      pairs.emplace(format_fixed(m.mean, 2), format_fixed(m.sd, 2));
    });
    const WholeScores whole{n, 1, 1, 5};
    std::set<std::string> means;
    for (const auto& [mean, sd] : pairs) means.insert(mean);
    for (const std::string& mean : means)
      for (int hundredths = 0; hundredths <= 260; ++hundredths) {
        const Reported sd = printed(hundredths / 100.0, 2);
        const bool accepted = spread_possible(whole, *parse_reported(mean), sd, Divisor::n_minus_1);
        const bool true_pair = pairs.contains({mean, sd.text});
        EXPECT_TRUE(accepted || !true_pair) << mean << " " << sd.text << " of " << n;
        impossible += !true_pair;
        rejected += !accepted;
      }
  }
  EXPECT_GT(static_cast<double>(rejected), 0.97 * static_cast<double>(impossible));
}

TEST(Grim, AcceptsSimulatedSamples) {
  RandomStream random(20261123, 0);
  for (int round = 0; round < 4000; ++round) {
    const int n = 5 + static_cast<int>(random.below(196)), items = std::array{1, 2, 5}[random.below(3)];
    const int decimals = 1 + static_cast<int>(random.below(2));
    const double centre = 2 + 4 * random.uniform(), spread = 0.5 + 1.5 * random.uniform();
    std::vector<int> totals;
    for (int i = 0; i < n; ++i) {
      int total = 0;
      for (int item = 0; item < items; ++item)
        total += std::clamp(static_cast<int>(std::lround(centre + spread * random.normal())), 1, 7);
      totals.push_back(total);
    }
    const Moments m = moments(totals, items);
    const Reported mean = printed(m.mean, decimals), sd = printed(m.sd, decimals);
    const WholeScores whole{n, items, 1, 7};
    EXPECT_FALSE(sums_of(whole, mean)->none()) << mean.text << " of " << n << " x " << items;
    EXPECT_TRUE(spread_possible(whole, mean, sd, Divisor::n_minus_1)) << mean.text << " " << sd.text << " of " << n;
  }
}

TEST(Grim, SaysNothingWhereItCannot) {
  EXPECT_FALSE(informative({100, 1, {}, {}}, 2));
  EXPECT_TRUE(informative({99, 1, {}, {}}, 2));
  EXPECT_FALSE(informative({25, 4, {}, {}}, 2));
  EXPECT_FALSE(sums_of({2'000'000, 1, {}, {}}, printed(3.14, 2)).has_value());
  EXPECT_TRUE(spread_possible({1, 1, {}, {}}, printed(3, 2), printed(1, 2), Divisor::n_minus_1));
  // Digits that were cut off: 4.74 stands for 4.74 to 4.75, which 4.745 of 200 is.
  const auto cut = parse_reported("4.74", Rounding::truncated);
  EXPECT_FALSE(sums_of({200, 1, {}, {}}, *cut)->none());
  EXPECT_EQ(sums_of({25, 1, {}, {}}, *cut)->lo, 119);  // 4.76 is too much, 4.72 too little
}

}  // namespace
}  // namespace hedgerow::audit::detail
