// Higham's nearest correlation matrix; formulas in the header.
#include "stats/nearest_correlation.hpp"

#include <algorithm>
#include <cmath>

#include "stats/linalg.hpp"

namespace hedgerow::stats {
namespace {

/// V diag(values) V'.
Matrix compose(const SymmetricEigen& eigen, const Vector& values) {
  const std::size_t n = values.size();
  Matrix out(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k) sum += eigen.vectors(i, k) * values[k] * eigen.vectors(j, k);
      out(i, j) = out(j, i) = sum;
    }
  return out;
}

/// Largest sum of absolute values of a row of a - b.
double row_norm(const Matrix& a, const Matrix& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.rows(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < a.cols(); ++j) sum += std::fabs(a(i, j) - b(i, j));
    largest = std::max(largest, sum);
  }
  return largest;
}

Matrix minus(const Matrix& a, const Matrix& b) {
  Matrix out(a.rows(), a.cols());
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.cols(); ++j) out(i, j) = a(i, j) - b(i, j);
  return out;
}

void set_unit_diagonal(Matrix& a) {
  for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) = 1;
}

/// Raises the eigenvalues to a share of the largest and scales back to the diagonal that the matrix had.
Matrix make_definite(const Matrix& a) {
  constexpr double kShare = 1e-8;
  const SymmetricEigen eigen = symmetric_eigen(a);
  const double least = kShare * std::fabs(eigen.values.back());
  if (eigen.values.front() >= least) return a;
  Vector values = eigen.values;
  for (double& value : values) value = std::max(value, least);
  Matrix out = compose(eigen, values);
  Vector scale(a.rows());
  for (std::size_t i = 0; i < scale.size(); ++i) scale[i] = std::sqrt(std::max(least, a(i, i)) / out(i, i));
  for (std::size_t i = 0; i < scale.size(); ++i)
    for (std::size_t j = 0; j < scale.size(); ++j) out(i, j) *= scale[i] * scale[j];
  set_unit_diagonal(out);
  return out;
}

}  // namespace

std::optional<Matrix> nearest_correlation(const Matrix& r) {
  constexpr int kMaxIterations = 100;
  constexpr double kEigenShare = 1e-6, kTolerance = 1e-7;
  const Matrix zero(r.rows(), r.cols());
  Matrix x = r;
  Matrix correction = zero;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    const Matrix last = x;
    const Matrix corrected = minus(last, correction);
    const SymmetricEigen eigen = symmetric_eigen(corrected);
    Vector values = eigen.values;
    for (double& value : values)
      if (value <= kEigenShare * eigen.values.back()) value = 0;
    x = compose(eigen, values);
    correction = minus(x, corrected);
    set_unit_diagonal(x);
    if (row_norm(last, x) <= kTolerance * row_norm(last, zero)) return make_definite(x);
  }
  return std::nullopt;
}

std::optional<std::size_t> first_dependent_row(const Matrix& a) {
  constexpr double kZeroPivot = 1e-12;
  const std::size_t n = a.rows();
  Matrix lower(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    double pivot = a(i, i);
    for (std::size_t j = 0; j < i; ++j) {
      double sum = a(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= lower(i, k) * lower(j, k);
      lower(i, j) = sum / lower(j, j);
      pivot -= lower(i, j) * lower(i, j);
    }
    if (!(pivot > kZeroPivot * std::fabs(a(i, i)))) return i;
    lower(i, i) = std::sqrt(pivot);
  }
  return std::nullopt;
}

}  // namespace hedgerow::stats
