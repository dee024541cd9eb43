// Nested multilevel models: what can be asked beyond model/fit.hpp.
//
// Fitting itself is model::fit on a Problem whose spec is Multilevel.
#pragma once

#include <memory>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Maximum of the log-likelihood with one variance component held at a value.
struct ProfilePoint {
  double loglik = 0;
  stats::Vector sigma2;  ///< all components, the held one included
};

/// Profile log-likelihood of the variance components of one problem, prepared for many values.
class MultilevelProfile {
 public:
  /// Errors: not a multilevel problem.
  static Expected<MultilevelProfile> create(const Problem& problem);

  /// Component counts from 0, outermost first; value >= 0. Errors: no such component, negative value, no convergence.
  Expected<ProfilePoint> at(std::size_t component, double value) const;
  /// The same from a starting point (all components), which is faster near it. Takes one start only.
  Expected<ProfilePoint> at(std::size_t component, double value, const stats::Vector& start) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// Profile log-likelihood at one value: the model refitted with one component fixed.
Expected<double> profile_loglik(const Problem& problem, std::size_t component, double value);

/// Log-likelihood of a multilevel problem at given components (its own likelihood, ML or REML; all constants).
Expected<double> multilevel_loglik(const Problem& problem, const stats::Vector& sigma2);

}  // namespace hedgerow::model
