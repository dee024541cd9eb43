// Expected and Error: values, failures and how they travel.
#include "base/expected.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace hedgerow {
namespace {

Expected<int> half(int x) {
  if (x % 2 != 0) return make_error(ErrorCode::input, std::to_string(x) + " is odd; give an even number", "f:1");
  return x / 2;
}

Expected<int> quarter(int x) {
  HR_TRY(const int once, half(x));
  HR_TRY(const int twice, half(once));
  return twice;
}

Checked check_even(int x) {
  HR_CHECK(half(x));
  return {};
}

TEST(Expected, CarriesValuesAndErrors) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(describe(quarter(6).error()), "f:1: 3 is odd; give an even number");
  EXPECT_TRUE(check_even(2).ok());
  EXPECT_FALSE(check_even(3).ok());
}

TEST(Expected, TakesMoveOnlyValues) {
  Expected<std::unique_ptr<int>> box(std::make_unique<int>(5));
  EXPECT_EQ(*box.take(), 5);
}

TEST(Error, RemembersWhereItWasMade) {
  const Error error = make_error(ErrorCode::usage, "m");
  EXPECT_NE(std::string(error.made_in).find("expected_test.cpp"), std::string::npos);
  EXPECT_GT(error.made_at, 0);
  EXPECT_EQ(describe(error), "m");
}

TEST(Error, GivesTheExitCodesOfTheDesign) {
  EXPECT_EQ(exit_code(ErrorCode::usage), 2);
  EXPECT_EQ(exit_code(ErrorCode::input), 2);
  EXPECT_EQ(exit_code(ErrorCode::internal), 3);
  EXPECT_STREQ(name(ErrorCode::io), "file error");
}

TEST(Assertion, StopsOnABrokenInvariant) {
  EXPECT_THROW(half(3).value(), std::logic_error);
  EXPECT_THROW(half(2).error(), std::logic_error);
  EXPECT_NO_THROW(HR_ASSERT(1 + 1 == 2));
}

}  // namespace
}  // namespace hedgerow
