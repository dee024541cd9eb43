#include "stats/factors.hpp"

#include <gtest/gtest.h>

#include "stats/linalg.hpp"

namespace hedgerow::stats {
namespace {

Matrix example() {
  Matrix a(3, 3);
  const double values[3][3] = {{4, 2, 0.6}, {2, 5, 1}, {0.6, 1, 3}};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) a(i, j) = values[i][j];
  return a;
}

void expect_near(const Matrix& got, const Matrix& expected, double tolerance) {
  for (std::size_t i = 0; i < expected.rows(); ++i)
    for (std::size_t j = 0; j < expected.cols(); ++j)
      EXPECT_NEAR(got(i, j), expected(i, j), tolerance) << i << "," << j;
}

TEST(CholeskyLower, IsLowerAndGivesTheMatrixBack) {
  const auto lower = cholesky_lower(example());
  ASSERT_TRUE(lower);
  EXPECT_EQ((*lower)(0, 1), 0);
  EXPECT_DOUBLE_EQ((*lower)(0, 0), 2);
  expect_near(multiply(*lower, transpose(*lower)), example(), 1e-14);
}

TEST(CholeskyLower, RefusesAnIndefiniteMatrix) {
  Matrix a = identity(2);
  a(0, 1) = a(1, 0) = 2;
  EXPECT_FALSE(cholesky_lower(a));
}

TEST(SymmetricPower, RootTimesRootIsTheMatrix) {
  const Matrix root = symmetric_power(example(), 0.5);
  expect_near(multiply(root, root), example(), 1e-13);
  const Matrix inverse_root = symmetric_power(example(), -0.5);
  expect_near(multiply(root, inverse_root), identity(3), 1e-13);
}

TEST(SymmetricPower, OfASingularMatrixIsThePseudoInverse) {
  // vv' with v = (1, 2): the pseudo-inverse is vv' / (v'v)^2 = vv' / 25.
  Matrix a(2, 2);
  a(0, 0) = 1;
  a(0, 1) = a(1, 0) = 2;
  a(1, 1) = 4;
  const Matrix inverse = symmetric_power(a, -1);
  EXPECT_NEAR(inverse(0, 0), 1.0 / 25, 1e-15);
  EXPECT_NEAR(inverse(0, 1), 2.0 / 25, 1e-15);
  EXPECT_NEAR(inverse(1, 1), 4.0 / 25, 1e-15);
}

}  // namespace
}  // namespace hedgerow::stats
