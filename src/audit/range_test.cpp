// Ranges and printed numbers: what rounding can explain is inside, whatever the formula.
#include "audit/range.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "audit/reported.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {
namespace {

TEST(Audit, range_operations_hold_every_value_of_their_operands) {
  RandomStream random(7, 0);
  for (int trial = 0; trial < 2000; ++trial) {
    const double x = 10 * random.uniform() - 5, y = 10 * random.uniform() - 5, w = random.uniform();
    const Range a{x - w, x + w}, b{y - w, y + w};
    const double p = a.lo + random.uniform() * a.width(), q = b.lo + random.uniform() * b.width();
    EXPECT_TRUE((a + b).contains(p + q));
    EXPECT_TRUE((a - b).contains(p - q));
    EXPECT_TRUE((a * b).contains(p * q));
    EXPECT_TRUE((a / b).contains(p / q));
    EXPECT_TRUE(square(a).contains(p * p));
    EXPECT_TRUE(abs(a).contains(std::fabs(p)));
    EXPECT_TRUE(exp(a).contains(std::exp(p)));
    if (p >= 0) {
      EXPECT_TRUE(sqrt(a).contains(std::sqrt(p)));
    }
  }
}

TEST(Audit, printed_numbers_stand_for_what_rounds_to_them) {
  const auto two = parse_reported("5.20");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->decimals, 2);
  EXPECT_NEAR(two->range.lo, 5.195, 1e-12);
  EXPECT_NEAR(two->range.hi, 5.205, 1e-12);
  EXPECT_EQ(parse_reported("1 234")->value, 1234);
  EXPECT_EQ(parse_reported("70 %")->value, 70);
  EXPECT_EQ(parse_reported("\xE2\x88\x92"
                           "0.5")
                ->value,
            -0.5);
  EXPECT_EQ(parse_reported("0\xC2\xB7"
                           "45")
                ->value,
            0.45);
  EXPECT_EQ(parse_reported("< 0.01")->relation, '<');
  EXPECT_FALSE(parse_reported("5.2 (0.3)"));
  EXPECT_FALSE(parse_reported("many"));
  const auto cut = parse_reported("5.2", Rounding::truncated);
  EXPECT_LE(cut->range.lo, 5.2);
  EXPECT_NEAR(cut->range.hi, 5.3, 1e-12);
}

TEST(Audit, a_rounded_number_agrees_with_the_value_it_was_rounded_from) {
  RandomStream random(11, 0);
  for (int trial = 0; trial < 2000; ++trial) {
    const double value = 200 * random.uniform() - 100;
    for (int digits = 0; digits < 4; ++digits) {
      const auto printed = parse_reported(format_fixed(value, digits));
      ASSERT_TRUE(printed);
      EXPECT_TRUE(agrees(*printed, exactly(value))) << printed->text << " " << value;
    }
  }
}

}  // namespace
}  // namespace hedgerow::audit
