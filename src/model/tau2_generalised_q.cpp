// Estimators of tau2 that set the generalised Q statistic to a target.
//
//   Find tau2 >= 0 with   Q(tau2) = y'P y = target,   w_i = 1 / (vi + tau2).
//   If Q(0) is already below the target, tau2 = 0.
//     target = k - p                  Paule and Mandel, PM; empirical Bayes, EB (the same equation)
//     target = median of chi2_{k-p}   median-unbiased Paule-Mandel, PMM
//   The iterated DL (DLIT) and Sidik-Jonkman (SJIT) estimators have the fixed point Q(tau2) = k - p too, because
//   tr(P (V + tau2 I)) = k - p; so they are solved here, to the last bits, instead of by their slow iterations.
//
// Source:     paule1982, morris1983, viechtbauer2021 (median-unbiased), dersimonian2007, sidik2007.
// Conditions: k > p. Q falls monotonically and is convex in tau2; 1/Q rises and is concave, so Newton's step for 1/Q
// from the left never passes
//             the root, and it is exact when all vi are equal.
// Fails when: 500 steps do not reach the root, which would be a fault of ours, not of the data.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/detail/tau2.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::model {
namespace {

/// A point to the left of the root: 0, or with a zero variance the first tau2 (going down) at which Q exceeds the
/// target.
double left_start(const Tau2Input& in, double target) {
  if (!has_zero_variance(in.data)) return 0;
  double tau2 = crude_variance(in.data);
  for (int halvings = 0; halvings < 1000 && tau2 > 0; ++halvings, tau2 /= 2)
    if (in.projection.set_tau2(in.data.vi, tau2) && in.projection.y_p_y() > target) return tau2;
  return 0;
}

}  // namespace

Expected<Tau2Estimate> tau2_generalised_q(const Tau2Input& in) {
  HR_CHECK(require_positive_variances(in.data, in.spec.method));
  const double df = static_cast<double>(in.data.k() - in.data.p());
  const double target = in.spec.method == Tau2Method::pmm ? stats::chi2_quantile(0.5, df) : df;
  Tau2Estimate out;
  out.certificate = closed_form(0);
  out.certificate.algorithm = "Newton on the reciprocal of the generalised Q statistic";
  double tau2 = left_start(in, target);
  if (tau2 == 0 && has_zero_variance(in.data)) return out;
  for (int step = 1; step <= 500; ++step) {
    if (!in.projection.set_tau2(in.data.vi, tau2))
      return make_error(ErrorCode::not_defined, "sampling variances differ so much that X'WX is singular", "vi");
    const double q = in.projection.y_p_y();
    const double increase = q > target ? q * (q - target) / (target * in.projection.y_pp_y()) : 0;
    out.certificate.iterations = step;
    out.certificate.gradient_norm = std::abs(q - target);
    if (tau2 == 0 && increase == 0) {
      out.certificate.gradient_norm = 0;
      return out;
    }
    tau2 += increase;
    if (increase <= 1e-15 * tau2) {
      out.tau2 = tau2;
      out.certificate.at_boundary = {false};
      return out;
    }
  }
  return make_error(ErrorCode::not_converged,
                    fmt::format("the equation Q(tau2) = {} was not solved in 500 steps; last tau2 {}", target, tau2),
                    "tau2");
}

}  // namespace hedgerow::model
