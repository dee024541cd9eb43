// Profile-likelihood interval of tau2 of a mixed model of counts.
#pragma once

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

struct Tau2Interval {
  double lower = 0, upper = 0;  ///< upper is infinite where the likelihood does not fall
};

/// The values of tau2 whose best log-likelihood lies within the quantile of chi-square (df 1) / 2 of the maximum; the
/// other parameters are fitted anew. The quadrature is that of the fit. Errors: no such model, tau2 held, a refit
/// fails.
Expected<Tau2Interval> profile_tau2(const Fit& fit, double level);

}  // namespace hedgerow::model
