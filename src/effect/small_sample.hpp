// Small-sample corrections.
//
//   J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)),  m > 1           exact [hedges1981, eq. 6e]
//   J(m) = 1 - 3 / (4m - 1)                                          approximate [hedges1981]
//   G(r) = r 2F1(1/2, 1/2; (n-2)/2; 1 - r^2),  n > 4                 unbiased correlation [olkin1958]
#pragma once

namespace hedgerow::effect {

/// Hedges' correction for m degrees of freedom, exact; NaN for m <= 1. Beyond m = 200 by its asymptotic series, because
/// the difference of two large log-gammas loses digits (1e-10 at m = 1e5).
double hedges_j_exact(double m);

/// Hedges' correction, approximate: what RevMan and Comprehensive Meta-Analysis use. NaN for m <= 1.
double hedges_j_approximate(double m);

/// The unbiased estimate of a correlation from r and n; NaN for n <= 4.
double olkin_pratt(double r, double n);

}  // namespace hedgerow::effect
