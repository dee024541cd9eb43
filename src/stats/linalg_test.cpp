// Linear algebra against direct definitions on small matrices.
#include "stats/linalg.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::stats {
namespace {

Matrix matrix(std::initializer_list<std::initializer_list<double>> rows) {
  Matrix out(rows.size(), rows.begin()->size());
  std::size_t i = 0;
  for (const auto& row : rows) std::copy(row.begin(), row.end(), out.row(i++).begin());
  return out;
}

void expect_near(const Matrix& found, const Matrix& expected, double tolerance) {
  ASSERT_EQ(found.rows(), expected.rows());
  ASSERT_EQ(found.cols(), expected.cols());
  for (std::size_t i = 0; i < found.rows(); ++i)
    for (std::size_t j = 0; j < found.cols(); ++j)
      EXPECT_NEAR(found(i, j), expected(i, j), tolerance) << i << ", " << j;
}

TEST(Matrix, StoresRows) {
  Matrix m(2, 3, 7);
  m(1, 2) = 5;
  EXPECT_EQ(m.row(1)[2], 5);
  EXPECT_EQ(m.row(0)[0], 7);
  EXPECT_EQ(m.data()[5], 5);
  EXPECT_FALSE(m.empty());
  EXPECT_TRUE(Matrix().empty());
  EXPECT_TRUE(m == Matrix(m));
}

TEST(Algebra, Products) {
  const Matrix a = matrix({{1, 2, 3}, {4, 5, 6}});
  expect_near(multiply(a, transpose(a)), matrix({{14, 32}, {32, 77}}), 0);
  EXPECT_EQ(multiply(a, Vector{1, 0, -1}), (Vector{-2, -2}));
  EXPECT_EQ(quadratic_form(matrix({{2, 1}, {1, 3}}), Vector{1, -2}), 10);
  EXPECT_EQ(trace(matrix({{2, 1}, {1, 3}})), 5);
  expect_near(multiply(identity(2), a), a, 0);
}

TEST(Cholesky, SolvesAndInverts) {
  const Matrix a = matrix({{4, 2, 0.6}, {2, 5, 1}, {0.6, 1, 3}});
  const auto factor = Cholesky::create(a);
  ASSERT_TRUE(factor.has_value());
  expect_near(multiply(a, factor->inverse()), identity(3), 1e-15);
  const double determinant = 4 * (15 - 1) - 2 * (6 - 0.6) + 0.6 * (2 - 3);
  EXPECT_NEAR(factor->log_determinant(), std::log(determinant), 1e-15);
  EXPECT_NEAR(*log_determinant(a), std::log(determinant), 1e-15);
  const Vector x = factor->solve(Vector{1, 2, 3});
  const Vector b = multiply(a, x);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(b[i], static_cast<double>(i + 1), 1e-15);
}

TEST(Cholesky, IsNotSpoiledByScales) {
  const auto factor = Cholesky::create(matrix({{1e-16, 1e-9}, {1e-9, 1e16}}));
  ASSERT_TRUE(factor.has_value());
  EXPECT_NEAR(factor->log_determinant(), std::log1p(-1e-18), 1e-15);
  EXPECT_NEAR(factor->inverse()(0, 0), 1e16, 10);
}

TEST(Cholesky, RefusesWhatIsNotPositiveDefinite) {
  EXPECT_FALSE(Cholesky::create(matrix({{1, 2}, {2, 1}})).has_value());
  EXPECT_FALSE(Cholesky::create(matrix({{1, 1}, {1, 1}})).has_value());
  EXPECT_FALSE(Cholesky::create(matrix({{0, 0}, {0, 1}})).has_value());
  EXPECT_FALSE(Cholesky::create(matrix({{NAN}})).has_value());
}

// The normal equations, word by word.
TEST(WeightedLeastSquares, AgreesWithTheNormalEquations) {
  const Matrix x = matrix({{1, 2}, {1, 3.5}, {1, -1}, {1, 7}, {1, 0.25}});
  const Vector y{1, 2.5, 0.3, 4, -1};
  const Vector w{1, 0.5, 2, 4, 3};
  const auto fit = weighted_least_squares(x, y, w);
  ASSERT_TRUE(fit.has_value());
  double s = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    s += w[i], sx += w[i] * x(i, 1), sxx += w[i] * x(i, 1) * x(i, 1), sy += w[i] * y[i], sxy += w[i] * x(i, 1) * y[i];
  }
  const double determinant = s * sxx - sx * sx;
  EXPECT_NEAR(fit->beta[0], (sxx * sy - sx * sxy) / determinant, 1e-14);
  EXPECT_NEAR(fit->beta[1], (s * sxy - sx * sy) / determinant, 1e-14);
  expect_near(fit->xtwx_inv, matrix({{sxx / determinant, -sx / determinant}, {-sx / determinant, s / determinant}}),
              1e-15);
  EXPECT_NEAR(fit->log_det_xtwx, std::log(determinant), 1e-14);
  double rss = 0;
  for (std::size_t i = 0; i < 5; ++i) rss += w[i] * std::pow(y[i] - fit->beta[0] - fit->beta[1] * x(i, 1), 2);
  EXPECT_NEAR(fit->rss, rss, 1e-14);
}

TEST(WeightedLeastSquares, RefusesDeficientDesigns) {
  const Vector y{1, 2, 3};
  const Vector w{1, 1, 1};
  EXPECT_FALSE(weighted_least_squares(matrix({{1, 2}, {1, 2}, {1, 2}}), y, w).has_value());
  EXPECT_FALSE(weighted_least_squares(matrix({{0}, {0}, {0}}), y, w).has_value());
  EXPECT_FALSE(weighted_least_squares(matrix({{1, 2}}), Vector{1}, Vector{1}).has_value());
  EXPECT_TRUE(weighted_least_squares(matrix({{1, 1e9}, {1, 2e9}, {1, 1}}), y, w).has_value());
}

TEST(DependentColumns, NamesTheLaterOnes) {
  const Matrix x = matrix({{1, 2, 3, 0}, {1, 4, 5, 0}, {1, 6, 7, 0}, {1, 9, 10, 0}});
  EXPECT_EQ(dependent_columns(x), (std::vector<std::size_t>{2, 3}));
  EXPECT_TRUE(dependent_columns(matrix({{1, 1e-9}, {1, 2e-9}, {1, 5e-9}})).empty());
}

TEST(SymmetricEigen, DecomposesAndOrders) {
  const Matrix a = matrix({{2, -1, 0}, {-1, 2, -1}, {0, -1, 2}});
  const SymmetricEigen eigen = symmetric_eigen(a);
  EXPECT_NEAR(eigen.values[0], 2 - std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(eigen.values[1], 2, 1e-14);
  EXPECT_NEAR(eigen.values[2], 2 + std::sqrt(2.0), 1e-14);
  Matrix scaled = eigen.vectors;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) scaled(i, j) *= eigen.values[j];
  expect_near(multiply(scaled, transpose(eigen.vectors)), a, 1e-14);
}

}  // namespace
}  // namespace hedgerow::stats
