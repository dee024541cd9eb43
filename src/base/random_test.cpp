#include "base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hedgerow {
namespace {

using Words = std::array<std::uint32_t, 4>;

// kat_vectors of Random123, philox4x32 with 10 rounds.
TEST(Random, PhiloxGivesTheKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const std::uint32_t f = 0xffffffff;
  EXPECT_EQ(philox({f, f, f, f}, {f, f}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamsRepeatAndDiffer) {
  RandomStream a(1, 2), b(1, 2), c(1, 3), d(2, 2);
  for (int i = 0; i < 100; ++i) {
    const double x = a.uniform();
    EXPECT_EQ(x, b.uniform());
    EXPECT_NE(x, c.uniform());
    EXPECT_NE(x, d.uniform());
  }
}

// Means of n numbers lie within 5 standard errors; the numbers are fixed, so the test can't fail by chance.
TEST(Random, MomentsAreThoseOfTheDistributions) {
  RandomStream r(20, 26);
  const int n = 200000;
  double uniform = 0, normal = 0, square = 0, fourth = 0, sign = 0, product = 0, last = 0;
  std::vector<int> count(7);
  for (int i = 0; i < n; ++i) {
    const double u = r.uniform(), z = r.normal();
    EXPECT_TRUE(u > 0 && u < 1);
    uniform += u;
    normal += z;
    square += z * z;
    fourth += z * z * z * z;
    product += z * last;
    last = z;
    sign += r.sign();
    ++count[r.below(7)];
  }
  const double root = std::sqrt(static_cast<double>(n));
  EXPECT_NEAR(uniform / n, 0.5, 5 * std::sqrt(1.0 / 12) / root);
  EXPECT_NEAR(normal / n, 0, 5 / root);
  EXPECT_NEAR(square / n, 1, 5 * std::sqrt(2.0) / root);
  EXPECT_NEAR(fourth / n, 3, 5 * std::sqrt(96.0) / root);
  EXPECT_NEAR(product / n, 0, 5 / root);
  EXPECT_NEAR(sign / n, 0, 5 / root);
  for (const int c : count) EXPECT_NEAR(c, n / 7.0, 5 * std::sqrt(n / 7.0));
}

}  // namespace
}  // namespace hedgerow
