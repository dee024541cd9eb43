// Factors of symmetric matrices that estimators need by themselves, not only for solving.
#pragma once

#include <optional>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

/// L, lower triangular with A = L L'. Nothing if `a` is not positive definite.
std::optional<Matrix> cholesky_lower(const Matrix& a);

/// A^power of a symmetric positive semidefinite matrix, by its eigenvalues. Those below `cutoff` times the largest
/// count as zero and stay zero, so that a negative power is the power of the Moore-Penrose inverse.
Matrix symmetric_power(const Matrix& a, double power, double cutoff = 1e-12);

/// symmetric_power(a, -1/2) b without the root itself: n^2 per column of b after the eigenvalues.
Matrix inverse_root_times(const Matrix& a, const Matrix& b, double cutoff = 1e-12);

}  // namespace hedgerow::stats
