// Profile likelihood of the variance parameters of a multilevel fit: curves, and the intervals that they cut out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "infer/inference.hpp"

namespace hedgerow::infer {

/// Profile-likelihood interval of one variance parameter of a multilevel fit (in the order of model/parameters.hpp; for
/// random intercepts alone the components): the values whose log-likelihood, maximised over the other parameters, is
/// within half a chi-square quantile (1 df) of the maximum. REML fits use the restricted likelihood. A bound at the end
/// of the parameter's range (0 for a variance, 1 for a correlation) means that this end itself is inside. ub_sign is
/// ">" (and ci_ub the largest value tried) when the profile never falls low enough.
/// Errors: not a multilevel fit, no such parameter, the parameter was fixed, a refit that does not converge.
Expected<Interval> profile_interval(const model::Fit& fit, std::size_t parameter, double level = 0.95);

/// The same interval on the scale of the standard deviation (square roots).
Interval root_of(const Interval& variance);

/// Profile log-likelihood at given values of one parameter.
struct Profile {
  stats::Vector value, loglik;
};
Expected<Profile> profile(const model::Fit& fit, std::size_t parameter, const stats::Vector& values);

/// Interval and curve of one parameter.
struct ProfileCurve {
  std::size_t parameter = 0;
  std::string name;  ///< "sigma2.1", "rho"
  Interval interval;
  Profile curve;  ///< `steps` values that reach beyond the interval, as far as the parameter's range goes
};
/// The curves of all estimated parameters, in their order. steps >= 2.
Expected<std::vector<ProfileCurve>> profile_curves(const model::Fit& fit, double level, std::size_t steps);

}  // namespace hedgerow::infer
