// Moment estimators of tau2 in closed form.
//
//   Generalised Q with fixed weights a (DerSimonian and Kacker 2007):
//     tau2 = (y'P y - tr(P V)) / tr(P),   P = A - A X (X'AX)^-1 X'A
//       a_i = 1        Hedges, HE (also called Cochran's estimator, CO)
//       a_i = 1 / vi   DerSimonian and Laird, DL
//       a_i = given    GENQ
//     DL of 2x2 tables in RevMan 5 and meta: Q = sum (yi - m)^2 / vi about the Mantel-Haenszel estimate m (Univariate::
//     q_about), which is y'P y + sum(1/vi) (mean - m)^2                                              [deekshiggins2010]
//   Hunter and Schmidt:  HS = (Q - k) / sum(1 / vi);  HSk = (Q k / (k - p) - k) / sum(1 / vi)
//   Sidik and Jonkman:   SJ = t0 y'P y / (k - p), a_i = 1 / (vi + t0), t0 = sum (yi - mean)^2 / k
//
// Source:     dersimonian1986, hedges1985, dersimonian2007, hunter2004, sidik2005.
// Conditions: k > p; DL, HS and HSk need vi > 0.
// Fails when: a sampling variance is 0 (DL, HS, HSk); the weights leave X'AX singular.
// A negative solution becomes 0.
#include <algorithm>
#include <cmath>

#include "model/detail/tau2.hpp"

namespace hedgerow::model {
namespace {

Expected<Tau2Estimate> finish(double tau2) {
  if (!std::isfinite(tau2))
    return make_error(ErrorCode::not_defined, "the moment equation for tau2 has no finite solution for these weights",
                      "weights");
  tau2 = std::max(0.0, tau2);
  return Tau2Estimate{tau2, closed_form(tau2)};
}

Error singular_weights() {
  return make_error(ErrorCode::not_defined, "with these weights X'WX is singular: too few effects have weight",
                    "weights");
}

Expected<Tau2Estimate> fixed_weights(const Tau2Input& in, std::span<const double> a, double q_excess = 0) {
  if (!in.projection.set_weights(a)) return singular_weights();
  return finish((in.projection.y_p_y() + q_excess - in.projection.trace_pv(in.data.vi)) / in.projection.trace_p());
}

Expected<Tau2Estimate> hunter_schmidt(const Tau2Input& in) {
  if (!in.projection.set_tau2(in.data.vi, 0)) return singular_weights();
  const double k = static_cast<double>(in.data.k());
  const double p = static_cast<double>(in.data.p());
  const double inflation = in.spec.method == Tau2Method::hsk ? k / (k - p) : 1;
  return finish((inflation * in.projection.y_p_y() - k) / in.projection.sum_weights());
}

Expected<Tau2Estimate> sidik_jonkman(const Tau2Input& in) {
  const double start = crude_variance(in.data);
  if (!(start > 0)) return finish(0);
  if (!in.projection.set_tau2(in.data.vi, start)) return singular_weights();
  return finish(start * in.projection.y_p_y() / static_cast<double>(in.data.k() - in.data.p()));
}

}  // namespace

Expected<Tau2Estimate> tau2_moments(const Tau2Input& in) {
  HR_CHECK(require_positive_variances(in.data, in.spec.method));
  switch (in.spec.method) {
    case Tau2Method::hs:
    case Tau2Method::hsk:
      return hunter_schmidt(in);
    case Tau2Method::sj:
      return sidik_jonkman(in);
    case Tau2Method::genq:
      HR_CHECK(require_weights(in.spec));
      return fixed_weights(in, in.spec.weights);
    case Tau2Method::dl: {
      stats::Vector a(in.data.k());
      std::transform(in.data.vi.begin(), in.data.vi.end(), a.begin(), [](double v) { return 1 / v; });
      return fixed_weights(in, a, in.q_excess);
    }
    default:
      return fixed_weights(in, stats::Vector(in.data.k(), 1.0));
  }
}

}  // namespace hedgerow::model
