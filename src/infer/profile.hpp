// Profile-likelihood intervals of variance components.
#pragma once

#include "infer/inference.hpp"

namespace hedgerow::infer {

/// Profile-likelihood interval of one variance component of a multilevel fit (counted from 0, outermost first): the
/// values whose log-likelihood, maximised over the other components, is within half a chi-square quantile (1 df) of the
/// maximum. REML fits use the restricted likelihood. A lower bound of 0 means that 0 itself is inside.
/// ub_sign is ">" (and ci_ub the largest value tried) when the profile never falls low enough.
/// Errors: not a multilevel fit, no such component, the component was fixed, a refit that does not converge.
Expected<Interval> profile_interval(const model::Fit& fit, std::size_t component, double level = 0.95);

/// The same interval on the scale of the standard deviation (square roots).
Interval root_of(const Interval& variance);

/// Profile log-likelihood at given values of one component.
struct Profile {
  stats::Vector value, loglik;
};
Expected<Profile> profile(const model::Fit& fit, std::size_t component, const stats::Vector& values);

}  // namespace hedgerow::infer
