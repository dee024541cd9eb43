// Tests and intervals of the coefficients of a fit: coefficients, omnibus test, contrasts, comparisons, predictions.
// Heterogeneity and its intervals are in infer/heterogeneity.hpp, subgroups in infer/subgroups.hpp.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "infer/robust.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

/// z, t (k - p df), knha (Knapp-Hartung), adhoc (Knapp-Hartung with the factor never below 1). Without moderators also
/// adhoc_iqwig6: adhoc where the Knapp-Hartung interval is narrower than the z interval with tau2 by DL, else knha; and
/// adhoc_ci: whichever of knha and z has the wider interval.
enum class Test { z, t, knha, adhoc, adhoc_iqwig6, adhoc_ci };
/// True of knha and what is made from it.
inline bool is_knapp_hartung(Test test) { return test != Test::z && test != Test::t; }
Expected<Test> parse_test(const std::string& text);
std::string name(Test test);

/// Degrees of freedom of t tests: k - p; containment (levels of the coarsest random effect within whose groups the
/// moderator does not vary, minus p; k - p for two-level models); a given number; or Satterthwaite's or Kenward and
/// Roger's (test t; infer/small_sample.hpp), which are each combination's own.
struct Dfs {
  enum class Kind { residual, contain, given, satterthwaite, kenward_roger } kind = Kind::residual;
  double value = 0;  ///< for `given`

  bool is_small_sample() const { return kind == Kind::satterthwaite || kind == Kind::kenward_roger; }
};
/// "residual", "contain", "satterthwaite", "kenward-roger" or a positive number. Error: anything else.
Expected<Dfs> parse_dfs(const std::string& text);

struct Options {
  Test test = Test::z;
  double level = 0.95;  ///< of intervals
  Dfs dfs{};
  /// Columns of the omnibus test (0-based); default: all but the intercept.
  std::optional<std::vector<std::size_t>> btt{};
  /// Cluster-robust covariance and tests instead of `test` and `dfs` (its level and clusters' meaning: robust.hpp; the
  /// level is that of these options).
  std::optional<RobustOptions> robust{};
};

class SmallSample;

/// Coefficients with tests; ddf is NaN (infinite) for z.
struct Coefficients {
  stats::Vector beta, se, zval, pval, ci_lb, ci_ub, ddf;
  stats::Matrix vb;  ///< covariance that the tests used (scaled for knha and adhoc, adjusted for Kenward-Roger)
  double s2w = 1;    ///< scale factor in vb; 1 for z and t
  std::vector<std::size_t> btt;
  double q_m = 0, q_m_p = 0;        ///< omnibus: chi-square for z, F for the others; NaN if vb is singular there
  double q_m_df1 = 0, q_m_df2 = 0;  ///< df2 NaN for z
  /// Degrees of freedom of combinations of the coefficients; null unless Options::dfs asked for them.
  std::shared_ptr<const SmallSample> small_sample{};
  /// The robust covariance behind vb; null unless Options::robust asked for it. Then ddf is infinite for robust z, NaN
  /// for saddlepoint p-values, and the omnibus test always on the scale of F.
  std::shared_ptr<const Sandwich> sandwich{};
  std::vector<std::string> warnings{};  ///< too few degrees of freedom for a robust test
};
/// Errors: level outside (0, 1), btt outside the coefficients, knha or adhoc for a multilevel model or with
/// Satterthwaite or Kenward-Roger df, those of infer/small_sample.hpp. With k = 1 there
/// are no degrees of freedom and the test is z, whatever was asked; with k = p > 1 p-values and intervals are NaN.
Expected<Coefficients> coefficients(const model::Fit& fit, const Options& options);

/// Degrees of freedom of each coefficient's t test, at least 1 for multilevel models; 0 possible for two-level ones.
/// Those of residual, containment or given kind; k - p for the kinds that each combination has its own df for.
stats::Vector degrees_of_freedom(const model::Fit& fit, const Dfs& dfs);

/// Test of L beta = rhs, row by row and all rows together (metafor's anova(X = ...)).
struct Contrasts {
  stats::Vector estimate, se, zval, pval, ci_lb, ci_ub, ddf;
  double q_m = 0, q_m_p = 0, q_m_df1 = 0, q_m_df2 = 0;  ///< NaN if the rows are linearly dependent
};
/// `l` is m x p; `rhs` has m values, 1 value, or none (0).
Expected<Contrasts> contrasts(const model::Fit& fit, const stats::Matrix& l, const Options& options,
                              std::span<const double> rhs = {});

/// Comparison of two nested fits by likelihood ratio.
struct Comparison {
  model::FitStatistics full, reduced;
  int df_full = 0, df_reduced = 0;  ///< parameters
  double lrt = 0, pval = 0;
  double r2 = 0;  ///< % of tau2 explained by the full model; NaN for multilevel and common-effect models
};
/// Coefficients plus estimated variance components.
int parameter_count(const model::Fit& fit);
/// Errors: not nested, different data or method, REML with different designs, no difference in parameters.
Expected<Comparison> compare(const model::Fit& full, const model::Fit& reduced);

/// Kinds of prediction interval. by_test: z for test z, else t with the test's df (metafor's default);
/// t: df of the t test; riley: df less the number of estimated variances (k - p - 1; with test knha "HK-PR");
/// k_minus_1: k - 1, or clusters - 1 for multilevel models; simple: z, without the error of the mean;
/// kr, kr_pr: Kenward-Roger error of the mean with its df, or its df - 1 (REML without moderators);
/// nnf: Nagashima, Noma and Furukawa, with the uncertainty of tau2 (no moderators).
enum class Prediction { by_test, z, t, riley, k_minus_1, simple, kr, kr_pr, nnf };
Expected<Prediction> parse_prediction(const std::string& text);
std::string name(Prediction prediction);

/// What is predicted in a multilevel model: an effect (all sigma2), or the mean of a study (all but the innermost).
enum class Target { new_effect, new_study };

struct PredictOptions {
  Prediction kind = Prediction::by_test;
  Target target = Target::new_effect;
  /// Per structured term, inner levels whose variance counts: none, one for all rows, or one for each row.
  std::vector<std::vector<std::string>> levels{};
  /// Location-scale models: tau2 of all new rows or of each (model::scale_variances); empty: as the rows of the data.
  stats::Vector variances{};
  /// The new rows are the rows of the data, so each has its own inner level.
  bool own_rows = false;
};

/// Predicted mean with confidence and prediction intervals, one value per row; pi_lb and pi_ub are NaN for models
/// without random effects, and where the variance depends on an inner level that is not known.
struct Predicted {
  stats::Vector pred, se, ci_lb, ci_ub, pi_lb, pi_ub, pi_se;
  stats::Vector ddf, pi_ddf;  ///< NaN for normal quantiles
};
/// `x_new` is rows x p, with the column of ones where the model has one.
Expected<Predicted> predict(const model::Fit& fit, const stats::Matrix& x_new, const Options& options,
                            const PredictOptions& prediction = {});
/// The rows that a prediction without new values is for: one row for an intercept-only model, else the data's own.
stats::Matrix default_prediction_rows(const model::Fit& fit);

/// Row of an estimate with interval.
struct Interval {
  double estimate = 0, ci_lb = 0, ci_ub = 0;
  std::string lb_sign{}, ub_sign{};  ///< "<" or ">" when the bound lies beyond the searched range
};

/// Higgins and Thompson's I2 in percent: 100 max(0, (Q - df) / Q); 0 if df is 0.
double i2_from_q(double q, int df);

}  // namespace hedgerow::infer
