// Beta-binomial regression of the arms of studies, or of single groups.
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Fits a Problem whose spec is CountModel with method beta_binomial (OR, PLO). counts.rho is the correlation of two
/// persons of one arm, counts.study is empty. Errors: fractions of events, `random` false, an estimate at infinity.
Expected<Fit> fit_beta_binomial(const Problem& problem);

/// log P(x) of a beta-binomial count of mean probability mu in (0, 1) and theta = rho / (1 - rho) >= 0; whole x, n.
double beta_binomial_loglik(double x, double n, double mu, double theta);

}  // namespace hedgerow::model
