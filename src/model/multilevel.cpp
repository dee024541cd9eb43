// Nested multilevel random-effects model.
//
//   yi = xi' beta + sum_l u_l[group_l(i)] + e_i,   u_l ~ N(0, sigma2_l),   e_i ~ N(0, vi) known.
//
// sigma2 by ML or REML (model/detail/nested_likelihood.hpp, model/detail/bounded_newton.hpp), then
//   beta = (X'M^-1 X)^-1 X'M^-1 y,   vb = (X'M^-1 X)^-1.
// Sources:    konstantopoulos2011 (three levels); harville1977 (REML); docs/methods/three-level.md.
// Conditions: k > p where a component is estimated; groups nested.
// Fails when: no start converges; that is an Error with what was tried.
#include "model/multilevel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "model/detail/multilevel.hpp"
#include "model/detail/multilevel_optimum.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::model {
namespace {

using stats::Vector;

const double missing = std::numeric_limits<double>::quiet_NaN();

std::size_t free_components(const Multilevel& spec) {
  std::size_t free = spec.groups.size();
  for (const auto& s : spec.sigma2) free -= s.has_value() ? 1U : 0U;
  return free;
}

Checked check_degrees_of_freedom(const Problem& problem) {
  const auto& spec = std::get<Multilevel>(problem.spec());
  const std::size_t k = problem.data().k();
  const std::size_t p = problem.data().p();
  if (k <= 1)
    return make_error(ErrorCode::not_defined, fmt::format("a multilevel model needs more than one effect; k = {}", k));
  if (free_components(spec) > 0 && k <= p)
    return make_error(
        ErrorCode::not_defined,
        fmt::format("{} effects and {} coefficients leave no degree of freedom for variance components", k, p));
  return {};
}

/// Information criteria with n observations and q parameters (definitions 4.11).
FitStatistics statistics(double loglik, double deviance, double q, double n) {
  FitStatistics out;
  out.loglik = loglik;
  out.deviance = deviance;
  out.aic = -2 * loglik + 2 * q;
  out.bic = -2 * loglik + q * std::log(n);
  const double larger = std::max(n, q + 2);
  out.aicc = -2 * loglik + 2 * q * larger / (larger - q - 1);
  return out;
}

void fill_statistics(Fit& fit, const MultilevelOptimum& optimum, const FixedEffects& fixed) {
  const auto& spec = std::get<Multilevel>(fit.problem.spec());
  const auto k = static_cast<double>(fit.k());
  const auto p = static_cast<double>(fit.p());
  const double q = p + static_cast<double>(free_components(spec));
  // The saturated model has every effect at its own mean, variance vi.
  const double saturated = -0.5 * (k * 1.83787706640934548356 + fixed.sum_log_vi);
  fit.ml = statistics(optimum.at.loglik_ml, -2 * (optimum.at.loglik_ml - saturated), q, k);
  fit.reml = statistics(optimum.at.loglik_reml, -2 * optimum.at.loglik_reml, q, k - p);
}

void fill_heterogeneity(Fit& fit, const FixedEffects& fixed) {
  fit.q_e = fixed.q_e;
  fit.q_e_df = static_cast<int>(fit.k()) - static_cast<int>(fit.p());
  fit.q_e_p = fit.q_e_df > 0 ? stats::chi2_upper(fit.q_e, fit.q_e_df) : 1.0;
  fit.vt = fit.q_e_df > 0 ? fit.q_e_df / fixed.trace_p : missing;
  const double total = std::accumulate(fit.sigma2.begin(), fit.sigma2.end(), 0.0);
  fit.i2 = 100 * total / (total + fit.vt);
  fit.h2 = total / fit.vt + 1;
  fit.tau2 = missing;
  fit.se_tau2 = missing;
  fit.r2 = missing;
}

}  // namespace

Expected<Fit> fit_multilevel(const Problem& problem, const Vector& start) {
  HR_CHECK(check_degrees_of_freedom(problem));
  const auto& spec = std::get<Multilevel>(problem.spec());
  const NestedLikelihood likelihood = NestedLikelihood::create(problem.data(), spec);
  HR_TRY(MultilevelOptimum optimum, maximise_multilevel(likelihood, spec, spec.sigma2, start));
  Fit fit{.problem = problem};
  fit.method = spec.likelihood == Likelihood::reml ? "REML" : "ML";
  fit.beta = optimum.at.beta;
  fit.vb = optimum.at.vb;
  fit.sigma2 = optimum.sigma2;
  fit.se_sigma2 = optimum.se_sigma2;
  fit.s_nlevels = likelihood.tree().group_count;
  fit.certificate = optimum.certificate;
  fill_statistics(fit, optimum, likelihood.fixed_effects());
  fill_heterogeneity(fit, likelihood.fixed_effects());
  return fit;
}

struct MultilevelProfile::State {
  Multilevel spec;
  NestedLikelihood likelihood;
};

Expected<MultilevelProfile> MultilevelProfile::create(const Problem& problem) {
  const auto* spec = std::get_if<Multilevel>(&problem.spec());
  if (spec == nullptr)
    return make_error(ErrorCode::not_supported,
                      "the profile of sigma2 is asked of a model without variance components");
  HR_CHECK(check_degrees_of_freedom(problem));
  MultilevelProfile out;
  out.state_ = std::make_shared<const State>(State{*spec, NestedLikelihood::create(problem.data(), *spec)});
  return out;
}

Expected<ProfilePoint> MultilevelProfile::at(std::size_t component, double value) const {
  return at(component, value, {});
}

Expected<ProfilePoint> MultilevelProfile::at(std::size_t component, double value, const Vector& start) const {
  const Multilevel& spec = state_->spec;
  if (component >= spec.groups.size())
    return make_error(ErrorCode::usage, fmt::format("there is no variance component {}; the model has {}",
                                                    component + 1, spec.groups.size()));
  if (!(value >= 0) || !std::isfinite(value))
    return make_error(ErrorCode::usage,
                      fmt::format("sigma2 is asked at {}: it must be a finite number, 0 or more", value));
  std::vector<std::optional<double>> fixed = spec.sigma2;
  fixed.resize(spec.groups.size());
  fixed[component] = value;
  HR_TRY(const MultilevelOptimum optimum, maximise_multilevel(state_->likelihood, spec, fixed, start));
  return ProfilePoint{optimum.at.loglik(spec.likelihood), optimum.sigma2};
}

Expected<double> profile_loglik(const Problem& problem, std::size_t component, double value) {
  HR_TRY(const MultilevelProfile profile, MultilevelProfile::create(problem));
  HR_TRY(const ProfilePoint point, profile.at(component, value));
  return point.loglik;
}

Expected<double> multilevel_loglik(const Problem& problem, const Vector& sigma2) {
  const auto* spec = std::get_if<Multilevel>(&problem.spec());
  if (spec == nullptr || sigma2.size() != spec->groups.size())
    return make_error(ErrorCode::usage, "one sigma2 for each level of a multilevel model is needed");
  const NestedLikelihood likelihood = NestedLikelihood::create(problem.data(), *spec);
  const std::vector<std::optional<double>> fixed(sigma2.begin(), sigma2.end());
  HR_TRY(const MultilevelOptimum at, maximise_multilevel(likelihood, *spec, fixed));
  return at.at.loglik(spec->likelihood);
}

}  // namespace hedgerow::model
