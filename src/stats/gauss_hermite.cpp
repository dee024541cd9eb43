#include "stats/gauss_hermite.hpp"

#include <cmath>

#include "base/expected.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::stats {
namespace {

/// Orthonormal polynomials of orders n and n - 1 at x, each times exp(-x^2 / 4) so that none overflows.
struct HermitePair {
  double order_n = 0, order_below = 0;
};

HermitePair hermite(std::size_t n, double x) {
  double below = 0, here = std::exp(-x * x / 4);
  for (std::size_t j = 0; j < n; ++j) {
    const double above = (x * here - std::sqrt(static_cast<double>(j)) * below) / std::sqrt(static_cast<double>(j + 1));
    below = here;
    here = above;
  }
  return {here, below};
}

}  // namespace

QuadratureRule gauss_hermite(std::size_t n) {
  HR_ASSERT(n >= 1 && n <= 200);
  Matrix jacobi(n, n);
  for (std::size_t j = 1; j < n; ++j) jacobi(j, j - 1) = jacobi(j - 1, j) = std::sqrt(static_cast<double>(j));
  QuadratureRule out{symmetric_eigen(jacobi).values, Vector(n)};
  const double order = static_cast<double>(n);
  for (std::size_t q = 0; q < n; ++q) {
    double x = 2 * q + 1 == n ? 0 : out.nodes[q];
    // At a root the derivative of the order n polynomial is sqrt(n) times the one below; the weight function drops out.
    for (int step = 0; step < 3; ++step) {
      const HermitePair at = hermite(n, x);
      x -= at.order_n / (std::sqrt(order) * at.order_below);
    }
    const double below = hermite(n, x).order_below;
    out.nodes[q] = x;
    out.weights[q] = std::exp(-x * x / 2) / (order * below * below);
  }
  return out;
}

}  // namespace hedgerow::stats
