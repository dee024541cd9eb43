// Firth-penalised logistic regression of 2x2 tables: its fit, and intervals by the profile of the penalised likelihood.
#pragma once

#include <cstddef>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// Fits a Problem whose spec is CountModel with method firth (OR). Levels of the studies are in counts.study, ml has
/// the penalised log-likelihood.
Expected<Fit> fit_firth(const Problem& problem);

/// Interval of a coefficient by the profile, and the penalised likelihood-ratio test that it is 0.
struct FirthProfile {
  double ci_lb = 0, ci_ub = 0;
  double chi2 = 0, pval = 0;  ///< df 1
};

/// `fit` is one of fit_firth. Errors: no such coefficient, a level outside 0..1.
Expected<FirthProfile> profile_firth(const Fit& fit, std::size_t coefficient, double level);

}  // namespace hedgerow::model
