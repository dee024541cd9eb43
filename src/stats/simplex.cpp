#include "stats/simplex.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace hedgerow::stats {
namespace {

using Function = std::function<double(std::span<const double>)>;

double safe(const Function& f, const Vector& x) {
  const double value = f(x);
  return std::isfinite(value) ? value : std::numeric_limits<double>::max();
}

SimplexMinimum at(const Function& f, Vector x) {
  const double value = safe(f, x);
  return {std::move(x), value};
}

/// centre + factor (point - centre).
Vector along(const Vector& centre, const Vector& point, double factor) {
  Vector out(centre.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = centre[i] + factor * (point[i] - centre[i]);
  return out;
}

bool is_small(const std::vector<SimplexMinimum>& corners, double tolerance) {
  double width = 0;
  for (std::size_t i = 0; i < corners[0].x.size(); ++i)
    width = std::max(width, std::fabs(corners.back().x[i] - corners[0].x[i]) / (1 + std::fabs(corners[0].x[i])));
  const double rise = corners.back().value - corners[0].value;
  return width <= tolerance || (rise <= tolerance * std::fabs(corners[0].value) && width <= std::sqrt(tolerance));
}

void move_worst(const Function& f, std::vector<SimplexMinimum>& corners) {
  const std::size_t n = corners.size() - 1;
  Vector centre(n, 0.0);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = 0; i < n; ++i) centre[i] += corners[j].x[i] / static_cast<double>(n);
  SimplexMinimum& worst = corners.back();
  SimplexMinimum reflected = at(f, along(centre, worst.x, -1));
  if (reflected.value < corners[0].value) {
    SimplexMinimum expanded = at(f, along(centre, worst.x, -2));
    worst = expanded.value < reflected.value ? expanded : reflected;
    return;
  }
  if (reflected.value < corners[n - 1].value) {
    worst = reflected;
    return;
  }
  const bool outside = reflected.value < worst.value;
  SimplexMinimum contracted = at(f, along(centre, worst.x, outside ? -0.5 : 0.5));
  if (contracted.value < std::min(worst.value, reflected.value)) {
    worst = contracted;
    return;
  }
  for (std::size_t j = 1; j <= n; ++j) corners[j] = at(f, along(corners[0].x, corners[j].x, 0.5));
}

SimplexMinimum one_run(const Function& f, const Vector& start, double step, double tolerance) {
  std::vector<SimplexMinimum> corners{at(f, start)};
  for (std::size_t i = 0; i < start.size(); ++i) {
    Vector x = start;
    x[i] += step;
    corners.push_back(at(f, x));
  }
  const auto better = [](const SimplexMinimum& a, const SimplexMinimum& b) { return a.value < b.value; };
  for (int iteration = 0; iteration < 2000; ++iteration) {
    std::sort(corners.begin(), corners.end(), better);
    if (is_small(corners, tolerance)) break;
    move_worst(f, corners);
  }
  return *std::min_element(corners.begin(), corners.end(), better);
}

}  // namespace

SimplexMinimum minimise_simplex(const Function& f, Vector start, double step, double tolerance) {
  SimplexMinimum best = one_run(f, start, step, tolerance);
  for (int restart = 0; restart < 10; ++restart) {
    SimplexMinimum next = one_run(f, best.x, step / 4, tolerance);
    const bool settled = best.value - next.value <= tolerance * std::fabs(best.value);
    if (next.value < best.value) best = std::move(next);
    if (settled) break;
  }
  return best;
}

}  // namespace hedgerow::stats
