#include "model/detail/bounded_newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr int max_iterations = 200;
constexpr int max_halvings = 60;
/// A step below this, relative to the component (or to 1e-4 of the typical sampling variance), is the last one:
/// Newton's next step would be of the order of its square.
constexpr double step_tolerance = 1e-9;

std::vector<std::size_t> members(const std::vector<bool>& in) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (in[i]) out.push_back(i);
  return out;
}

Matrix submatrix(const Matrix& a, const std::vector<std::size_t>& index) {
  Matrix out(index.size(), index.size());
  for (std::size_t i = 0; i < index.size(); ++i)
    for (std::size_t j = 0; j < index.size(); ++j) out(i, j) = a(index[i], index[j]);
  return out;
}

/// Solves K_FF d_F = g_F - K_FA d_A for the moving components, with the pinned ones at their bound. Flat directions
/// (no information) get the smallest ridge that makes K_FF positive definite.
bool solve_face(const Vector& score, const Matrix& k, const std::vector<std::size_t>& moving, Vector& d) {
  if (moving.empty()) return true;
  Matrix part = submatrix(k, moving);
  Vector right(moving.size());
  for (std::size_t i = 0; i < moving.size(); ++i) right[i] = score[moving[i]];
  for (std::size_t i = 0; i < moving.size(); ++i)
    for (std::size_t l = 0; l < d.size(); ++l) right[i] -= k(moving[i], l) * d[l];
  for (double ridge = 0; ridge<1; ridge = ridge> 0 ? 100 * ridge : 1e-14) {
    Matrix ridged = part;
    for (std::size_t i = 0; i < moving.size(); ++i) ridged(i, i) *= 1 + ridge;
    if (const auto factor = stats::Cholesky::create(ridged)) {
      const Vector x = factor->solve(right);
      for (std::size_t i = 0; i < moving.size(); ++i) d[moving[i]] = x[i];
      return true;
    }
  }
  return false;
}

double model_gain(const Vector& score, const Matrix& k, const Vector& d) {
  return stats::dot(score, d) - 0.5 * stats::quadratic_form(k, d);
}

bool feasible(const Vector& s, const Vector& d, const Vector& lower) {
  for (std::size_t l = 0; l < s.size(); ++l)
    if (s[l] + d[l] < lower[l]) return false;
  return true;
}

/// Whether K - fraction * E is positive definite on the components that can move.
bool dominates(const Matrix& k, const Matrix& expected, double fraction, const std::vector<std::size_t>& index) {
  Matrix difference = submatrix(k, index);
  for (std::size_t i = 0; i < index.size(); ++i)
    for (std::size_t j = 0; j < index.size(); ++j) difference(i, j) -= fraction * expected(index[i], index[j]);
  return index.empty() || stats::Cholesky::create(difference).has_value();
}

class Maximiser {
 public:
  Maximiser(const std::function<Curvature(const Vector&)>& f, const Vector& lower, const std::vector<bool>& free)
      : f_(f), lower_(lower), free_(free) {}

  NewtonResult run(Vector start) {
    out_.at = std::move(start);
    out_.curvature = evaluate(out_.at);
    while (out_.curvature.finite && !out_.converged && out_.iterations < max_iterations) {
      ++out_.iterations;
      if (!iterate()) break;
    }
    return std::move(out_);
  }

 private:
  Curvature evaluate(const Vector& s) {
    ++out_.evaluations;
    return f_(s);
  }

  /// Where the next step goes: by the observed information where it is trusted, else by the expected one. Late in a
  /// slow iteration any positive definite one is. A component at its bound that the score holds there stays pinned in
  /// a step by the observed information, which says nothing about it: unpinned it could be pushed off the bound along
  /// a direction of negative curvature, and pulled back by the next step, for ever.
  Vector step() const {
    std::vector<bool> movable(free_);
    for (std::size_t l = 0; l < free_.size(); ++l)
      if (out_.at[l] <= lower_[l] && out_.curvature.score[l] <= 0) movable[l] = false;
    const Curvature& c = out_.curvature;
    const double fraction = out_.iterations <= 8 ? 0.25 : 0.0;
    if (dominates(c.observed, c.expected, fraction, members(movable)))
      return bounded_step(c.score, c.observed, out_.at, lower_, movable);
    return bounded_step(c.score, c.expected, out_.at, lower_, free_);
  }

  double relative_size(const Vector& d) const {
    double size = 0;
    for (std::size_t l = 0; l < d.size(); ++l) size = std::max(size, std::fabs(d[l]) / std::max(out_.at[l], 1e-4));
    return size;
  }

  /// One step. False when no step raises the likelihood although the step asked for is not small.
  bool iterate() {
    const Vector d = step();
    out_.last_step = relative_size(d);
    const double slope = stats::dot(out_.curvature.score, d);
    const double noise = 1e-13 * (1 + std::fabs(out_.curvature.value));
    double factor = 1;
    for (int halving = 0; halving < max_halvings; ++halving, factor *= 0.5) {
      Vector next(out_.at);
      for (std::size_t l = 0; l < next.size(); ++l)
        if (free_[l]) next[l] = std::max(lower_[l], next[l] + factor * d[l]);
      Curvature there = evaluate(next);
      if (!there.finite || there.value < out_.curvature.value + 1e-4 * factor * slope - noise) continue;
      out_.at = std::move(next);
      out_.curvature = std::move(there);
      out_.converged = out_.last_step <= step_tolerance;
      return true;
    }
    return false;
  }

  const std::function<Curvature(const Vector&)>& f_;
  const Vector& lower_;
  const std::vector<bool>& free_;
  NewtonResult out_;
};

}  // namespace

Vector bounded_step(const Vector& score, const Matrix& k, const Vector& s, const Vector& lower,
                    const std::vector<bool>& free) {
  const std::vector<std::size_t> candidates = members(free);
  HR_ASSERT(candidates.size() < 16);
  Vector best(s.size(), 0.0);
  double best_gain = -std::numeric_limits<double>::infinity();
  for (std::size_t pinned = 0; pinned < (std::size_t{1} << candidates.size()); ++pinned) {
    Vector d(s.size(), 0.0);
    std::vector<std::size_t> moving;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if ((pinned >> i) & 1U) {
        d[candidates[i]] = lower[candidates[i]] - s[candidates[i]];
      } else {
        moving.push_back(candidates[i]);
      }
    }
    if (!solve_face(score, k, moving, d) || !feasible(s, d, lower)) continue;
    const double gain = model_gain(score, k, d);
    if (gain > best_gain) {
      best_gain = gain;
      best = d;
    }
    if (pinned == 0) break;  // nothing is at a bound: this is the maximum of the whole model
  }
  return best;
}

NewtonResult maximise_bounded(const std::function<Curvature(const Vector&)>& f, Vector start, const Vector& lower,
                              const std::vector<bool>& free) {
  return Maximiser(f, lower, free).run(std::move(start));
}

}  // namespace hedgerow::model
