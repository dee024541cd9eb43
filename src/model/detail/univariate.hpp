// Internal entry points of the two-level model; model/fit.hpp dispatches to them.
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Fits a Problem whose spec is Univariate.
Expected<Fit> fit_univariate(const Problem& problem);

/// Log-likelihood, deviance and criteria from a log-likelihood (definitions 4.11).
/// `parameters` counts coefficients and estimated variances; `n` is k for ML and k - p for REML.
FitStatistics fit_statistics(double loglik, double deviance, double parameters, double n);

}  // namespace hedgerow::model
