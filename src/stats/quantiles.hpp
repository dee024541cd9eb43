// Quantiles of the gamma and Weibull distributions. Boost.Math lives behind them. A parameter that is not above 0
// gives a missing result.
#pragma once

namespace hedgerow::stats {

double gamma_quantile(double p, double shape, double scale);
double weibull_quantile(double p, double shape, double scale);

}  // namespace hedgerow::stats
