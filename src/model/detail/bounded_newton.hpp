// Newton's method for a log-likelihood in variance components that are bounded below.
//
// A step maximises the quadratic model g'd - d'Kd / 2 over s + d >= lower exactly (all active sets are tried: there are
// few components), so a component can reach its bound, stay there while its score is negative, and leave it. K is the
// observed information where that is clearly positive definite, else the Fisher information, which is right far from
// the maximum. Each step is halved until the log-likelihood rises.
//
// Source: definition of the projected Newton step; docs/methods/three-level.md.
#pragma once

#include <functional>
#include <vector>

#include "stats/matrix.hpp"

namespace hedgerow::model {

/// A log-likelihood with derivatives; `finite` false where it has no value.
struct Curvature {
  bool finite = false;
  double value = 0;
  stats::Vector score;
  stats::Matrix observed;  ///< minus the Hessian
  stats::Matrix expected;  ///< Fisher information
};

struct NewtonResult {
  stats::Vector at;
  Curvature curvature;
  bool converged = false;
  int iterations = 0;
  int evaluations = 0;
  double last_step = 0;  ///< largest relative step that was asked for last
};

/// Maximises over the components with free[l]; the others keep their starting value. Variances are about 1 in size.
NewtonResult maximise_bounded(const std::function<Curvature(const stats::Vector&)>& f, stats::Vector start,
                              const stats::Vector& lower, const std::vector<bool>& free);

/// Step of the quadratic model with s + step >= lower; zero in components that are not free.
stats::Vector bounded_step(const stats::Vector& score, const stats::Matrix& k, const stats::Vector& s,
                           const stats::Vector& lower, const std::vector<bool>& free);

}  // namespace hedgerow::model
