// Estimators of the between-study variance of the two-level model; fit_univariate dispatches to them.
#pragma once

#include "base/expected.hpp"
#include "model/detail/projection.hpp"
#include "model/fit.hpp"

namespace hedgerow::model {

/// What an estimator works on. `projection` is its scratch space; its weights on return are not defined.
struct Tau2Input {
  const Data& data;
  const Univariate& spec;
  Projection& projection;
  double q_excess = 0;  ///< of Q about another centre than the weighted mean (Univariate::q_about)
};

struct Tau2Estimate {
  double tau2 = 0;
  Certificate certificate;
};

/// tau2_moments.cpp: HE (CO), DL, GENQ, HS, HSk, SJ.
Expected<Tau2Estimate> tau2_moments(const Tau2Input& in);
/// tau2_likelihood.cpp: ML, REML.
Expected<Tau2Estimate> tau2_likelihood(const Tau2Input& in);
/// tau2_generalised_q.cpp: PM (EB, DLIT, SJIT), PMM.
Expected<Tau2Estimate> tau2_generalised_q(const Tau2Input& in);
/// tau2_median_q.cpp: GENQM.
Expected<Tau2Estimate> tau2_median_q(const Tau2Input& in);

/// Standard error of the estimate, by the formula that belongs to the method (tau2_error.cpp). NaN where none does.
double tau2_standard_error(const Tau2Input& in, double tau2);

/// An Error if the method divides by sampling variances and one of them is 0.
Checked require_positive_variances(const Data& data, Tau2Method method);
/// An Error if GENQ or GENQM has no weights.
Checked require_weights(const Univariate& spec);
/// sum (yi - mean)^2 / k, the start of Sidik and Jonkman.
double crude_variance(const Data& data);
/// True if some vi is 0.
bool has_zero_variance(const Data& data);
/// The certificate of an estimate that needs no iteration.
Certificate closed_form(double tau2);

}  // namespace hedgerow::model
