#include "audit/detail/moments.hpp"

#include <algorithm>

namespace hedgerow::audit::detail {

namespace {

struct Sums {
  double w = 0, wy = 0, wyy = 0, ww = 0;

  void add(double y, double v, double sign) {
    const double weight = sign / v;
    w += weight;
    wy += weight * y;
    wyy += weight * y * y;
    ww += weight / v;
  }
};

double dersimonian_laird(const Sums& s, double df) {
  const double q = s.wyy - s.wy * s.wy / s.w;
  return std::max(0.0, (q - df) / (s.w - s.ww / s.w));
}

}  // namespace

std::vector<LeftOut> leave_one_out(const stats::Vector& yi, const stats::Vector& vi) {
  const std::size_t k = yi.size();
  // About the mean, so that the differences of the sums keep their digits.
  double centre = 0;
  for (const double y : yi) centre += y / static_cast<double>(k);
  Sums all;
  for (std::size_t i = 0; i < k; ++i) all.add(yi[i] - centre, vi[i], 1);
  std::vector<LeftOut> out(k);
  for (std::size_t i = 0; i < k; ++i) {
    Sums rest = all;
    rest.add(yi[i] - centre, vi[i], -1);
    out[i].tau2 = dersimonian_laird(rest, static_cast<double>(k) - 2);
    double w = 0, wy = 0;
    for (std::size_t j = 0; j < k; ++j) {
      if (j == i) continue;
      const double weight = 1 / (vi[j] + out[i].tau2);
      w += weight;
      wy += weight * yi[j];
    }
    out[i].mean = wy / w;
    out[i].variance = 1 / w;
  }
  return out;
}

}  // namespace hedgerow::audit::detail
