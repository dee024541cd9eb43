#include "stats/assemble_matrix.hpp"

namespace hedgerow::stats {

Matrix block_diagonal(std::span<const Matrix> blocks) {
  std::size_t rows = 0, cols = 0;
  for (const Matrix& block : blocks) {
    rows += block.rows();
    cols += block.cols();
  }
  Matrix out(rows, cols);
  std::size_t first_row = 0, first_col = 0;
  for (const Matrix& block : blocks) {
    for (std::size_t i = 0; i < block.rows(); ++i)
      for (std::size_t j = 0; j < block.cols(); ++j) out(first_row + i, first_col + j) = block(i, j);
    first_row += block.rows();
    first_col += block.cols();
  }
  return out;
}

std::optional<Matrix> from_lower_triangle(std::span<const double> values, std::optional<double> diagonal) {
  std::size_t n = diagonal ? 1 : 0;
  const auto elements = [&](std::size_t size) { return size * (diagonal ? size - 1 : size + 1) / 2; };
  while (elements(n) < values.size()) ++n;
  if (elements(n) != values.size()) return std::nullopt;
  Matrix out(n, n, diagonal.value_or(0));
  std::size_t at = 0;
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = diagonal ? j + 1 : j; i < n; ++i) out(i, j) = out(j, i) = values[at++];
  return out;
}

}  // namespace hedgerow::stats
