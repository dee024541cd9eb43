// Newton's method for a log-likelihood over a box, with any number of coordinates.
//
// The step solves |K| d = g over the coordinates that are not held at a bound, where |K| is the observed information
// with the absolute values of its eigenvalues (scaled by the expected information), so that a saddle repels; a
// coordinate that the step takes to its bound is held there and the others are solved again. The step is halved until
// the log-likelihood rises. Where the gradient is 0 and an eigenvalue is negative, the next step goes along its
// eigenvector. The end: g'd, twice the gain that Newton's model promises, is below rounding; that step is still taken.
//
// Source: bertsekas1982 (projected Newton); docs/methods/dependent-effects.md.
#pragma once

#include <functional>
#include <vector>

#include "model/detail/bounded_newton.hpp"

namespace hedgerow::model {

/// Default of `last_gain` below: smaller than the rounding of a log-likelihood.
constexpr double newton_gain = 1e-13;

/// Maximises `f` over lower <= x <= upper. `f` gives value, score, observed and expected information. The result is the
/// point evaluated last. `last_gain`: g'd below which a step is the last; the log-likelihood can't rise by more than
/// half of it.
NewtonResult maximise_in_box(const std::function<Curvature(const stats::Vector&)>& f, stats::Vector start,
                             const stats::Vector& lower, const stats::Vector& upper, double last_gain = newton_gain);

}  // namespace hedgerow::model
