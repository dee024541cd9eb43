// Orthonormal basis of the columns of a design, and the columns that add nothing to it.
//
// Working in an orthonormal basis Q of X instead of X itself keeps Q'WQ well conditioned whatever the units of the
// moderators are (years beside proportions), so that iterations can use its Cholesky factor without loss of digits.
#pragma once

#include <span>
#include <vector>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

/// X = Q R for the columns that were kept.
struct Orthonormal {
  std::size_t rows = 0;
  std::size_t rank = 0;
  Vector q;                            ///< rows x rank, column by column
  Matrix r;                            ///< rank x cols(X); column j holds the coordinates of column j of X
  std::vector<std::size_t> kept;       ///< indices of the independent columns, ascending
  std::vector<std::size_t> dependent;  ///< indices of the others
  double log_det_xtx = 0;              ///< log |X'X| of the kept columns

  std::span<const double> column(std::size_t j) const { return {q.data() + j * rows, rows}; }
};

/// Gram-Schmidt with reorthogonalisation, columns in their order. A column is dependent if what earlier columns leave
/// of it is below `tolerance` times its spread about its mean (where a constant column came first), or below 1e-10
/// times its length. 1e-5 means that a standard error would be inflated more than 100,000 times.
Orthonormal orthonormalise(const Matrix& x, double tolerance = 1e-5);

/// For a dependent column j: the kept columns of which it is (nearly) a linear combination.
std::vector<std::size_t> depends_on(const Orthonormal& basis, std::size_t j);

}  // namespace hedgerow::stats
