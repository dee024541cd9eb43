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

#include "model/detail/fit_summary.hpp"
#include "model/detail/mixed_optimum.hpp"
#include "model/detail/multilevel.hpp"
#include "model/detail/multilevel_optimum.hpp"
#include "model/parameters.hpp"

namespace hedgerow::model {
namespace {

using stats::Vector;

std::size_t free_parameters(const Problem& problem) {
  std::size_t free = 0;
  for (const Parameter& p : parameters(problem)) free += p.fixed ? 0U : 1U;
  return free;
}

Checked check_degrees_of_freedom(const Problem& problem) {
  const std::size_t k = problem.data().k();
  const std::size_t p = problem.data().p();
  if (k <= 1)
    return make_error(ErrorCode::not_defined, fmt::format("a multilevel model needs more than one effect; k = {}", k));
  if (free_parameters(problem) > 0 && k <= p)
    return make_error(
        ErrorCode::not_defined,
        fmt::format("{} effects and {} coefficients leave no degree of freedom for variance components", k, p));
  return {};
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
  const FixedEffects& fixed = likelihood.fixed_effects();
  summarise_likelihood(fit, optimum.at.loglik_ml, optimum.at.loglik_reml, fixed.sum_log_vi, free_parameters(problem));
  summarise_heterogeneity(fit, fixed.q_e, fixed.trace_p);
  return fit;
}

struct MultilevelProfile::State {
  Problem problem;
  Multilevel spec;
  std::optional<NestedLikelihood> nested;
  std::unique_ptr<MixedLikelihood> mixed;  ///< for models that are not nested over independent effects
};

Expected<MultilevelProfile> MultilevelProfile::create(const Problem& problem) {
  const auto* spec = std::get_if<Multilevel>(&problem.spec());
  if (spec == nullptr)
    return make_error(ErrorCode::not_supported,
                      "the profile of a variance parameter is asked of a model without variance components");
  HR_CHECK(check_degrees_of_freedom(problem));
  State state{problem, *spec, {}, {}};
  if (spec->is_nested() && !problem.data().v)
    state.nested.emplace(NestedLikelihood::create(problem.data(), *spec));
  else
    state.mixed = make_mixed_likelihood(problem);
  MultilevelProfile out;
  out.state_ = std::make_shared<const State>(std::move(state));
  return out;
}

Expected<ProfilePoint> MultilevelProfile::at(std::size_t parameter, double value) const {
  return at(parameter, value, {});
}

Expected<ProfilePoint> MultilevelProfile::at(std::size_t parameter, double value, const Vector& start) const {
  HR_TRY(const Problem held, with_fixed(state_->problem, parameter, value));
  const auto& spec = std::get<Multilevel>(held.spec());
  if (state_->nested) {
    HR_TRY(const MultilevelOptimum optimum, maximise_multilevel(*state_->nested, spec, spec.sigma2, start));
    return ProfilePoint{optimum.at.loglik(spec.likelihood), optimum.sigma2};
  }
  HR_TRY(const MixedOptimum optimum, maximise_mixed(*state_->mixed, held, held_parameters(held), start));
  return ProfilePoint{optimum.at.loglik(spec.likelihood), optimum.parameters};
}

Expected<double> profile_loglik(const Problem& problem, std::size_t parameter, double value) {
  HR_TRY(const MultilevelProfile profile, MultilevelProfile::create(problem));
  HR_TRY(const ProfilePoint point, profile.at(parameter, value));
  return point.loglik;
}

Expected<double> multilevel_loglik(const Problem& problem, const Vector& values) {
  const auto* spec = std::get_if<Multilevel>(&problem.spec());
  if (spec == nullptr || values.size() != parameters(problem).size())
    return make_error(ErrorCode::usage, "one value for each variance parameter of a multilevel model is needed");
  if (!spec->is_nested() || problem.data().v) {
    const MixedEvaluation at = make_mixed_likelihood(problem)->evaluate(values, false);
    if (at.finite) return at.loglik(spec->likelihood);
    return make_error(ErrorCode::not_defined,
                      "the marginal covariance is not positive definite at these variance parameters");
  }
  const NestedLikelihood likelihood = NestedLikelihood::create(problem.data(), *spec);
  const std::vector<std::optional<double>> fixed(values.begin(), values.end());
  HR_TRY(const MultilevelOptimum at, maximise_multilevel(likelihood, *spec, fixed));
  return at.at.loglik(spec->likelihood);
}

}  // namespace hedgerow::model
