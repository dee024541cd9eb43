// Numbers that papers do not print, from those that they do. Pure functions of numbers; a missing input gives a missing
// result. Sources: [cochrane-handbook, 6.5.2 and 6.5.2.10] for standard errors, intervals, tests and combined groups;
// [wan2014], [luo2018], [shi2020], [hozo2005], [bland2015], [walter2007] for medians and quartiles; [shi2020lnorm] for
// log-normal data; [shi2023] for the test of skewness; [bonett2007] for tables from odds ratios.
#pragma once

#include <span>
#include <string>

#include "base/expected.hpp"

namespace hedgerow::effect {

// Standard deviations.

/// se sqrt(n).
double sd_from_se(double se, double n);
/// sqrt(n) (ub - lb) / (2 q), q of t with n - 1 df, or of the normal distribution if `normal`. `level` in (0, 1).
double sd_from_ci(double lb, double ub, double n, double level, bool normal);
/// The common SD of two groups from the SE of their difference: se / sqrt(1/n1 + 1/n2).
double sd_from_difference_se(double se, double n1, double n2);
/// The same from an interval of the difference, t with n1 + n2 - 2 df.
double sd_from_difference_ci(double lb, double ub, double n1, double n2, double level, bool normal);
/// The same from a difference of means and its t: se = |difference| / |t|. Missing if either is 0.
double sd_from_t(double difference, double t, double n1, double n2);
/// |t| of a p-value with `df` degrees of freedom, `tails` 1 or 2.
double t_of_p(double p, double df, double tails);
/// Expected range of n independent standard normal values [walter2007]; n >= 2.
double expected_range(double n);
/// (max - min) / (2 z), z the normal quantile of (n - 0.375) / (n + 0.25) [wan2014, (9)].
double sd_from_range(double min, double max, double n);
/// (q3 - q1) / (2 z), z the normal quantile of (0.75 n - 0.125) / (n + 0.25) [wan2014, (16)].
double sd_from_iqr(double q1, double q3, double n);

// Changes.

/// sqrt(pre^2 + post^2 - 2 r pre post).
double change_sd_from_r(double sd_pre, double sd_post, double r);
/// (pre^2 + post^2 - change^2) / (2 pre post).
double r_from_change_sd(double sd_pre, double sd_post, double sd_change);
/// SD of raw scores from that of changes, both times alike: change / sqrt(2 (1 - r)).
double sd_from_change_sd(double sd_change, double r);

// Groups.

struct Group {
  double n, mean, sd;
};
/// Groups as one: n, mean and SD of all their members together. Missing if any number is.
Group combine_groups(std::span<const Group> groups);

// Scales.

/// Mean and SD of raw values from those of their logarithms, log-normal data: exp(m + s^2/2), mean sqrt(exp(s^2) - 1).
Group raw_from_log(const Group& log);
/// Mean and SD of logarithms from those of raw values: ln m - ln(1 + cv^2)/2, sqrt(ln(1 + cv^2)) [higgins2008].
Group log_from_raw(const Group& raw);

// Five-number summaries.

struct FiveNumbers {
  double min, q1, median, q3, max, n;
};
/// Which of the numbers are there: 1 (min, max), 2 (quartiles), 3 (both); 0 if neither pair is whole.
int five_number_case(const FiveNumbers& x);

/// Statistic and critical value (level 0.05) of the test of skewness; missing without the median.
struct Skewness {
  double statistic, critical;
  bool significant() const { return statistic > critical; }
};
Skewness skewness_test(const FiveNumbers& x);

/// Mean by luo2016, wan2014, hozo2005, bland2015 or walter2007; missing where the method has no formula for the case.
double mean_from_five(const FiveNumbers& x, const std::string& method);
/// SD by wan2014, shi2020, hozo2005, bland2015 or walter2007.
double sd_from_five(const FiveNumbers& x, const std::string& method);

/// Mean and SD with what they rest on.
struct FiveEstimate {
  double mean, sd;
  std::string text;  ///< methods or distribution
};
/// Mean and SD of log-normal data from the numbers of the data themselves [shi2020lnorm]; `back` false: of logarithms.
FiveEstimate lognormal_from_five(const FiveNumbers& x, bool back);
/// Quantile matching: the distribution (normal, log-normal, gamma, beta, Weibull) whose quantiles are nearest to the
/// given ones [mcgrath2020]. Errors: no distribution fits.
Expected<FiveEstimate> quantile_estimate(const FiveNumbers& x);
/// Box-Cox transformation to symmetry, then luo2016 and wan2014, back by integration [mcgrath2020]. Positive numbers.
Expected<FiveEstimate> box_cox_estimate(const FiveNumbers& x);
/// Box-Cox transformation by maximum likelihood of the order statistics, then luo2016 with wan2014 or shi2020, back by
/// integration [cai2021]. Positive numbers.
Expected<FiveEstimate> mln_estimate(const FiveNumbers& x);

// 2x2 tables: a cell from the margins n (all), n1 (first row) and n2 (first column).

/// The cell a before rounding, from an odds ratio, a risk ratio (of the rows), a risk difference, phi, or a chi-square
/// statistic whose sign is that of phi.
double cell_from_or(double ratio, double n, double n1, double n2);
double cell_from_rr(double ratio, double n, double n1, double n2);
double cell_from_rd(double difference, double n, double n1, double n2);
double cell_from_phi(double phi, double n, double n1, double n2);
double cell_from_chi2(double chi2, double n, double n1, double n2, bool yates);

}  // namespace hedgerow::effect
