#include "stats/orthonormal.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/linalg.hpp"

namespace hedgerow::stats {
namespace {

Matrix design(std::initializer_list<std::initializer_list<double>> rows) {
  Matrix x(rows.size(), rows.begin()->size());
  std::size_t i = 0;
  for (const auto& row : rows) {
    std::size_t j = 0;
    for (const double value : row) x(i, j++) = value;
    ++i;
  }
  return x;
}

TEST(Orthonormal, ReproducesTheDesignAndItsDeterminant) {
  const Matrix x = design({{1, 1948, 44}, {1, 1949, 55}, {1, 1960, 42}, {1, 1977, 52}, {1, 1973, 13}});
  const Orthonormal basis = orthonormalise(x);
  ASSERT_EQ(basis.rank, 3u);
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0;
      for (std::size_t b = 0; b < 3; ++b) sum += basis.column(b)[i] * basis.r(b, j);
      EXPECT_NEAR(sum, x(i, j), 1e-12 * std::abs(x(i, j)));
    }
  EXPECT_NEAR(basis.log_det_xtx, *log_determinant(multiply(transpose(x), x)), 1e-8);
}

TEST(Orthonormal, NamesDependentColumnsAndTheirParents) {
  // Column 3 = column 0 + 2 * column 2; column 1 has no part in it.
  const Matrix x = design({{1, 4, 1, 3}, {1, 2, 2, 5}, {1, 9, 4, 9}, {1, 5, 3, 7}, {1, 7, 9, 19}});
  const Orthonormal basis = orthonormalise(x);
  ASSERT_EQ(basis.dependent, std::vector<std::size_t>{3});
  EXPECT_EQ(depends_on(basis, 3), (std::vector<std::size_t>{0, 2}));
}

TEST(Orthonormal, SecondConstantIsDependentAndNearlyEqualColumnsAreToo) {
  const Matrix constant = design({{1, 3}, {1, 3}, {1, 3}});
  EXPECT_EQ(orthonormalise(constant).dependent, std::vector<std::size_t>{1});
  const Matrix near = design({{1, 1, 1.00001}, {1, 2, 1.99999}, {1, 3, 3.00001}, {1, 4, 4.00001}, {1, 5, 4.99999}});
  EXPECT_EQ(orthonormalise(near).dependent, std::vector<std::size_t>{2});
  // A large offset alone is harmless.
  const Matrix offset = design({{1, 1001e6}, {1, 1002e6}, {1, 1003e6}});
  EXPECT_TRUE(orthonormalise(offset).dependent.empty());
}

TEST(Orthonormal, ZeroColumnIsDependent) {
  const Matrix x = design({{1, 0}, {1, 0}});
  EXPECT_EQ(orthonormalise(x).dependent, std::vector<std::size_t>{1});
}

}  // namespace
}  // namespace hedgerow::stats
