// Location-scale models: entry points (Viechtbauer and Lopez-Lopez 2022).
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Lengths, finite moderators, full rank of the scale, held coefficients that fit its design.
Checked check_location_scale(const Data& data, const LocationScale& spec);

/// Fits a Problem whose spec is LocationScale, from several starts or from the one given (alpha, q).
/// Errors: too few effects; a sampling variance of 0; no feasible tau2_i under the identity link with held alpha.
Expected<Fit> fit_location_scale(const Problem& problem, const stats::Vector& start);

/// The fit with one coefficient of the scale held at a value (0-based), the others at their best: a point of its
/// profile likelihood. `start` as above, may be empty.
Expected<Fit> fit_with_alpha(const Problem& problem, std::size_t coefficient, double value,
                             const stats::Vector& start = {});

/// The variances tau2 (rows) of the scale at rows of moderators: exp(z alpha) or z alpha, never below 0.
stats::Vector scale_variances(const LocationScale& spec, const stats::Vector& alpha, const stats::Matrix& z);

/// Number of estimated coefficients of the scale.
std::size_t free_alpha(const LocationScale& spec);

}  // namespace hedgerow::model
