#include "infer/p_adjust.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"

namespace hedgerow::infer {
namespace {

// Values by R 4.2.2, p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.8), method).
const stats::Vector kP{0.01, 0.04, 0.03, 0.005, 0.8};

void expect_adjusted(const std::string& method, const stats::Vector& expected) {
  const auto got = adjust_p_values(kP, method);
  ASSERT_TRUE(got);
  for (std::size_t i = 0; i < kP.size(); ++i) EXPECT_NEAR((*got)[i], expected[i], 1e-15) << method << " " << i;
}

TEST(AdjustPValues, AgreesWithR) {
  expect_adjusted("none", kP);
  expect_adjusted("", kP);
  expect_adjusted("bonferroni", {0.05, 0.2, 0.15, 0.025, 1});
  expect_adjusted("holm", {0.04, 0.09, 0.09, 0.025, 0.8});
  expect_adjusted("BH", {0.025, 0.05, 0.05, 0.025, 0.8});
}

TEST(AdjustPValues, MissingOnesDoNotCount) {
  const auto got = adjust_p_values({0.02, kMissing, 0.03}, "bonferroni");
  ASSERT_TRUE(got);
  EXPECT_DOUBLE_EQ((*got)[0], 0.04);
  EXPECT_TRUE(std::isnan((*got)[1]));
}

TEST(AdjustPValues, UnknownMethodIsAnError) { EXPECT_FALSE(adjust_p_values(kP, "sidak")); }

}  // namespace
}  // namespace hedgerow::infer
