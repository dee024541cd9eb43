#include "stats/nearest_correlation.hpp"

#include <gtest/gtest.h>

#include "stats/linalg.hpp"

namespace hedgerow::stats {
namespace {

Matrix of(std::size_t n, const std::vector<double>& values) {
  Matrix out(n, n);
  for (std::size_t i = 0; i < values.size(); ++i) out.data()[i] = values[i];
  return out;
}

// Higham's (2002) example: tridiagonal ones; the nearest correlation matrix is published to four digits.
TEST(NearestCorrelation, HighamsExample) {
  const auto r = nearest_correlation(of(3, {1, 1, 0, 1, 1, 1, 0, 1, 1}));
  ASSERT_TRUE(r.has_value());
  EXPECT_NEAR((*r)(0, 1), 0.7607, 5e-5);
  EXPECT_NEAR((*r)(0, 2), 0.1573, 5e-5);
  EXPECT_NEAR((*r)(1, 2), 0.7607, 5e-5);
}

TEST(NearestCorrelation, ResultIsPositiveDefiniteWithUnitDiagonal) {
  const auto r = nearest_correlation(of(4, {1, .9, -.9, .2, .9, 1, .9, .1, -.9, .9, 1, 0, .2, .1, 0, 1}));
  ASSERT_TRUE(r.has_value());
  EXPECT_GT(symmetric_eigen(*r).values.front(), 0);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ((*r)(i, i), 1);
  // Matrix::nearPD(corr = TRUE) of R.
  EXPECT_NEAR((*r)(0, 1), 0.499337299271, 1e-9);
  EXPECT_NEAR((*r)(0, 2), -0.4983681872622, 1e-9);
  EXPECT_NEAR((*r)(2, 3), -0.0183792154171, 1e-9);
}

TEST(NearestCorrelation, AMatrixThatIsOneStays) {
  const Matrix r = of(3, {1, .5, .2, .5, 1, .3, .2, .3, 1});
  const auto same = nearest_correlation(r);
  ASSERT_TRUE(same.has_value());
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR((*same)(i, j), r(i, j), 1e-14);
}

TEST(FirstDependentRow, NamesTheRow) {
  EXPECT_FALSE(first_dependent_row(of(2, {1, .5, .5, 1})).has_value());
  EXPECT_EQ(first_dependent_row(of(3, {1, .5, .5, .5, 1, 1, .5, 1, 1})), 2U);
  EXPECT_EQ(first_dependent_row(of(2, {1, 2, 2, 1})), 1U);
}

}  // namespace
}  // namespace hedgerow::stats
