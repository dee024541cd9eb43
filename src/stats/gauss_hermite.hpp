// Gauss-Hermite rule for expectations over a standard normal variable: E f(T) = sum_q weight_q f(node_q), exact for
// polynomials up to degree 2n - 1.
//
// Source: golub1969; nodes are the roots of the orthonormal Hermite polynomial, polished by Newton's method.
#pragma once

#include <cstddef>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

struct QuadratureRule {
  Vector nodes;    ///< n, ascending, symmetric about 0
  Vector weights;  ///< n, positive, of sum 1
};

/// 1 <= n <= 200. Relative error of the weights about 1e-13.
QuadratureRule gauss_hermite(std::size_t n);

}  // namespace hedgerow::stats
