// Roots with known values, and brackets that hold none.
#include "stats/roots.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::stats {
namespace {

TEST(FindRoot, FindsToTheLastBits) {
  const auto root = find_root([](double x) { return x * x - 2; }, 0, 2);
  ASSERT_TRUE(root.has_value());
  EXPECT_NEAR(*root, std::sqrt(2.0), 4e-16);
  EXPECT_NEAR(*find_root([](double x) { return std::cos(x) - x; }, 0, 1), 0.73908513321516064, 2e-16);
}

TEST(FindRoot, TakesARootAtAnEnd) {
  EXPECT_EQ(find_root([](double x) { return x; }, 0, 1), 0);
  EXPECT_EQ(find_root([](double x) { return x - 1; }, 0, 1), 1);
}

TEST(FindRoot, SaysWhenThereIsNone) {
  EXPECT_FALSE(find_root([](double x) { return x * x + 1; }, -1, 1).has_value());
  EXPECT_FALSE(find_root([](double) { return NAN; }, -1, 1).has_value());
}

TEST(FindDecreasingRoot, DoublesTheBound) {
  const auto f = [](double x) { return 1000 / (1 + x) - 1; };
  EXPECT_NEAR(*find_decreasing_root(f, 1, 1e6), 999, 1e-10);
  EXPECT_NEAR(*find_decreasing_root(f, 0, 1e6), 999, 1e-10);
  EXPECT_FALSE(find_decreasing_root(f, 1, 100).has_value());
  EXPECT_EQ(find_decreasing_root([](double x) { return -1 - x; }, 1, 100), 0);
}

}  // namespace
}  // namespace hedgerow::stats
