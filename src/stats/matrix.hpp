// Dense matrix, row-major. Storage and element access only; algebra is in stats/linalg.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hedgerow::stats {

using Vector = std::vector<double>;

/// rows x cols doubles; row i is contiguous.
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols, double fill = 0.0)
      : rows_(rows), cols_(cols), values_(rows * cols, fill) {}

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  bool empty() const { return values_.empty(); }

  double& operator()(std::size_t i, std::size_t j) { return values_[i * cols_ + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values_[i * cols_ + j]; }

  std::span<double> row(std::size_t i) { return {values_.data() + i * cols_, cols_}; }
  std::span<const double> row(std::size_t i) const { return {values_.data() + i * cols_, cols_}; }
  double* data() { return values_.data(); }
  const double* data() const { return values_.data(); }

  bool operator==(const Matrix&) const = default;

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  Vector values_;
};

}  // namespace hedgerow::stats
