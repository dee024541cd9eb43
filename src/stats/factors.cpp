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

}  // namespace hedgerow::stats
