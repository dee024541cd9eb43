#include "stats/distributions.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace hedgerow::stats {
namespace {

namespace policies = boost::math::policies;
// Errors become NaN or infinity instead of exceptions: an undefined statistic is a missing number, not a crash.
using Quiet =
    policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                     policies::overflow_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>>;
using Normal = boost::math::normal_distribution<double, Quiet>;
using StudentsT = boost::math::students_t_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;
using FisherF = boost::math::fisher_f_distribution<double, Quiet>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

/// erfc(x / sqrt(2)). The rounding error d of the quotient u would grow to u^2 d in the far tail (1e-13 at x = 37), so
/// it is computed (1 / sqrt(2) in two parts, product by fma) and taken off:
/// erfc(u + d) = erfc(u) - 2 / sqrt(pi) exp(-u^2) d.
double erfc_of_ratio(double x) {
  constexpr double kLow = -4.8336466567264567e-17;  // 1 / sqrt(2) - M_SQRT1_2
  const double u = x * M_SQRT1_2;
  if (!(std::fabs(u) < 30)) return std::erfc(u);
  const double d = std::fma(x, M_SQRT1_2, -u) + x * kLow;
  return std::erfc(u) - M_2_SQRTPI * std::exp(-u * u) * d;
}

/// 1 - level as the decimal number that is meant: 1 - 0.95 is 0.05, not 0.05 + 4e-17.
double complement_of(double level) {
  constexpr double kUnit = 1e12;
  const double rest = 1 - level;
  return rest > 1e-6 ? std::round(rest * kUnit) / kUnit : rest;
}

bool normal_limit(double df) { return std::isnan(df) || std::isinf(df); }

}  // namespace

double normal_cdf(double x) { return normal_upper(-x); }

double normal_upper(double x) { return 0.5 * erfc_of_ratio(x); }

double normal_quantile(double p) {
  if (!(p >= 0 && p <= 1)) return kNaN;
  if (p == 0) return -kInf;
  if (p == 1) return kInf;
  return boost::math::quantile(Normal(), p);
}

double normal_density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * M_PI); }

double t_upper(double x, double df) {
  if (std::isnan(x) || !(df > 0)) return kNaN;
  if (std::isinf(x)) return x > 0 ? 0 : 1;
  // The Cauchy distribution is elementary; the incomplete beta function loses four digits at |x| near 1e-8.
  if (df == 1) return x < 1 ? 0.5 - std::atan(x) / M_PI : std::atan(1 / x) / M_PI;
  return boost::math::cdf(boost::math::complement(StudentsT(df), x));
}

double t_quantile(double p, double df) {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return kNaN;
  if (p == 0) return -kInf;
  if (p == 1) return kInf;
  return boost::math::quantile(StudentsT(df), p);
}

double chi2_cdf(double x, double df) {
  if (std::isnan(x) || !(df > 0)) return kNaN;
  if (x <= 0) return 0;
  return std::isinf(x) ? 1 : boost::math::cdf(ChiSquared(df), x);
}

double chi2_upper(double x, double df) {
  if (std::isnan(x) || !(df > 0)) return kNaN;
  if (x <= 0) return 1;
  return std::isinf(x) ? 0 : boost::math::cdf(boost::math::complement(ChiSquared(df), x));
}

double chi2_quantile(double p, double df) {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return kNaN;
  return boost::math::quantile(ChiSquared(df), p);
}

double chi2_quantile_upper(double p, double df) {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return kNaN;
  return boost::math::quantile(boost::math::complement(ChiSquared(df), p));
}

double f_upper(double x, double df1, double df2) {
  if (std::isnan(x) || !(df1 > 0)) return kNaN;
  if (normal_limit(df2)) return chi2_upper(x * df1, df1);
  if (!(df2 > 0)) return kNaN;
  if (x <= 0) return 1;
  return std::isinf(x) ? 0 : boost::math::cdf(boost::math::complement(FisherF(df1, df2), x));
}

double two_sided_p(double statistic, double df) {
  if (std::isnan(statistic)) return kNaN;
  const double x = std::fabs(statistic);
  return normal_limit(df) ? erfc_of_ratio(x) : 2 * t_upper(x, df);
}

double interval_quantile(double level, double df) {
  const double upper = 0.5 * complement_of(level);
  return normal_limit(df) ? -normal_quantile(upper) : -t_quantile(upper, df);
}

}  // namespace hedgerow::stats
