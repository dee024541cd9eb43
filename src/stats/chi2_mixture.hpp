// Distribution of a positive combination of independent chi-square variables with one degree of freedom.
#pragma once

#include <span>

namespace hedgerow::stats {

/// P(sum_i lambda_i Z_i^2 <= x) for lambda_i >= 0 (not all 0). Absolute error below 1e-10.
double chi2_mixture_cdf(std::span<const double> lambda, double x);

}  // namespace hedgerow::stats
