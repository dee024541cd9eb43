// The beta distribution. Boost.Math lives behind it. A parameter that is not above 0 gives a missing result.
#pragma once

namespace hedgerow::stats {

double beta_cdf(double x, double a, double b);
double beta_upper(double x, double a, double b);  ///< P(X > x)
double beta_quantile(double p, double a, double b);
double beta_quantile_upper(double p, double a, double b);  ///< x with P(X > x) = p

}  // namespace hedgerow::stats
