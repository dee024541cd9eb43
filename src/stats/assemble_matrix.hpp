// Matrices from their parts: block-diagonal, or symmetric from a triangle.
#pragma once

#include <optional>
#include <span>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

/// Blocks of any shape along the diagonal, zeros elsewhere.
Matrix block_diagonal(std::span<const Matrix> blocks);

/// Symmetric matrix from its lower triangle by columns, with its diagonal or (`diagonal` given) without: then that
/// value stands on it. Nothing if no size has this number of elements.
std::optional<Matrix> from_lower_triangle(std::span<const double> values, std::optional<double> diagonal);

}  // namespace hedgerow::stats
