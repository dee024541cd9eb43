// Distribution function of Q = sum lambda_i Z_i^2 by inversion of its Laplace transform.
//
//   P(Q <= x) = 1/(2 pi i) int exp(z x) F(z) dz,   F(z) = 1/z prod (1 + 2 lambda_i z)^(-1/2)
//
// All singularities of F lie on the negative real axis, so the integral can be taken over Talbot's contour
//   z(t) = N/x (0.5017 t cot(0.6407 t) - 0.6122 + 0.2645 i t),  -pi < t < pi,
// on which the midpoint rule with N points converges like 3.89^-N for a fixed F. With many lambda of the same size F
// grows too fast to the left; then two N disagree, and the integral is taken over the vertical line through the saddle
// point, where just such an F decays fast: the trapezoidal rule with step h has an error of exp(-2 pi s / h), s the
// distance to the pole at 0. The factors' arguments stay off the negative axis, so the principal logarithm is the
// right branch.
//
// Source: trefethen2006; the distribution: imhof1961.
#include "stats/chi2_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace hedgerow::stats {
namespace {

using Complex = std::complex<double>;

/// log of exp(z) F(z / x).
Complex log_integrand(std::span<const double> lambda, double x, Complex z) {
  Complex out = z - std::log(z);
  for (const double l : lambda) out -= 0.5 * std::log(1.0 + 2 * (l / x) * z);
  return out;
}

double talbot(std::span<const double> lambda, double x, int points) {
  const double n = points;
  double sum = 0;
  // Points come in conjugate pairs; the upper half is enough.
  for (int j = 0; j < points / 2; ++j) {
    const double t = (2 * j + 1) * std::numbers::pi / n;
    const double angle = 0.6407 * t;
    const double cot = 1 / std::tan(angle);
    const double sine = std::sin(angle);
    const Complex z = n * Complex(0.5017 * t * cot - 0.6122, 0.2645 * t);
    const Complex dz = n * Complex(0.5017 * cot - 0.5017 * 0.6407 * t / (sine * sine), 0.2645);
    sum += 2 * (std::exp(log_integrand(lambda, x, z)) * dz).imag() / n;
  }
  return sum;
}

/// Saddle point on the positive axis: 1 = 1/s + sum (l/x) / (1 + 2 s l/x). The right side falls, so bisection is safe.
double saddle(std::span<const double> lambda, double x) {
  const auto excess = [&](double s) {
    double sum = 1 / s - 1;
    for (const double l : lambda) sum += (l / x) / (1 + 2 * s * l / x);
    return sum;
  };
  double low = 1;
  double high = 2;
  while (excess(high) > 0) high *= 2;
  for (int i = 0; i < 40; ++i) (excess(0.5 * (low + high)) > 0 ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

double vertical_line(std::span<const double> lambda, double x) {
  const double s = saddle(lambda, x);
  const double step = 2 * std::numbers::pi * s / 32;
  double sum = 0.5 * std::exp(log_integrand(lambda, x, s).real());
  constexpr int most_steps = 1'000'000;
  for (int j = 1; j < most_steps; ++j) {
    const Complex value = log_integrand(lambda, x, Complex(s, j * step));
    if (value.real() < -40) break;
    sum += std::exp(value).real();
  }
  return sum * step / std::numbers::pi;
}

}  // namespace

double chi2_mixture_cdf(std::span<const double> lambda, double x) {
  if (!(x > 0)) return 0;
  const double first = talbot(lambda, x, 24);
  const double second = talbot(lambda, x, 32);
  const double value = std::abs(first - second) < 1e-11 ? first : vertical_line(lambda, x);
  return std::clamp(value, 0.0, 1.0);
}

}  // namespace hedgerow::stats
