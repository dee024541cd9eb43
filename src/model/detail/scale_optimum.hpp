// Maximum of the likelihood of a location-scale model in the coefficients of its scale.
//
// Coordinates: the free columns of Z are replaced by an orthonormal basis of length sqrt(k), so that the linear
// predictor is of the size of the coordinates whatever the units of the moderators are.
//
// Log link: Newton's method without bounds from several starts (the model without moderators, a regression of
// log(max(e^2 - vi, vi/10)), and steps to both sides along each coordinate). Where the residuals of a group vary less
// than its sampling errors do, the likelihood rises for ever as its tau2 falls to 0; the climb ends where the rest of
// the gain is below rounding, and the certificate names the rows.
//
// Identity link: z_i'alpha >= 0 in each row. Newton on the likelihood plus m * sum log(z_i'alpha), m falling to 1e-10;
// then without it on the face of the rows that the end has at 0, which is kept if it is feasible and higher.
//
// Source: viechtbauer2022; fiacco1968 for the barrier.
#pragma once

#include "base/expected.hpp"
#include "model/detail/scale_likelihood.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

struct ScaleOptimum {
  stats::Vector alpha;  ///< q, held ones included
  Certificate certificate;
};

/// Errors: no alpha with all tau2_i >= 0 (identity link), or no start from which the likelihood has a value.
Expected<ScaleOptimum> maximise_scale(const Problem& problem, ScaleLikelihood& likelihood, const stats::Vector& start);

}  // namespace hedgerow::model
