// Distribution functions with tails that stay right (p down to 1e-300). Boost.Math lives behind it.
//
// Upper tails are computed as complements, never as 1 - cdf. A missing argument gives a missing result.
#pragma once

namespace hedgerow::stats {

double normal_cdf(double x);
double normal_upper(double x);  ///< P(Z > x)
double normal_quantile(double p);
double normal_density(double x);

double t_upper(double x, double df);
double t_quantile(double p, double df);

double chi2_cdf(double x, double df);
double chi2_upper(double x, double df);
double chi2_quantile(double p, double df);
double chi2_quantile_upper(double p, double df);  ///< x with P(X > x) = p

double f_upper(double x, double df1, double df2);

/// Two-sided p-value of a z statistic (df infinite or missing) or a t statistic.
double two_sided_p(double statistic, double df);
/// Quantile for a two-sided interval of the given level: normal if df is infinite or missing, else t.
double interval_quantile(double level, double df);

}  // namespace hedgerow::stats
