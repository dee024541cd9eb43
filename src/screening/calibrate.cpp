#include "screening/calibrate.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"

namespace hedgerow::screening {
namespace {

// Minus the log likelihood; ln(1 + e^z) without overflow.
double loss(const Logistic& curve, std::span<const double> scores, std::span<const double> targets) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double z = curve.a + curve.b * scores[i];
    sum += std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - targets[i] * z;
  }
  return sum;
}

// A ridge keeps the matrix regular when all scores are equal.
Logistic newton_step(const Logistic& curve, std::span<const double> scores, std::span<const double> targets) {
  double ga = 0, gb = 0, haa = 1e-12, hab = 0, hbb = 1e-12;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double p = curve(scores[i]);
    const double curvature = p * (1 - p);
    ga += p - targets[i];
    gb += (p - targets[i]) * scores[i];
    haa += curvature;
    hab += curvature * scores[i];
    hbb += curvature * scores[i] * scores[i];
  }
  const double determinant = haa * hbb - hab * hab;
  if (!(determinant > 0)) return {ga / haa, 0};
  return {(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant};
}

}  // namespace

Logistic fit_logistic(std::span<const double> scores, std::span<const int> relevant) {
  HR_ASSERT(scores.size() == relevant.size());
  const auto n1 = static_cast<double>(std::count(relevant.begin(), relevant.end(), 1));
  const double n0 = static_cast<double>(relevant.size()) - n1;
  std::vector<double> targets;
  for (const int r : relevant) targets.push_back(r == 1 ? (n1 + 1) / (n1 + 2) : 1 / (n0 + 2));
  Logistic curve{std::log((n1 + 1) / (n0 + 1)), 0};
  double value = loss(curve, scores, targets);
  constexpr int kMostSteps = 100, kMostHalvings = 40;
  for (int steps = 0; steps < kMostSteps; ++steps) {
    const Logistic step = newton_step(curve, scores, targets);
    double factor = 1, next = value;
    Logistic trial = curve;
    for (int halvings = 0; halvings < kMostHalvings; ++halvings, factor /= 2) {
      trial = {curve.a - factor * step.a, curve.b - factor * step.b};
      next = loss(trial, scores, targets);
      if (next < value) break;
    }
    if (!(next < value)) return curve;
    curve = trial;
    if (value - next < 1e-12 * (1 + value)) return curve;
    value = next;
  }
  return curve;
}

}  // namespace hedgerow::screening
