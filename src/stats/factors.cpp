#include "stats/factors.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::stats {

std::optional<Matrix> cholesky_lower(const Matrix& a) {
  HR_ASSERT(a.rows() == a.cols());
  const std::size_t n = a.rows();
  Matrix lower(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double rest = a(i, j) - dot(lower.row(i).first(j), lower.row(j).first(j));
      if (i != j) {
        lower(i, j) = rest / lower(j, j);
      } else if (rest > 0) {
        lower(i, i) = std::sqrt(rest);
      } else {
        return std::nullopt;
      }
    }
  }
  return lower;
}

Matrix symmetric_power(const Matrix& a, double power, double cutoff) {
  HR_ASSERT(a.rows() == a.cols());
  const std::size_t n = a.rows();
  const SymmetricEigen eigen = symmetric_eigen(a);
  const double largest = n == 0 ? 0 : *std::max_element(eigen.values.begin(), eigen.values.end());
  Matrix scaled = eigen.vectors;
  for (std::size_t j = 0; j < n; ++j) {
    const double value = eigen.values[j];
    const double factor = value > cutoff * largest ? std::pow(value, power) : 0.0;
    for (std::size_t i = 0; i < n; ++i) scaled(i, j) *= factor;
  }
  return multiply(scaled, transpose(eigen.vectors));
}

Matrix inverse_root_times(const Matrix& a, const Matrix& b, double cutoff) {
  HR_ASSERT(a.rows() == a.cols() && a.rows() == b.rows());
  const SymmetricEigen eigen = symmetric_eigen(a);
  const double largest = eigen.values.empty() ? 0 : eigen.values.back();
  Matrix rotated(b.rows(), b.cols());
  for (std::size_t i = 0; i < b.rows(); ++i)
    for (std::size_t j = 0; j < b.rows(); ++j)
      for (std::size_t c = 0; c < b.cols(); ++c) rotated(j, c) += eigen.vectors(i, j) * b(i, c);
  for (std::size_t j = 0; j < b.rows(); ++j) {
    const double value = eigen.values[j];
    for (double& entry : rotated.row(j)) entry = value > cutoff * largest ? entry / std::sqrt(value) : 0.0;
  }
  return multiply(eigen.vectors, rotated);
}

}  // namespace hedgerow::stats
