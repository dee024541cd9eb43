#include "stats/beta.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace hedgerow::stats {
namespace {

bool proper(double a, double b) { return a > 0 && b > 0 && std::isfinite(a) && std::isfinite(b); }

}  // namespace

double beta_cdf(double x, double a, double b) {
  if (!proper(a, b) || std::isnan(x)) return std::nan("");
  return boost::math::ibeta(a, b, std::clamp(x, 0.0, 1.0));
}

double beta_upper(double x, double a, double b) {
  if (!proper(a, b) || std::isnan(x)) return std::nan("");
  return boost::math::ibetac(a, b, std::clamp(x, 0.0, 1.0));
}

double beta_quantile(double p, double a, double b) {
  if (!proper(a, b) || !(p >= 0 && p <= 1)) return std::nan("");
  return boost::math::ibeta_inv(a, b, p);
}

double beta_quantile_upper(double p, double a, double b) {
  if (!proper(a, b) || !(p >= 0 && p <= 1)) return std::nan("");
  return boost::math::ibetac_inv(a, b, p);
}

}  // namespace hedgerow::stats
