// The sum S_n of n standard normals that has not crossed +-z sqrt(n) at any look so far has the density
//
//   f_1(x) = phi(x),   f_{n+1}(x) = integral over |s| <= z sqrt(n) of f_n(s) phi(x - s) ds,
//
// by the trapezoidal rule.
#include "audit/detail/repeated_looks.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "stats/distributions.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr std::size_t kPoints = 301;

/// A density on an even grid from -bound to bound.
struct Density {
  double bound = 0;
  std::vector<double> values = std::vector<double>(kPoints);

  double step() const { return 2 * bound / (kPoints - 1); }
  double at(std::size_t i) const { return -bound + static_cast<double>(i) * step(); }
  double weight(std::size_t i) const { return i == 0 || i == kPoints - 1 ? step() / 2 : step(); }
};

Density after_next_look(const Density& before, double bound) {
  Density out{bound};
  for (std::size_t i = 0; i < kPoints; ++i)
    for (std::size_t j = 0; j < kPoints; ++j)
      out.values[i] += before.weight(j) * before.values[j] * stats::normal_density(out.at(i) - before.at(j));
  return out;
}

}  // namespace

double chance_of_crossing(int looks) {
  const double limit = stats::normal_quantile(0.975);
  Density density{limit};
  for (std::size_t i = 0; i < kPoints; ++i) density.values[i] = stats::normal_density(density.at(i));
  for (int n = 2; n <= looks; ++n) density = after_next_look(density, limit * std::sqrt(static_cast<double>(n)));
  double inside = 0;
  for (std::size_t i = 0; i < kPoints; ++i) inside += density.weight(i) * density.values[i];
  return 1 - inside;
}

}  // namespace hedgerow::audit::detail
