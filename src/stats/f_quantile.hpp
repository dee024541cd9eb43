// Quantiles of the F distribution from its upper tail.
#pragma once

namespace hedgerow::stats {

/// x with P(F > x) = p, for p down to 1e-300; NaN where p or the degrees of freedom are impossible.
double f_quantile_upper(double p, double df1, double df2);

}  // namespace hedgerow::stats
