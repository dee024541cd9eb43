#include "stats/quantiles.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "base/missing.hpp"

namespace hedgerow::stats {
namespace {

// Errors as values: overflow and what can't be evaluated become NaN or infinity.
using Policy =
    boost::math::policies::policy<boost::math::policies::domain_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::pole_error<boost::math::policies::ignore_error>>;

bool usable(double p, double a, double b) {
  return p > 0 && p < 1 && a > 0 && b > 0 && std::isfinite(a) && std::isfinite(b);
}

}  // namespace

double gamma_quantile(double p, double shape, double scale) {
  return usable(p, shape, scale) ? scale * boost::math::gamma_p_inv(shape, p, Policy()) : kMissing;
}

double weibull_quantile(double p, double shape, double scale) {
  return usable(p, shape, scale) ? scale * std::pow(-std::log1p(-p), 1 / shape) : kMissing;
}

}  // namespace hedgerow::stats
