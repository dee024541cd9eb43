// Linear algebra façade. Eigen lives behind it, in linalg.cpp alone: including Eigen costs seconds in every file.
#pragma once

#include <optional>
#include <span>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

Matrix identity(std::size_t n);
Matrix transpose(const Matrix& a);
Matrix multiply(const Matrix& a, const Matrix& b);
Vector multiply(const Matrix& a, std::span<const double> x);
double dot(std::span<const double> a, std::span<const double> b);
/// x' A x.
double quadratic_form(const Matrix& a, std::span<const double> x);
double trace(const Matrix& a);

/// Cholesky factorisation of a symmetric positive definite matrix, on a diagonally scaled copy so that moderators on
/// very different scales do not spoil it.
class Cholesky {
 public:
  /// Nothing if `a` is not positive definite in working precision.
  static std::optional<Cholesky> create(const Matrix& a);
  Vector solve(std::span<const double> b) const;
  Matrix solve(const Matrix& b) const;
  Matrix inverse() const;
  double log_determinant() const { return log_determinant_; }

 private:
  Matrix lower_;
  Vector scale_;
  double log_determinant_ = 0;
};

/// Weighted least squares: minimises sum_i w_i (y_i - x_i'b)^2 by QR of the weighted design (not the normal equations).
struct LeastSquares {
  Vector beta;      ///< p
  Matrix xtwx_inv;  ///< (X'WX)^-1, p x p
  double rss = 0;   ///< sum_i w_i e_i^2
  double log_det_xtwx = 0;
};
/// Nothing if X has not full column rank.
std::optional<LeastSquares> weighted_least_squares(const Matrix& x, std::span<const double> y,
                                                   std::span<const double> w);

/// Indices of columns that are linear combinations of earlier ones (in the order of the columns, as R's lm drops them).
std::vector<std::size_t> dependent_columns(const Matrix& x, double tolerance = 1e-7);

/// Eigenvalues (ascending) and vectors (columns) of a symmetric matrix.
struct SymmetricEigen {
  Vector values;
  Matrix vectors;
};
SymmetricEigen symmetric_eigen(const Matrix& a);

/// log |A| of a symmetric positive definite matrix; nothing if it is not.
std::optional<double> log_determinant(const Matrix& a);

}  // namespace hedgerow::stats
