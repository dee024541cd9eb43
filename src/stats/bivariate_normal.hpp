// The bivariate standard normal distribution.
#pragma once

namespace hedgerow::stats {

/// P(X <= h, Y <= k) for standard normal X and Y with correlation rho in [-1, 1]; h and k may be infinite. Absolute
/// error below 1e-15; a probability far in a tail has no more correct digits than this leaves. Missing gives missing.
double bivariate_normal_cdf(double h, double k, double rho);

/// Density at (h, k), which is also the derivative of the distribution function in rho; |rho| < 1.
double bivariate_normal_density(double h, double k, double rho);

}  // namespace hedgerow::stats
