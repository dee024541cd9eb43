// Internal entry points of the nested multilevel model; model/fit.hpp dispatches to them.
#pragma once

#include <span>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Fits a Problem whose spec is Multilevel. Errors: no degrees of freedom, no convergence (with what was tried).
Expected<Fit> fit_multilevel(const Problem& problem);

/// M^-1 v for M = diag(vi) + sum_l sigma2_l Z_l Z_l' of a Multilevel problem; sigma2 outermost first; O(rows x levels).
stats::Vector solve_marginal_multilevel(const Problem& problem, const stats::Vector& sigma2, std::span<const double> v);

}  // namespace hedgerow::model
