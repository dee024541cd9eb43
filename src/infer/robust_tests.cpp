#include "infer/robust_tests.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/missing.hpp"
#include "infer/detail/directions.hpp"
#include "stats/distributions.hpp"
#include "stats/factors.hpp"
#include "stats/linalg.hpp"
#include "stats/roots.hpp"

namespace hedgerow::infer {
namespace {

using detail::Directions;
using stats::Matrix;
using stats::Vector;

constexpr double infinite = std::numeric_limits<double>::infinity();

Matrix one_row(std::span<const double> l) {
  Matrix out(1, l.size());
  std::ranges::copy(l, out.row(0).begin());
  return out;
}

double satterthwaite_of(const Directions& directions, std::size_t s) {
  const double trace = directions.omega()(s, s);
  return trace * trace / directions.pair_sum(s, s, s, s);
}

/// Upper tail at t^2 of z^2 over the normed sum of lambda_i chi2_1 variables: P(sum g_i z_i^2 > 0) with g = 1 and
/// -t^2 lambda_i / sum lambda. The saddlepoint s solves sum g / (1 - 2 g s) = 0; near s = 0, where the formula of
/// Lugannani and Rice is 0/0, its limit.
double saddlepoint_p(double t, const Matrix& p) {
  Vector g = stats::symmetric_eigen(p).values;
  double total = 0;
  for (double& value : g) total += value = std::max(0.0, value);
  for (double& value : g) value *= -t * t / total;
  g.push_back(1);
  const auto slope = [&](double s) {
    double sum = 0;
    for (const double x : g) sum += x / (1 - 2 * x * s);
    return sum;
  };
  // The poles at both ends, moved in by a hair.
  const double end = t * t < 1 ? 0.5 / *std::ranges::min_element(g) : 0.5;
  const double inner = end * (1 - 1e-12);
  const double s = stats::find_root(slope, std::min(0.0, inner), std::max(0.0, inner)).value_or(0.0);
  double logs = 0, curvature = 0, squares = 0, cubes = 0;
  for (const double x : g) {
    const double rest = 1 - 2 * x * s;
    logs += std::log(rest);
    curvature += x * x / (rest * rest);
    squares += x * x;
    cubes += x * x * x;
  }
  if (std::abs(s) <= 0.01) return 0.5 - cubes / (3 * std::sqrt(std::numbers::pi) * std::pow(squares, 1.5));
  const double r = std::copysign(std::sqrt(logs), s);
  const double q = s * std::sqrt(2 * curvature);
  return stats::normal_upper(r) - stats::normal_density(r) * (1 / r - 1 / q);
}

double degrees_of(const Sandwich& sandwich, RobustTest test, const Directions& directions) {
  const auto m = static_cast<double>(sandwich.n_clusters());
  switch (test) {
    case RobustTest::z:
      return infinite;
    case RobustTest::naive_t:
      return m - 1;
    case RobustTest::naive_tp:
      return m - static_cast<double>(sandwich.p());
    case RobustTest::satterthwaite:
      return satterthwaite_of(directions, 0);
    case RobustTest::saddlepoint:
      return kMissing;
  }
  HR_ASSERT(false);
}

RobustTest conf_test(const RobustOptions& options) {
  const RobustTest same = options.test == RobustTest::saddlepoint ? RobustTest::satterthwaite : options.test;
  return options.conf_test.value_or(same);
}

RobustWald f_test(double statistic, double df1, double df2) {
  if (!(df2 > 0)) return {statistic, kMissing, df1, df2};
  const double pval = std::isinf(df2) ? stats::chi2_upper(df1 * statistic, df1) : stats::f_upper(statistic, df1, df2);
  return {statistic, pval, df1, df2};
}

/// Hotelling's T2 with eta degrees of freedom as an F.
RobustWald hotelling(double wald, double q, double eta) {
  return f_test(std::max(eta - q + 1, 0.0) / eta * wald / q, q, eta - q + 1);
}

/// Variances and covariances of the entries of Omega^(-1/2) L V L' Omega^(-1/2).
class Moments {
 public:
  explicit Moments(const Directions& scaled) : scaled_(scaled), q_(scaled.q()) {}

  double hta() const { return ratio(false); }
  double htb() const { return ratio(true); }
  double htz() const {
    double sum = 0;
    for (std::size_t s = 0; s < q_; ++s)
      for (std::size_t t = 0; t < q_; ++t) sum += covariance(s, t, s, t);
    return static_cast<double>(q_ * (q_ + 1)) / sum;
  }

 private:
  double covariance(std::size_t s, std::size_t t, std::size_t u, std::size_t v) const {
    return scaled_.pair_sum(s, u, t, v) + scaled_.pair_sum(s, v, t, u);
  }
  /// 2 sum Var / sum Cov^2 over all entries (s, t), or over those with t <= s and each pair of them once.
  double ratio(bool distinct) const {
    double variances = 0, squares = 0;
    for (std::size_t a = 0; a < q_ * q_; ++a) {
      const std::size_t s = a / q_, t = a % q_;
      if (distinct && t > s) continue;
      variances += covariance(s, t, s, t);
      for (std::size_t b = 0; b < (distinct ? a + 1 : q_ * q_); ++b) {
        const std::size_t u = b / q_, v = b % q_;
        if (distinct && v > u) continue;
        const double c = covariance(s, t, u, v);
        squares += c * c;
      }
    }
    return 2 * variances / squares;
  }

  const Directions& scaled_;
  std::size_t q_;
};

/// Directions along which D is diagonal, with their df: rows of `l` are x_k'L.
struct EigenTests {
  Vector t, df;
};
EigenTests eigen_tests(const Sandwich& sandwich, const Matrix& l, const Matrix& scale,
                       std::span<const double> estimate) {
  const Matrix v = stats::multiply(stats::multiply(l, sandwich.covariance()), stats::transpose(l));
  const auto spectrum = stats::symmetric_eigen(stats::multiply(stats::multiply(scale, v), scale));
  const Matrix rows = stats::multiply(stats::transpose(spectrum.vectors), scale);
  const Directions directions(sandwich, stats::multiply(rows, l));
  EigenTests out;
  for (std::size_t k = 0; k < rows.rows(); ++k) {
    out.t.push_back(stats::dot(rows.row(k), estimate) / std::sqrt(spectrum.values[k]));
    out.df.push_back(satterthwaite_of(directions, k));
  }
  return out;
}

/// Q matched to a multiple of an F by two moments. Below 4 df a squared t has no variance, so 4.1 is the least.
RobustWald edf_test(double wald, const EigenTests& tests) {
  const auto q = static_cast<double>(tests.df.size());
  double mean = 0, variance = 0;
  for (const double given : tests.df) {
    const double df = std::max(given, 4.1);
    mean += df / (df - 2);
    variance += 2 * df * df * (df - 1) / ((df - 2) * (df - 2) * (df - 4));
  }
  const double excess = q * variance - 2 * mean * mean;
  if (excess <= 0) return f_test(wald / mean, q, infinite);
  const double delta = (mean * mean * (q - 2) + 2 * q * variance) / (mean * (variance + mean * mean));
  return f_test(delta * wald / q, q, 4 + 2 * mean * mean * (q + 2) / excess);
}

/// Mean square of normal scores of the t variables.
RobustWald edt_test(const EigenTests& tests) {
  double sum = 0;
  for (std::size_t k = 0; k < tests.t.size(); ++k) {
    const double a = tests.df[k] - 0.5;
    const double b = 48 * a * a;
    const double c = std::sqrt(a * std::log1p(tests.t[k] * tests.t[k] / tests.df[k]));
    const double c2 = c * c;
    const double z =
        c + c * (c2 + 3) / b - c * (((4 * c2 + 33) * c2 + 240) * c2 + 855) / (10 * b * b + 8 * b * c2 * c2 + 1000 * b);
    sum += z * z;
  }
  const auto q = static_cast<double>(tests.t.size());
  return f_test(sum / q, q, infinite);
}

}  // namespace

double satterthwaite_df(const Sandwich& sandwich, std::span<const double> l) {
  return satterthwaite_of(Directions(sandwich, one_row(l)), 0);
}

double robust_conf_df(const Sandwich& sandwich, std::span<const double> l) {
  return degrees_of(sandwich, conf_test(sandwich.options()), Directions(sandwich, one_row(l)));
}

RobustContrast robust_contrast(const Sandwich& sandwich, std::span<const double> l, double estimate, double level) {
  const RobustOptions& options = sandwich.options();
  const Directions directions(sandwich, one_row(l));
  RobustContrast out;
  out.se = std::sqrt(stats::quadratic_form(sandwich.covariance(), l));
  out.statistic = estimate / out.se;
  out.ddf = degrees_of(sandwich, options.test, directions);
  out.conf_ddf = degrees_of(sandwich, conf_test(options), directions);
  out.pval = options.test == RobustTest::saddlepoint ? saddlepoint_p(out.statistic, directions.dense(0))
                                                     : stats::two_sided_p(out.statistic, out.ddf);
  out.margin = stats::interval_quantile(level, out.conf_ddf) * out.se;
  return out;
}

RobustWald robust_wald(const Sandwich& sandwich, const Matrix& l, std::span<const double> estimate) {
  const auto q = static_cast<double>(l.rows());
  const auto m = static_cast<double>(sandwich.n_clusters());
  const auto factor =
      stats::Cholesky::create(stats::multiply(stats::multiply(l, sandwich.covariance()), stats::transpose(l)));
  if (!factor) return {kMissing, kMissing, q, kMissing};
  const double wald = stats::dot(estimate, factor->solve(estimate));
  const WaldTest test = sandwich.options().wald_test;
  if (test == WaldTest::chi_sq) return f_test(wald / q, q, infinite);
  if (test == WaldTest::naive_f) return f_test(wald / q, q, m - 1);
  if (test == WaldTest::naive_fp) return f_test(wald / q, q, m - static_cast<double>(sandwich.p()));
  const Matrix scale = stats::symmetric_power(Directions(sandwich, l).omega(), -0.5);
  if (test == WaldTest::edf) return edf_test(wald, eigen_tests(sandwich, l, scale, estimate));
  if (test == WaldTest::edt) return edt_test(eigen_tests(sandwich, l, scale, estimate));
  const Directions scaled(sandwich, stats::multiply(scale, l));
  const Moments moments(scaled);
  if (test == WaldTest::hta) return hotelling(wald, q, moments.hta());
  if (test == WaldTest::htb) return hotelling(wald, q, moments.htb());
  return hotelling(wald, q, moments.htz());
}

}  // namespace hedgerow::infer
