// What every fit reports besides its estimates: likelihood statistics, and residual heterogeneity of multilevel fits.
#pragma once

#include "model/fit.hpp"

namespace hedgerow::model {

/// Log-likelihood, deviance and criteria from a log-likelihood (definitions 4.11).
/// `parameters` counts coefficients and estimated variances; `n` is k for ML and k - p for REML.
FitStatistics fit_statistics(double loglik, double deviance, double parameters, double n);

/// Fit::ml and Fit::reml of a multilevel fit; `parameters` counts the estimated variances. `log_det_v` is that
/// of the sampling covariance: the saturated model has every effect at its own mean. NaN where V is singular and the
/// saturated likelihood has no bound.
void summarise_likelihood(Fit& fit, double loglik_ml, double loglik_reml, double log_det_v, std::size_t parameters);

/// QE with its p-value, typical sampling variance vt = (k - p) / tr(P) with P from V alone, I2 and H2 of the sum of the
/// sigma2 (NaN beside structured terms, where the variance of an effect depends on its level). q_e may be NaN.
void summarise_heterogeneity(Fit& fit, double q_e, double trace_p);

}  // namespace hedgerow::model
