#include "stats/tails.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "base/missing.hpp"

namespace hedgerow::stats {

double gamma_cdf(double x, double shape, double scale) {
  if (std::isnan(x) || !(shape > 0) || !(scale > 0)) return kMissing;
  if (x <= 0) return 0;
  return std::isinf(x) ? 1 : boost::math::gamma_p(shape, x / scale);
}

double binomial_cdf(std::size_t x, std::size_t n, double p) {
  if (!(p >= 0 && p <= 1)) return kMissing;
  if (x >= n) return 1;
  return boost::math::ibetac(static_cast<double>(x) + 1, static_cast<double>(n - x), p);
}

double binomial_upper(std::size_t x, std::size_t n, double p) {
  if (!(p >= 0 && p <= 1)) return kMissing;
  if (x == 0) return 1;
  if (x > n) return 0;
  return boost::math::ibeta(static_cast<double>(x), static_cast<double>(n - x) + 1, p);
}

double binomial_density(std::size_t x, std::size_t n, double p) {
  if (!(p >= 0 && p <= 1)) return kMissing;
  if (x > n) return 0;
  if (p == 0 || p == 1) return (p == 0 ? x == 0 : x == n) ? 1 : 0;
  const double size = static_cast<double>(n), count = static_cast<double>(x);
  return boost::math::ibeta_derivative(count + 1, size - count + 1, p) / (size + 1);
}

Vector success_counts(std::span<const double> p, std::span<const double> complement) {
  Vector out(p.size() + 1, 0.0);
  out[0] = 1;
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t j = i + 2; j-- > 0;) out[j] = out[j] * complement[i] + (j > 0 ? out[j - 1] * p[i] : 0);
  return out;
}

}  // namespace hedgerow::stats
