// Median-unbiased generalised Q estimator of tau2 (GENQM).
//
//   Find tau2 >= 0 at which the observed Q = y'P y (fixed weights a) is the median of its distribution.
//   If P(Q <= observed) is below 1/2 at tau2 = 0, tau2 = 0.
//
// Source:     jackson2014 (distribution), viechtbauer2021 (median-unbiasedness).
// Conditions: k > p, weights given.
#include "model/detail/tau2.hpp"
#include "model/generalised_q.hpp"

namespace hedgerow::model {

Expected<Tau2Estimate> tau2_median_q(const Tau2Input& in) {
  HR_CHECK(require_weights(in.spec));
  HR_TRY(const GeneralisedQ q, GeneralisedQ::create(in.data.x, in.data.yi, in.data.vi, in.spec.weights));
  Tau2Estimate out;
  if (q.observed() > 0) {
    HR_TRY(out.tau2, q.tau2_with_cdf(0.5));
  }
  out.certificate = closed_form(out.tau2);
  out.certificate.algorithm = "bracketed root of the distribution of the generalised Q statistic";
  return out;
}

}  // namespace hedgerow::model
