#include "model/detail/projected_newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr int max_iterations = 300;
constexpr int max_halvings = 50;
/// So many steps in a row that gain less than this end the climb: a ridge without a top, or one that is flat to
/// rounding. The certificate looks at the curvature there.
constexpr int idle_steps = 6;
constexpr double idle_gain = 1e-9;
/// Longest step in standard errors of the scaled coordinates.
constexpr double longest_step = 20;
/// Eigenvalues of the scaled information below this are directions in which the likelihood is flat.
constexpr double flat = 1e-9;

class BoxMaximiser {
 public:
  BoxMaximiser(const std::function<Curvature(const Vector&)>& f, const Vector& lower, const Vector& upper,
               double last_gain)
      : f_(f), lower_(lower), upper_(upper), last_gain_(last_gain) {}

  NewtonResult run(Vector start) {
    out_.at = std::move(start);
    out_.curvature = evaluate(out_.at);
    if (out_.at.empty()) out_.converged = out_.curvature.finite;
    while (out_.curvature.finite && !out_.converged && out_.iterations < max_iterations) {
      ++out_.iterations;
      if (!iterate()) break;
    }
    return std::move(out_);
  }

 private:
  Curvature evaluate(const Vector& x) {
    ++out_.evaluations;
    return f_(x);
  }

  bool held(std::size_t i) const {
    const double g = out_.curvature.score[i];
    return (out_.at[i] <= lower_[i] && g <= 0) || (out_.at[i] >= upper_[i] && g >= 0);
  }

  std::vector<std::size_t> movable() const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < out_.at.size(); ++i)
      if (!held(i)) out.push_back(i);
    return out;
  }

  /// Scaled eigen-decomposition of the observed information on a face.
  struct Face {
    std::vector<std::size_t> index;
    Vector scale;
    stats::SymmetricEigen eigen;
  };

  Face face(std::vector<std::size_t> index) const {
    Face out;
    out.index = std::move(index);
    const std::size_t n = out.index.size();
    const Curvature& c = out_.curvature;
    Matrix k(n, n);
    for (const std::size_t i : out.index) {
      const double size = std::max(c.expected(i, i), std::fabs(c.observed(i, i)));
      out.scale.push_back(size > 0 ? 1 / std::sqrt(size) : 1.0);
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        k(i, j) = c.observed(out.index[i], out.index[j]) * out.scale[i] * out.scale[j];
    if (n > 0) out.eigen = stats::symmetric_eigen(k);
    return out;
  }

  /// |K|^-1 right on a face, no longer than the longest step.
  Vector solve(const Face& face, const Vector& right) const {
    const std::size_t n = face.index.size();
    Vector d(n, 0.0);
    for (std::size_t v = 0; v < n; ++v) {
      double along = 0;
      for (std::size_t i = 0; i < n; ++i) along += face.eigen.vectors(i, v) * right[i] * face.scale[i];
      along /= std::max(std::fabs(face.eigen.values[v]), flat);
      for (std::size_t i = 0; i < n; ++i) d[i] += along * face.eigen.vectors(i, v);
    }
    double length = 0;
    for (const double x : d) length += x * x;
    const double shrink = std::min(1.0, longest_step / std::max(std::sqrt(length), 1e-300));
    for (std::size_t i = 0; i < n; ++i) d[i] *= shrink * face.scale[i];
    return d;
  }

  /// A step that stays in the box: coordinates that would leave it go to their bound, the others are solved again.
  Vector step() {
    Vector d(out_.at.size(), 0.0);
    std::vector<std::size_t> moving = movable();
    while (!moving.empty()) {
      const Face here = face(moving);
      Vector right;
      for (const std::size_t i : moving) {
        double r = out_.curvature.score[i];
        for (std::size_t j = 0; j < d.size(); ++j) r -= out_.curvature.observed(i, j) * fixed_part(d, moving, j);
        right.push_back(r);
      }
      const Vector part = solve(here, right);
      for (std::size_t i = 0; i < moving.size(); ++i) d[moving[i]] = part[i];
      std::vector<std::size_t> inside;
      for (const std::size_t i : moving) {
        const double to = out_.at[i] + d[i];
        if (to < lower_[i])
          d[i] = lower_[i] - out_.at[i];
        else if (to > upper_[i])
          d[i] = upper_[i] - out_.at[i];
        else
          inside.push_back(i);
      }
      if (inside.size() == moving.size()) break;
      moving = std::move(inside);
    }
    return d;
  }

  static double fixed_part(const Vector& d, const std::vector<std::size_t>& moving, std::size_t j) {
    return std::find(moving.begin(), moving.end(), j) == moving.end() ? d[j] : 0.0;
  }

  Vector clamped(const Vector& d, double factor) const {
    Vector x(out_.at);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::clamp(x[i] + factor * d[i], lower_[i], upper_[i]);
    return x;
  }

  bool iterate() {
    Vector d = step();
    double slope = stats::dot(out_.curvature.score, d);
    if (!(slope > 0)) {
      // Coupling with coordinates at a bound can turn the step around: climb along the scaled gradient instead.
      d = scaled_gradient();
      slope = stats::dot(out_.curvature.score, d);
    }
    out_.last_step = slope;
    if (slope <= last_gain_ && leave_saddle()) return true;
    if (slope <= last_gain_ && out_.evaluations == 1) return out_.converged = true;  // it began at the top
    const double noise = 1e-13 * (1 + std::fabs(out_.curvature.value));
    double factor = 1;
    for (int halving = 0; halving < max_halvings; ++halving, factor *= 0.5) {
      Vector next = clamped(d, factor);
      Curvature there = evaluate(next);
      const double least = out_.curvature.value + 1e-4 * factor * slope - (slope < 1e-6 ? noise : 0.0);
      if (there.finite && there.value >= least) {
        idle_ = there.value < out_.curvature.value + idle_gain ? idle_ + 1 : 0;
        out_.at = std::move(next);
        out_.curvature = std::move(there);
        out_.converged = slope <= last_gain_ || idle_ >= idle_steps;
        return true;
      }
      if (slope <= 1e-10 && halving > 3) break;
    }
    // Nothing above: within rounding of the top, or a surface that Newton can't climb.
    out_.curvature = evaluate(out_.at);
    out_.converged = slope <= 1e-9;
    return false;
  }

  Vector scaled_gradient() const {
    Vector d(out_.at.size(), 0.0);
    for (const std::size_t i : movable()) {
      const double size = std::max(out_.curvature.expected(i, i), std::fabs(out_.curvature.observed(i, i)));
      d[i] = size > 0 ? out_.curvature.score[i] / size : 0.0;
    }
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = std::clamp(out_.at[i] + d[i], lower_[i], upper_[i]) - out_.at[i];
    return d;
  }

  /// At a stationary point with an ascending eigenvector: a step along it, if one raises the likelihood clearly.
  bool leave_saddle() {
    const Face here = face(movable());
    if (here.index.empty() || here.eigen.values.front() > -1e-7 || saddles_ >= 10) return false;
    ++saddles_;
    for (double length = 1; length > 1e-4; length *= 0.3) {
      for (const double sign : {1.0, -1.0}) {
        Vector d(out_.at.size(), 0.0);
        for (std::size_t i = 0; i < here.index.size(); ++i)
          d[here.index[i]] = sign * length * here.scale[i] * here.eigen.vectors(i, 0);
        Vector next = clamped(d, 1);
        Curvature there = evaluate(next);
        if (!there.finite || there.value < out_.curvature.value + 1e-10) continue;
        out_.at = std::move(next);
        out_.curvature = std::move(there);
        return true;
      }
    }
    return false;
  }

  const std::function<Curvature(const Vector&)>& f_;
  const Vector& lower_;
  const Vector& upper_;
  double last_gain_;
  int saddles_ = 0, idle_ = 0;
  NewtonResult out_;
};

}  // namespace

NewtonResult maximise_in_box(const std::function<Curvature(const Vector&)>& f, Vector start, const Vector& lower,
                             const Vector& upper, double last_gain) {
  return BoxMaximiser(f, lower, upper, last_gain).run(std::move(start));
}

}  // namespace hedgerow::model
