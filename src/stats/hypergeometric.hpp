// Gauss's hypergeometric function, for the unbiased correlation of Olkin and Pratt.
#pragma once

namespace hedgerow::stats {

/// 2F1(a, b; c; z) for 0 <= z <= 1, b > 0, c > a + b: the power series where it converges fast, else Euler's integral
/// (DLMF 15.6.1) by tanh-sinh quadrature. NaN outside that region. Relative error about 1e-13.
double hypergeometric_2f1(double a, double b, double c, double z);

}  // namespace hedgerow::stats
