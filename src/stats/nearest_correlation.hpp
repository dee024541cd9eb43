// Nearest correlation matrix (Higham 2002): alternating projections with Dykstra's correction between the matrices with
// unit diagonal and the positive semidefinite ones; the result is made positive definite by raising its eigenvalues to
// at least 1e-8 of the largest. Source: [higham2002, algorithm 3.3]; steps and tolerances as Matrix::nearPD of R has
// them with corr = TRUE.
#pragma once

#include <optional>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

/// `r` is symmetric with unit diagonal (n x n); nothing if 100 iterations do not converge.
std::optional<Matrix> nearest_correlation(const Matrix& r);

/// The first row that is a linear combination of the rows before it, or makes the matrix indefinite; nothing if the
/// symmetric matrix `a` is positive definite. Rows are scaled to a unit diagonal; a pivot of 1e-12 counts as zero.
std::optional<std::size_t> first_dependent_row(const Matrix& a);

}  // namespace hedgerow::stats
