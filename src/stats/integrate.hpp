// Integrals of smooth functions: adaptive Gauss-Kronrod with 31 points, and points of a fixed rule for several
// integrals of one costly function. Boost.Math lives behind them.
#pragma once

#include <functional>
#include <vector>

namespace hedgerow::stats {

/// Integral of f over [low, high] to about 1e-12 relative; `high` may be infinite.
double integrate(const std::function<double(double)>& f, double low, double high);

/// A point of a rule: the integral is the sum of weight f(x).
struct Node {
  double x = 0, weight = 0;
};
/// Gauss-Legendre with 30 points in each of `panels` equal parts of [low, high], ascending.
std::vector<Node> gauss_legendre(double low, double high, int panels);

}  // namespace hedgerow::stats
