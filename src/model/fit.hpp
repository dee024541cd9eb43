// Fit: a fitted model. It exists only when fitted, and carries the certificate of its convergence.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/problem.hpp"

namespace hedgerow::model {

/// Why the estimate can be believed.
struct Certificate {
  std::string algorithm;  ///< "closed form", "Newton on the REML score", ...
  bool converged = false;
  int iterations = 0;                     ///< iterations of the best start
  int starts = 1;                         ///< starts tried
  double gradient_norm = 0;               ///< largest |score| over the free components that are off the boundary
  bool hessian_negative_definite = true;  ///< of the log-likelihood in the free, interior components
  std::vector<bool> at_boundary;          ///< per component: estimate is 0 and the score there is not positive
  std::vector<bool> identified;           ///< per component: false if the likelihood does not depend on it separately
  std::vector<std::string> warnings;      ///< sentences for the user
};

/// Log-likelihood and information criteria. REML includes all constants (definitions 4.11).
struct FitStatistics {
  double loglik = 0, deviance = 0, aic = 0, bic = 0, aicc = 0;
};

/// Estimates of one structured term, in the order of Multilevel::structured.
struct StructuredFit {
  stats::Vector tau2, se_tau2;  ///< variances; NaN errors for fixed ones and those at a bound
  stats::Vector rho, se_rho;    ///< correlations (UN, GEN: upper triangle by rows) or the range of a spatial structure
  stats::Matrix g;              ///< levels x levels covariance of the effects of one outer group
};

/// What a CountModel gives beside coefficients and heterogeneity. NaN where the method does not define it.
struct CountFit {
  double mh = 0, mh_p = 0;  ///< Cochran-Mantel-Haenszel chi-square (IRR: Mantel-Haenszel chi-square), df 1
  double co = 0, co_p = 0;  ///< Cochran's chi-square (OR): the same with N in place of N - 1
  double bd = 0, bd_p = 0;  ///< Breslow-Day (OR), df k_pos - 1
  double ta = 0, ta_p = 0;  ///< Tarone's correction of it
  std::size_t k_yi = 0;     ///< studies with an effect of their own, behind q_e
  std::size_t k_pos = 0;    ///< tables that carry information on the odds ratio
  double q_wald = 0, q_wald_p = 0, q_lrt = 0, q_lrt_p = 0;  ///< heterogeneity by Wald and likelihood-ratio tests
  int q_df = 0;                                             ///< of both
  double sigma2 = 0;                                        ///< variance of the study effects of um_rs
  double rho = 0;                   ///< their correlation with the treatment effects, if it is estimated
  double conditional_deviance = 0;  ///< of the counts given the predicted random effects of a mixed model
  stats::Vector study;              ///< k fixed study effects of um_fs and firth, NaN for studies left out
};

/// Coefficients of the scale of a LocationScale model.
struct ScaleFit {
  stats::Vector alpha, se_alpha;  ///< q
  stats::Matrix va;               ///< q x q, by the observed information
  stats::Vector tau2;             ///< k
};

struct Fit {
  Problem problem;
  std::string method{};                  ///< "REML", "DL", "EE", ...
  stats::Vector beta{};                  ///< p
  stats::Matrix vb{};                    ///< p x p, model-based (before any Knapp-Hartung factor)
  double tau2 = 0;                       ///< two-level models; 0 for common effect; NaN for multilevel
  double se_tau2 = 0;                    ///< NaN where not defined
  stats::Vector sigma2{};                ///< multilevel components, outermost first; empty for two-level models
  stats::Vector se_sigma2{};             ///< from the observed information; NaN for fixed components and those at 0
  std::vector<std::size_t> s_nlevels{};  ///< number of groups per component
  std::vector<StructuredFit> structured{};
  CountFit counts{};  ///< only of a CountModel
  ScaleFit scale{};   ///< only of a LocationScale model; tau2 above is NaN there
  FitStatistics ml{}, reml{};
  double q_e = 0, q_e_p = 0;  ///< residual heterogeneity, weights 1/vi
  int q_e_df = 0;
  double vt = 0;   ///< typical sampling variance (k - p) / tr(P) with P from 1/vi
  double i2 = 0;   ///< 100 tau2 / (tau2 + vt), or sum(sigma2) in place of tau2
  double h2 = 0;   ///< tau2 / vt + 1
  double r2 = 0;   ///< NaN without moderators; % of tau2 of the same model without moderators
  double s2w = 1;  ///< Knapp-Hartung factor y'P*y / (k - p) (definitions 4.15)
  Certificate certificate{};

  std::size_t k() const { return problem.data().k(); }
  std::size_t p() const { return problem.data().p(); }
  bool is_two_level() const { return std::holds_alternative<Univariate>(problem.spec()); }
  bool is_multilevel() const { return std::holds_alternative<Multilevel>(problem.spec()); }
  bool is_counts() const { return std::holds_alternative<CountModel>(problem.spec()); }
  bool is_location_scale() const { return std::holds_alternative<LocationScale>(problem.spec()); }
};

/// Fits. Errors: too few effects for the design, no convergence (with what was tried).
Expected<Fit> fit(const Problem& problem);
/// The same from a starting point near the optimum (all variance parameters in the order of model/parameters.hpp), with
/// one start only: refits without a study, profiles, bootstraps. Two-level models ignore it.
Expected<Fit> fit(const Problem& problem, const stats::Vector& start);

/// Marginal variances of the effects: the diagonal of Var(y) under the fit.
stats::Vector marginal_variances(const Fit& fit);
/// Random-effects weights in percent: row sums of the weight matrix, as metafor's weights(type = "rowsum").
stats::Vector weights_percent(const Fit& fit);
/// M^-1 v where M = Var(y) under the fit. For several v make a model::Marginal once (model/marginal.hpp).
stats::Vector solve_marginal(const Fit& fit, std::span<const double> v);

}  // namespace hedgerow::model
