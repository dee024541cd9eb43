// Distribution function of Q = sum lambda_i Z_i^2 by inversion of its Laplace transform.
//
//   P(Q <= x) = 1/(2 pi i) int exp(z x) F(z) dz,   F(z) = 1/z prod (1 + 2 lambda_i z)^(-1/2)
//
// All singularities of F lie on the negative real axis, so the integral can be taken over Talbot's contour
//   z(t) = N/x (0.5017 t cot(0.6407 t) - 0.6122 + 0.2645 i t),  -pi < t < pi,
// on which the midpoint rule with N points converges like 3.89^-N (Trefethen, Weideman and Schmelzer 2006). Each
// factor's argument stays off the negative axis, so the principal logarithm is the right branch.
//
// Source: trefethen2006; the distribution: imhof1961.
#include "stats/chi2_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace hedgerow::stats {

double chi2_mixture_cdf(std::span<const double> lambda, double x) {
  if (!(x > 0)) return 0;
  constexpr int points = 24;
  using Complex = std::complex<double>;
  double sum = 0;
  // Points come in conjugate pairs; the upper half is enough.
  for (int j = 0; j < points / 2; ++j) {
    const double t = (2 * j + 1) * std::numbers::pi / points;
    const double angle = 0.6407 * t;
    const double cot = 1 / std::tan(angle);
    const double sine = std::sin(angle);
    const Complex z = double{points} * Complex(0.5017 * t * cot - 0.6122, 0.2645 * t);
    const Complex dz = double{points} * Complex(0.5017 * cot - 0.5017 * 0.6407 * t / (sine * sine), 0.2645);
    Complex log_f = z - std::log(z);
    for (const double l : lambda) log_f -= 0.5 * std::log(1.0 + 2 * (l / x) * z);
    // (1 / N) Im of the conjugate pair: 2 Im(exp(z) F dz) / N.
    sum += 2 * (std::exp(log_f) * dz).imag() / points;
  }
  return std::clamp(sum, 0.0, 1.0);
}

}  // namespace hedgerow::stats
