// Regression tests for funnel plot asymmetry: Egger's test and its relatives.
//
//   y_i = b0 + b1 x_i + error,   x_i a measure of imprecision; the test is of b1 = 0.
//
//   lm          Var = phi v_i, phi estimated: weighted least squares, t(k - p)          (egger1997, in its regression
//   form) egger       the same numbers as printed in 1997: y/se regressed on 1/se, "slope" = b0 and "bias" = b1 (with x
//   = sei) rma         Var = v_i + tau2, tau2 by the fit's own estimator, the fit's own test   (thompson1999,
//   sterne2005) multilevel  the fit's own random effects, CR2 covariance by study, t with Satterthwaite df
//   (rodgers2021)
//
//   Predictors: sei, vi (PEESE), ni, ninv = 1/ni, sqrtni, sqrtninv = 1/sqrt(ni), pr = sqrt(1/n1i + 1/n2i), the standard
//   error of a standardised mean difference without the part that depends on the effect (pustejovsky2019).
//   The limit estimate is b0, the effect of an infinitely precise study, where x = 0 means that.
//
// Conditions: the predictor varies and is not a combination of the moderators; all moderators of the fit stay in.
// Tests:      bias/egger_test.cpp (metafor's regtest, Stata's printed example, closed form by hand).
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::bias {

enum class Predictor { sei, vi, ni, ninv, sqrtni, sqrtninv, pr };
Expected<Predictor> parse_predictor(const std::string& text);
std::string name(Predictor predictor);

enum class RegressionModel { rma, lm, egger, multilevel };
Expected<RegressionModel> parse_regression_model(const std::string& text);
std::string name(RegressionModel model);

struct RegressionOptions {
  RegressionModel model = RegressionModel::rma;
  Predictor predictor = Predictor::sei;
  infer::Options inference;  ///< test and degrees of freedom of `rma`; level of all
};

/// The test of the predictor, the limit estimate, and the whole regression (vectors of length p + 1, predictor last).
struct RegressionTest {
  std::string model, predictor;
  std::string method;                    ///< tau2 estimator; "WLS" for lm and egger
  double zval = 0, pval = 0;             ///< of the predictor; t where ddf is a number
  double ddf = 0;                        ///< NaN: normal
  double est = 0, ci_lb = 0, ci_ub = 0;  ///< limit estimate; NaN where it is not defined
  std::vector<std::string> fit_names;    ///< "intrcpt", ..., "sei"; "slope", "bias" for egger
  stats::Vector fit_coef, fit_se, fit_zval, fit_pval, fit_ci_lb, fit_ci_ub;
  stats::Vector fit_ddf;  ///< per coefficient (they differ for Satterthwaite); NaN: normal
  double tau2 = 0;        ///< residual; NaN for lm, egger and multilevel fits
  stats::Vector sigma2;   ///< residual components of a multilevel fit
  std::size_t k = 0;
  std::size_t n_clusters = 0;      ///< for multilevel, else 0
  std::vector<std::string> notes;  ///< sentences: what to bear in mind when reading the result
};

/// Errors: no sample sizes for the predictor, predictor constant or redundant, too few effects, lm or egger on a
/// multilevel fit (they would count dependent effects as independent).
Expected<RegressionTest> regression_test(const model::Fit& fit, const RegressionOptions& options = {});

/// Values of the predictor, one per effect. Errors name the first effect without the sample size that is needed.
Expected<stats::Vector> predictor_values(const model::Data& data, Predictor predictor);

}  // namespace hedgerow::bias
