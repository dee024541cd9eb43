// Generalised linear mixed models of counts: OR, IRR, PLO, IRLN by UM.FS, UM.RS, CM.EL, CM.AL or one group.
//
//   estimates  maximum likelihood, the random effects integrated by adaptive quadrature (detail/glmm_study.hpp)
//   Var(b)     from the observed information of all parameters at the maximum, variances included; a variance of 0 is
//              uncorrelated with the rest there
//   QE_LRT     2 (l_saturated - l_common effect), QE_Wld the Wald test of the same (glmm_saturated.cpp), df = k - p
//   I2, H2     100 tau2 / (tau2 + vt), tau2 / vt + 1, vt the typical sampling variance of the effects of the studies
//   AIC ...    parameters: coefficients, levels of the studies or their mean, variances, correlation; n is the number
//              of groups (unconditional models) or of studies
//
// The maximum in tau2 is sought from two starts, and compared with that at tau2 = 0, which is reported unless the
// likelihood is higher elsewhere.
//
// Source:     stijnen2010, jackson2018.
// Conditions: more studies than coefficients. An estimate at infinity (no event in a group of any study) is an Error.
#include "model/detail/glmm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/count_model.hpp"
#include "model/detail/fit_summary.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double flat = 1e-9;  // log-likelihoods nearer than this are equal

struct Candidate {
  GlmmProblem glmm;
  GlmmOptimum optimum;
};

Error no_convergence(const char* what, const GlmmOptimum& optimum) {
  return make_error(ErrorCode::not_converged,
                    fmt::format("the {} did not converge in {} steps: largest score {:.3g}, Newton decrement {:.3g}",
                                what, optimum.iterations, optimum.gradient_norm, optimum.decrement));
}

/// Start of tau by the moments of the single effects, kept off 0.
double tau_start(const Problem& problem) {
  const Data& data = problem.data();
  double sw = 0, swy = 0, sw2 = 0, q = 0;
  std::size_t n = 0;
  const auto has_effect = [&](std::size_t i) { return std::isfinite(data.yi[i]) && data.vi[i] > 0; };
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (!has_effect(i)) continue;
    sw += 1 / data.vi[i];
    sw2 += 1 / (data.vi[i] * data.vi[i]);
    swy += data.yi[i] / data.vi[i];
    ++n;
  }
  if (n < 2) return 0.5;
  for (std::size_t i = 0; i < data.k(); ++i)
    if (has_effect(i)) q += (data.yi[i] - swy / sw) * (data.yi[i] - swy / sw) / data.vi[i];
  const double tau2 = (q - static_cast<double>(n - 1)) / (sw - sw2 / sw);
  return std::sqrt(std::clamp(tau2, 0.01, 25.0));
}

/// An information that is nearly 0 beside the size of a coefficient's column: the likelihood rises towards infinity.
Checked check_finite_estimates(const Problem& problem, const Candidate& fitted) {
  const auto factor = stats::Cholesky::create(eliminated_information(fitted.optimum.at));
  const Data& data = problem.data();
  for (std::size_t c = 0; c < data.p(); ++c) {
    double size = 0;
    for (std::size_t j = 0; j < fitted.glmm.rows.size(); ++j) size = std::max(size, std::abs(fitted.glmm.x(j, c)));
    const std::size_t at = fitted.glmm.leading + c;
    stats::Vector unit(fitted.glmm.model.common(), 0.0);
    unit[at] = 1;
    const double error = factor ? std::sqrt(factor->solve(unit)[at]) * size : std::numeric_limits<double>::infinity();
    if (error < 300) continue;
    return make_error(ErrorCode::not_defined,
                      fmt::format("the maximum likelihood estimate of {} is infinite: events are separated completely "
                                  "(for instance none in one group of any study); Firth's penalised likelihood (FIRTH) "
                                  "has a finite one",
                                  data.names[c]),
                      "counts");
  }
  return {};
}

Expected<Candidate> fit_common_effect(const Problem& problem) {
  HR_TRY(GlmmProblem glmm, glmm_problem(problem, false));
  if (glmm.model.k() == 0)
    return make_error(ErrorCode::not_defined,
                      "no study carries information on the effect: all are without events, or "
                      "without their absence",
                      "counts");
  GlmmOptimum optimum = maximise_glmm(glmm.model, glmm_start(glmm, 0));
  Candidate out{std::move(glmm), std::move(optimum)};
  if (!std::isfinite(out.optimum.at.loglik)) return no_convergence("common-effect model", out.optimum);
  HR_CHECK(check_finite_estimates(problem, out));
  if (!out.optimum.converged) return no_convergence("common-effect model", out.optimum);
  return out;
}

/// Starts with the estimates of the common-effect model.
GlmmState random_start(const Candidate& common_effect, double tau) {
  GlmmState out = common_effect.optimum.state;
  const std::size_t at = common_effect.glmm.effect_sd;
  out.random.sd[at] = tau;
  if (at == 1) out.random.sd[0] = std::max(std::abs(out.random.sd[0]), 0.1);
  out.random.angle = 0;
  return out;
}

/// The best of the starts, and of tau2 = 0.
Expected<Candidate> fit_random_effects(const Problem& problem, const Candidate& common_effect) {
  const auto& spec = std::get<CountModel>(problem.spec());
  HR_TRY(GlmmProblem glmm, glmm_problem(problem, true));
  const double first = spec.tau2 ? std::sqrt(*spec.tau2) : tau_start(problem);
  GlmmOptimum best = maximise_glmm(glmm.model, random_start(common_effect, first));
  int iterations = best.iterations;
  if (!spec.tau2) {
    GlmmOptimum other = maximise_glmm(glmm.model, random_start(common_effect, first > 0.5 ? first / 4 : 3 * first));
    const bool better = other.converged && (!best.converged || other.at.loglik > best.at.loglik + flat);
    iterations += other.iterations;
    if (better) best = std::move(other);
  }
  if (!best.converged) return no_convergence("mixed model", best);
  best.iterations = iterations;
  const std::size_t effect = glmm.effect_sd;
  if (!spec.tau2 && common_effect.optimum.at.loglik >= best.at.loglik - flat) {
    best.state = random_start(common_effect, 0);
    best.state.random.sd[0] = effect == 1 ? common_effect.optimum.state.random.sd[0] : 0;
    best.at = glmm_loglik(glmm.model, best.state);
  }
  for (double& sd : best.state.random.sd)
    if (std::abs(sd) < 1e-6) sd = 0;
  return Candidate{std::move(glmm), std::move(best)};
}

/// Common parameters that the information is inverted in: not the held ones, not deviations at 0, where the score of
/// the variance is not positive and the information in the deviation is that score, and not a correlation beside them.
std::vector<std::size_t> interior(const Candidate& fitted) {
  const GlmmModel& model = fitted.glmm.model;
  const RandomPart& random = fitted.optimum.state.random;
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < model.common(); ++i) {
    const std::size_t at = i < model.fixed() ? 0 : i - model.fixed();
    const bool is_sd = i >= model.fixed() && at < 2;
    const bool is_angle = i >= model.fixed() && at == 2;
    if (is_sd && (model.held[at] || random.sd[at] == 0)) continue;
    if (is_angle && (random.sd[0] == 0 || random.sd[1] == 0)) continue;
    out.push_back(i);
  }
  return out;
}

Checked set_estimates(const Candidate& fitted, Fit& fit) {
  const GlmmModel& model = fitted.glmm.model;
  const GlmmState& state = fitted.optimum.state;
  const std::vector<std::size_t> free = interior(fitted);
  const stats::Matrix all = eliminated_information(fitted.optimum.at);
  stats::Matrix information(free.size(), free.size());
  for (std::size_t r = 0; r < free.size(); ++r)
    for (std::size_t c = 0; c < free.size(); ++c) information(r, c) = all(free[r], free[c]);
  const auto factor = stats::Cholesky::create(information);
  fit.certificate.hessian_negative_definite = factor.has_value();
  if (!factor)
    return make_error(ErrorCode::not_converged, "the information is not positive definite at the maximum found",
                      "counts");
  const stats::Matrix covariance = factor->inverse();
  const std::size_t p = fit.p(), lead = fitted.glmm.leading;
  fit.beta.assign(state.fixed.begin() + static_cast<std::ptrdiff_t>(lead), state.fixed.end());
  fit.vb = stats::Matrix(p, p);
  for (std::size_t r = 0; r < p; ++r)
    for (std::size_t c = 0; c < p; ++c) fit.vb(r, c) = covariance(lead + r, lead + c);
  const bool random = model.effects > static_cast<int>(fitted.glmm.effect_sd);
  const double tau = random ? state.random.sd[fitted.glmm.effect_sd] : 0;
  fit.tau2 = tau * tau;
  fit.se_tau2 = missing;
  for (std::size_t r = 0; r < free.size(); ++r)
    if (random && free[r] == model.fixed() + fitted.glmm.effect_sd)
      fit.se_tau2 = 2 * std::abs(tau) * std::sqrt(covariance(r, r));
  fit.counts.sigma2 = lead > 0 ? state.random.sd[0] * state.random.sd[0] : missing;
  const double sign = state.random.sd[0] * tau < 0 ? -1 : 1;
  fit.counts.rho = model.correlated ? sign * std::sin(state.random.angle) : missing;
  return {};
}

void set_heterogeneity(const Candidate& common_effect, Fit& fit) {
  const GlmmProblem& glmm = common_effect.glmm;
  const SaturatedGlmm saturated = saturated_glmm(glmm);
  CountFit& counts = fit.counts;
  counts.q_df = static_cast<int>(glmm.rows.size()) - static_cast<int>(fit.p());
  counts.q_wald = counts.q_df > 0 ? std::max(0.0, saturated.q_wald) : 0;
  counts.q_lrt = counts.q_df > 0 ? std::max(0.0, 2 * (saturated.loglik - common_effect.optimum.at.loglik)) : 0;
  counts.q_wald_p = counts.q_df > 0 ? stats::chi2_upper(counts.q_wald, counts.q_df) : 1;
  counts.q_lrt_p = counts.q_df > 0 ? stats::chi2_upper(counts.q_lrt, counts.q_df) : 1;
  if (std::isnan(saturated.q_wald)) {
    counts.q_wald = counts.q_wald_p = missing;
    fit.certificate.warnings.emplace_back("the Wald test of heterogeneity is not defined: too few finite effects");
  }
  fit.q_e = counts.q_lrt;
  fit.q_e_p = counts.q_lrt_p;
  fit.q_e_df = counts.q_df;
  fit.ml.deviance = 2 * saturated.loglik;  // less 2 l, below
}

/// I2 and H2 need the variances of the single effects.
void set_shares(Fit& fit) {
  const Data& data = fit.problem.data();
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < data.k(); ++i)
    if (std::isfinite(data.yi[i]) && data.vi[i] > 0) rows.push_back(i);
  fit.counts.k_yi = rows.size();
  fit.vt = fit.i2 = fit.h2 = missing;
  if (data.k() <= data.p() && fit.tau2 == 0) {  // no residual heterogeneity where nothing is left to vary
    fit.i2 = 0;
    fit.h2 = 1;
  }
  if (rows.size() <= data.p()) return;
  stats::Matrix x(rows.size(), data.p());
  stats::Vector w(rows.size());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    w[j] = 1 / data.vi[rows[j]];
    for (std::size_t c = 0; c < data.p(); ++c) x(j, c) = data.x(rows[j], c);
  }
  const auto solution = stats::weighted_least_squares(x, stats::Vector(rows.size(), 0.0), w);
  if (!solution) return;
  double trace = 0;  // of P = W - W X (X'WX)^-1 X'W
  for (std::size_t j = 0; j < rows.size(); ++j)
    trace += w[j] - w[j] * w[j] * stats::quadratic_form(solution->xtwx_inv, x.row(j));
  fit.vt = static_cast<double>(rows.size() - data.p()) / trace;
  fit.i2 = 100 * fit.tau2 / (fit.tau2 + fit.vt);
  fit.h2 = fit.tau2 / fit.vt + 1;
}

/// metafor integrates the exact conditional likelihood itself and leaves every other mixed model to glmer, which gives
/// no standard error of a variance.
bool is_fitted_by_glmer(const Candidate& fitted, const CountModel& spec) {
  const GlmmModel& model = fitted.glmm.model;
  return model.effects > 0 && !(spec.method == CountMethod::cm_el && model.offset.empty());
}

/// What metafor prints as log-likelihood. Where it fits by glmer with one random effect, it is that of the saturated
/// model less half the deviance of the counts given their predicted random effects, which are not integrated out. UM.RS
/// of a common effect lacks the constants of the saturated counts (glmer's convention for several nodes), and the
/// correlation is not counted as a parameter.
double metafor_loglik(const Candidate& fitted, const CountModel& spec, double& saturated, double& parameters) {
  const GlmmProblem& glmm = fitted.glmm;
  const double own = fitted.optimum.at.loglik;
  if (glmm.leading > 0) {
    if (glmm.model.correlated) parameters -= 1;
    if (spec.random || glmm.model.rule.nodes.size() == 1) return own;
    double constants = 0;
    for (const StudyCells& study : glmm.model.studies)
      for (const CountCell& cell : study.cells) constants += cell.saturated();
    saturated -= constants;
    return own - constants;
  }
  return is_fitted_by_glmer(fitted, spec) ? saturated - fitted.optimum.at.conditional_deviance / 2 : own;
}

void set_likelihood(const Candidate& fitted, const CountModel& spec, Fit& fit) {
  const GlmmModel& model = fitted.glmm.model;
  const bool two_cells = fitted.glmm.leading > 0 || model.has_local;
  const double studies = static_cast<double>(fitted.glmm.rows.size());
  double parameters = static_cast<double>(model.common()) + (model.has_local ? studies : 0);
  if (spec.random && spec.tau2) parameters -= 1;
  double loglik = fitted.optimum.at.loglik;
  double saturated = fit.ml.deviance / 2;
  if (spec.metafor_loglik) loglik = metafor_loglik(fitted, spec, saturated, parameters);
  fit.ml = fit_statistics(loglik, 2 * (saturated - loglik), parameters, two_cells ? 2 * studies : studies);
  fit.reml = {missing, missing, missing, missing, missing};
  fit.counts.conditional_deviance = fitted.optimum.at.conditional_deviance;
}

void set_certificate(const Candidate& fitted, Fit& fit) {
  Certificate& out = fit.certificate;
  out.algorithm = fitted.glmm.model.effects == 0 ? "Newton on the likelihood"
                  : fitted.glmm.model.rule.nodes.size() == 1
                      ? "Newton on Laplace's approximation of the likelihood"
                      : fmt::format("Newton on the likelihood by adaptive quadrature with {} nodes",
                                    fitted.glmm.model.rule.nodes.size());
  out.converged = fitted.optimum.converged;
  out.iterations = fitted.optimum.iterations;
  out.gradient_norm = fitted.optimum.gradient_norm;
  out.at_boundary = {fit.tau2 == 0};
  out.identified = {true};
  const std::size_t silent = fitted.glmm.rows.size() - fitted.glmm.informative.size();
  if (silent > 0)
    out.warnings.push_back(fmt::format("{} without events in both groups, or with nothing else, {} no information",
                                       silent == 1 ? "1 study" : fmt::format("{} studies", silent),
                                       silent == 1 ? "carries" : "carry"));
}

void set_levels(const Candidate& fitted, Fit& fit) {
  fit.counts.study.assign(fit.k(), missing);
  if (!fitted.glmm.model.has_local) return;
  std::size_t at = 0;
  for (const std::size_t row : fitted.glmm.informative) fit.counts.study[row] = fitted.optimum.state.local[at++];
}

Checked check_request(const Problem& problem) {
  const auto& spec = std::get<CountModel>(problem.spec());
  if (spec.quadrature < 1 || spec.quadrature > 100)
    return make_error(ErrorCode::usage,
                      fmt::format("{} nodes of the quadrature; 1 (Laplace) to 100 are possible", spec.quadrature),
                      "nAGQ");
  if (spec.coding != 0.5 && spec.coding != 0 && spec.coding != 1)
    return make_error(ErrorCode::usage, fmt::format("coding {}; it is 0.5, 1 or 0", spec.coding), "coding");
  if (spec.tau2 && !(*spec.tau2 >= 0 && std::isfinite(*spec.tau2)))
    return make_error(ErrorCode::usage, fmt::format("tau2 is held at {}; a variance is 0 or more", *spec.tau2), "tau2");
  return {};
}

}  // namespace

Expected<Fit> fit_glmm(const Problem& problem) {
  HR_CHECK(check_request(problem));
  const auto& spec = std::get<CountModel>(problem.spec());
  HR_TRY(Candidate common_effect, fit_common_effect(problem));
  const std::size_t k = common_effect.glmm.rows.size(), p = problem.data().p();
  const bool random = spec.random && (k > 1 || spec.tau2);
  if (k < p + (random && !spec.tau2 ? 1 : 0))
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} studies are too few for {} coefficients{}", k, p,
                                  random ? " and a between-study variance" : ""),
                      "mods");
  Fit fit{.problem = problem};
  fit.method = std::string(spec.random ? "ML" : "EE");
  fit.r2 = missing;
  set_heterogeneity(common_effect, fit);
  Candidate fitted = common_effect;
  if (random) {
    HR_TRY(fitted, fit_random_effects(problem, common_effect));
  }
  HR_CHECK(set_estimates(fitted, fit));
  if (spec.metafor_loglik && is_fitted_by_glmer(fitted, spec)) fit.se_tau2 = missing;
  set_shares(fit);
  set_likelihood(fitted, spec, fit);
  set_certificate(fitted, fit);
  set_levels(fitted, fit);
  return fit;
}

}  // namespace hedgerow::model
