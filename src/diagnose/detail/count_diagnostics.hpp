// Residuals and influence of models of counts, whose fit does not use the effects of single studies.
//
//   internal   e_i = yi - x_i b,  se = root of vi + tau2
//   deleted    d_i = yi - x_i b(-i),  se = root of vi + tau2(-i) + x_i vb(-i) x_i'
//   cook_d     (b - b(-j))' vb^-1 (b - b(-j));   dfbs  (b - b(-j))_c / root of vb_cc;   cov_r  |vb(-j)| / |vb|
//
// There is no hat matrix: the estimate is no linear combination of the yi. Rows without an effect of their own have no
// residual (NaN), but can be left out like any other.
//
// Source: viechtbauer2010 (rstandard and rstudent of these models).
#pragma once

#include "base/expected.hpp"
#include "diagnose/influence.hpp"

namespace hedgerow::diagnose::detail {

Residuals count_residuals(const model::Fit& fit);
Expected<Influence> count_influence(const model::Fit& fit, const InfluenceOptions& options, Units units);

}  // namespace hedgerow::diagnose::detail
