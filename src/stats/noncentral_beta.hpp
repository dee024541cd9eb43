// Density of the noncentral beta distribution: of R^2 = A / (A + B), where A is a noncentral and B a central
// chi-square. Boost.Math lives behind it.
// Tests: stats/integrate_test.cpp.
#pragma once

namespace hedgerow::stats {

/// At x in (0, 1), with a, b > 0 (half the degrees of freedom of A and of B) and noncentrality lambda >= 0 of A.
double noncentral_beta_density(double x, double a, double b, double lambda);

}  // namespace hedgerow::stats
