// Tails of the gamma and binomial distributions, and of sums of independent trials. Boost.Math lives behind it.
#pragma once

#include <cstddef>
#include <span>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

/// P(X <= x) of the gamma distribution; 0 for x <= 0.
double gamma_cdf(double x, double shape, double scale);

/// P(X <= x) and P(X >= x) of the binomial distribution of n trials.
double binomial_cdf(std::size_t x, std::size_t n, double p);
double binomial_upper(std::size_t x, std::size_t n, double p);
/// P(X = x).
double binomial_density(std::size_t x, std::size_t n, double p);

/// P(X = 0), ..., P(X = n) where X counts the successes of n independent trials with probabilities p and 1 - p given
/// apart, so that both tails stay right (Poisson-binomial distribution). All terms are positive: no digit is lost.
Vector success_counts(std::span<const double> p, std::span<const double> complement);

}  // namespace hedgerow::stats
