// Multilevel models: what can be asked beyond model/fit.hpp.
//
// Fitting itself is model::fit on a Problem whose spec is Multilevel.
#pragma once

#include <memory>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Maximum of the log-likelihood with one variance parameter held at a value.
struct ProfilePoint {
  double loglik = 0;
  stats::Vector parameters;  ///< all variance parameters (model/parameters.hpp), the held one included
};

/// Profile log-likelihood of the variance parameters of one problem, prepared for many values.
class MultilevelProfile {
 public:
  /// Errors: not a multilevel problem.
  static Expected<MultilevelProfile> create(const Problem& problem);

  /// `parameter` in the order of model/parameters.hpp. Errors: no such parameter, value outside its bounds, no
  /// convergence.
  Expected<ProfilePoint> at(std::size_t parameter, double value) const;
  /// The same from a starting point (all parameters), which is faster near it. Takes one start only.
  Expected<ProfilePoint> at(std::size_t parameter, double value, const stats::Vector& start) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// Profile log-likelihood at one value: the model refitted with one parameter fixed.
Expected<double> profile_loglik(const Problem& problem, std::size_t parameter, double value);

/// Log-likelihood of a multilevel problem at given variance parameters (its own likelihood, ML or REML; all constants).
Expected<double> multilevel_loglik(const Problem& problem, const stats::Vector& values);

}  // namespace hedgerow::model
