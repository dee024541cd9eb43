#include "stats/hypergeometric.hpp"

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

namespace hedgerow::stats {
namespace {

constexpr double kSeriesLimit = 0.75;  // Above it the series needs hundreds of terms and loses digits when c is small.

double power_series(double a, double b, double c, double z) {
  double sum = 1;
  double term = 1;
  for (int k = 0; k < 2000; ++k) {
    term *= (a + k) * (b + k) / ((c + k) * (k + 1)) * z;
    sum += term;
    if (std::fabs(term) < 1e-17 * std::fabs(sum)) break;
  }
  return sum;
}

// t^(b-1) (1-t)^(c-b-1) (1-zt)^(-a) over [0, 1]. The quadrature hands over the distance to the nearer end point, so
// that 1 - t keeps its digits near t = 1.
double euler_integral(double a, double b, double c, double z) {
  const auto integrand = [=](double t, double distance) {
    const double rest = t > 0.5 ? std::fabs(distance) : 1 - t;
    const double start = t > 0.5 ? t : std::fabs(distance);
    const double factor = (1 - z) + z * rest;
    return std::exp((b - 1) * std::log(start) + (c - b - 1) * std::log(rest) - a * std::log(factor));
  };
  boost::math::quadrature::tanh_sinh<double> rule;
  const double integral = rule.integrate(integrand, 0.0, 1.0, 1e-14);
  using boost::math::lgamma;
  return integral * std::exp(lgamma(c) - lgamma(b) - lgamma(c - b));
}

}  // namespace

double hypergeometric_2f1(double a, double b, double c, double z) {
  if (!(z >= 0 && z <= 1) || !(b > 0) || !(c > a + b)) return std::numeric_limits<double>::quiet_NaN();
  return z <= kSeriesLimit ? power_series(a, b, c, z) : euler_integral(a, b, c, z);
}

}  // namespace hedgerow::stats
