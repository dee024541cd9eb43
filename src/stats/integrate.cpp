#include "stats/integrate.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>

namespace hedgerow::stats {

double integrate(const std::function<double(double)>& f, double low, double high) {
  constexpr unsigned kDepth = 15;
  constexpr double kTolerance = 1e-12;
  return boost::math::quadrature::gauss_kronrod<double, 31>::integrate(f, low, high, kDepth, kTolerance);
}

std::vector<Node> gauss_legendre(double low, double high, int panels) {
  using Rule = boost::math::quadrature::gauss<double, 30>;  // lists its positive half
  std::vector<Node> out;
  const double half = 0.5 * (high - low) / panels;
  for (int panel = 0; panel < panels; ++panel) {
    const double centre = low + (2 * panel + 1) * half;
    for (std::size_t i = 0; i < Rule::abscissa().size(); ++i)
      for (const double side : {-1.0, 1.0})
        out.push_back({centre + side * half * Rule::abscissa()[i], half * Rule::weights()[i]});
  }
  std::sort(out.begin(), out.end(), [](const Node& a, const Node& b) { return a.x < b.x; });
  return out;
}

}  // namespace hedgerow::stats
