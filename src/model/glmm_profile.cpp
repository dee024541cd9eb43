// Profile likelihood of tau2:  2 (l(tau2^) - l(tau2)) = chi-square quantile, solved by bisection on either side in tau.
//
// Source:     hardy1996.
// Conditions: a random effect whose variance is estimated. At tau2^ = 0 the lower bound is 0.
#include "model/glmm_profile.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "model/count_model.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::model {
namespace {

constexpr double widest_tau = 100;

/// l(tau2^) - l(tau2), twice, or an Error of the refit.
Expected<double> drop(const Fit& fit, double top, double tau) {
  CountModel spec = std::get<CountModel>(fit.problem.spec());
  spec.tau2 = tau * tau;
  spec.metafor_loglik = false;
  HR_TRY(const Problem problem, fit.problem.with_spec(spec));
  HR_TRY(const Fit held, fit_counts(problem));
  return 2 * (top - held.ml.loglik);
}

/// Bisection between a tau within the interval and one without.
Expected<double> boundary(const Fit& fit, double top, double wanted, double inside, double outside) {
  while (std::abs(outside - inside) > 1e-9 * (1e-3 + outside + inside)) {
    const double middle = (inside + outside) / 2;
    HR_TRY(const double there, drop(fit, top, middle));
    (there < wanted ? inside : outside) = middle;
  }
  return (inside + outside) / 2;
}

}  // namespace

Expected<Tau2Interval> profile_tau2(const Fit& fit, double level) {
  const auto* spec = std::get_if<CountModel>(&fit.problem.spec());
  if (spec == nullptr || !spec->random || spec->tau2 || !std::isfinite(fit.tau2))
    return make_error(ErrorCode::not_defined, "a profile of tau2 needs a mixed model of counts that estimates it",
                      "tau2");
  if (!(level > 0 && level < 1))
    return make_error(ErrorCode::usage, fmt::format("level {}; it lies between 0 and 1", level), "level");
  const double wanted = stats::chi2_quantile(level, 1), tau = std::sqrt(fit.tau2);
  CountModel plain = *spec;
  plain.metafor_loglik = false;
  HR_TRY(const Problem problem, fit.problem.with_spec(plain));
  HR_TRY(const Fit best, fit_counts(problem));
  const double top = best.ml.loglik;
  Tau2Interval out;
  HR_TRY(const double at_zero, drop(fit, top, 0));
  if (tau > 0 && at_zero > wanted) {
    HR_TRY(const double lower, boundary(fit, top, wanted, tau, 0));
    out.lower = lower * lower;
  }
  double inside = tau, outside = std::max(0.1, 1.5 * tau);
  for (;; inside = outside, outside *= 1.5) {
    HR_TRY(const double there, drop(fit, top, outside));
    if (there >= wanted) break;
    if (outside > widest_tau) return Tau2Interval{out.lower, std::numeric_limits<double>::infinity()};
  }
  HR_TRY(const double upper, boundary(fit, top, wanted, inside, outside));
  out.upper = upper * upper;
  return out;
}

}  // namespace hedgerow::model
