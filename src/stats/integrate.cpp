#include "stats/integrate.hpp"

#include <boost/math/quadrature/gauss_kronrod.hpp>

namespace hedgerow::stats {

double integrate(const std::function<double(double)>& f, double low, double high) {
  constexpr unsigned kDepth = 15;
  constexpr double kTolerance = 1e-12;
  return boost::math::quadrature::gauss_kronrod<double, 31>::integrate(f, low, high, kDepth, kTolerance);
}

}  // namespace hedgerow::stats
