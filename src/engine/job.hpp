// Job: what is asked. Which data, which effect, which model, which inference, which questions.
//
// Every front end (flags, review folder, bindings) makes a Job, and engine::run turns it into a Result; there is no
// other way to a number. The JSON form is described in docs/formats/job-and-result.md; unknown fields are errors.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "data/named_matrix.hpp"
#include "data/table.hpp"
#include "effect/effects.hpp"
#include "effect/mixed.hpp"
#include "effect/prepare.hpp"
#include "effect/single_study_intervals.hpp"
#include "engine/covariance_request.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::engine {

inline constexpr const char* kJobSchema = "hedgerow.job/1";

/// Where the rows come from.
struct DataRequest {
  std::string file;    ///< path of a CSV or XLSX file; a sheet is named as "book.xlsx#Sheet"
  std::string subset;  ///< condition on the columns, empty for all rows
  /// A table that is already in memory; used instead of reading `file`. Not part of the JSON form.
  std::shared_ptr<const data::Table> table;
  /// Steps that recover numbers, before the subset is taken and effects are computed.
  std::vector<effect::PrepareStep> prepare{};
};

/// How the effects are obtained: given (yi with vi or sei), computed by one measure, or by rules for mixed formats.
struct EffectRequest {
  std::string yi, vi, sei;                ///< columns or expressions; vi or sei, not both
  std::string measure;                    ///< "SMD", ...; with given effects only a label ("GEN")
  effect::Arguments arguments;            ///< for a measure: m1i, sd1i, n1i, ...
  std::vector<effect::FormatRule> rules;  ///< for mixed formats
  effect::Options options;
  std::string slab;          ///< column of labels
  std::string ni, n1i, n2i;  ///< sample sizes for given effects
  /// Effects and standard errors rounded to single precision before they are modelled, as Stata stores variables unless
  /// told otherwise. For remaking a published analysis to its last digit.
  bool single_precision = false;
  /// Dependent sampling errors; nothing: the errors of different rows are independent.
  std::optional<CovarianceRequest> covariance{};
  /// Intervals of the single effects; nothing: none are made.
  std::optional<effect::IntervalRequest> intervals{};
};

/// Known correlations among the levels of a random effect: relatedness, phylogeny.
struct KnownCorrelation {
  std::string group;  ///< a component of ~ 1 | ...: its column, or the path of a nested one ("study/species")
  std::string file;   ///< of the matrix, with the levels as its names
  /// A matrix that is already in memory; used instead of reading `file`. Not part of the JSON form.
  std::shared_ptr<const data::NamedMatrix> matrix{};
};

/// A working model of robust variance estimation; engine/working_model.hpp says what each means.
struct WorkingModel {
  std::string name;                       ///< CHE, SCE, CORR, HIER
  std::string cluster, effect, subgroup;  ///< columns: study; number of the effect (CHE, SCE); subgroup (SCE)
  double rho = 0.6;                       ///< correlation of sampling errors within a cluster
};

/// A model of the counts themselves instead of their effects. The measure and its columns are those of the effects.
struct CountRequest {
  std::string model;    ///< MH, PETO, UM.FS, UM.RS, CM.EL, CM.AL, GLMM (one group), BB, FIRTH (model/count_model.hpp)
  bool correct = true;  ///< continuity correction of the Cochran-Mantel-Haenszel test
  std::optional<double> add{};  ///< to the cells that are pooled (not to those of the single effects); default: 0
  std::string to{};             ///< where to add: only0, all, if0all, none
  /// Leave out studies without events, or with nothing else. Default: left out of the effects of single studies; for MH
  /// and PETO not out of the pooling, which they change in RD alone; out of the other models, but BB.
  std::optional<bool> drop00{};
  std::string rd_variance = "sato";  ///< of MH: sato or greenland-robins
  double coding = 0.5;               ///< of the groups: 0.5, 1 or 0
  bool correlated = false;           ///< UM.RS: study and treatment effects correlated
  int quadrature = 7;                ///< nodes of the adaptive Gauss-Hermite rule; 1 is Laplace
  /// Only for comparison with metafor: mixed models report as log-likelihood what it prints (docs/methods/glmm.md).
  bool metafor_loglik = false;
  bool add_to_difference = true;  ///< MH of RD: `add` also in the differences, not in their weights alone
};

/// Moderators of the between-study variance.
struct ScaleRequest {
  std::string formula;                         ///< "~ ablat"
  std::string link = "log";                    ///< log or identity
  std::vector<std::optional<double>> alpha{};  ///< held coefficients, in the order of the design
};

/// The model. Without `random` it has two levels (or one, for method EE).
struct ModelRequest {
  std::string method = "REML";
  std::string mods;                           ///< formula, empty for the intercept alone
  std::vector<std::string> random;            ///< "~ 1 | study/es", "~ outcome | study"; empty for the two-level model
  std::optional<double> tau2;                 ///< fixed instead of estimated
  std::vector<std::optional<double>> sigma2;  ///< fixed components of a multilevel model
  std::string weights;                        ///< expression, empty for the model's own weights
  bool weighted = true;
  bool drop_redundant = false;  ///< drop redundant moderators (with a warning) instead of refusing
  bool centre_yi = false;       ///< centre yi also without a constant, as metafor does (docs/errata.md)
  /// DL of 2x2 tables: what Q is taken about. "inverse": the inverse-variance mean; "MH": the Mantel-Haenszel estimate.
  std::string q_centre = "inverse";
  /// Structures of the terms ~ inner | outer of `random`, in their order ("UN"); one stands for all; empty: CS.
  std::vector<std::string> structure{};
  std::vector<KnownCorrelation> r{};
  /// Variance parameters held at values, by their names in the fit: "sigma2.1", "tau2.2", "rho", "phi".
  std::vector<std::pair<std::string, double>> fix{};
  std::optional<WorkingModel> working{};  ///< instead of random, covariance and weights
  std::optional<CountRequest> counts{};   ///< method is then ML, or EE for a common effect
  std::optional<ScaleRequest> scale{};
};

/// Cluster-robust tests instead of those of the model.
struct RobustRequest {
  std::string adjustment = "CR2";      ///< CR0, CR1, CR1p, CR1S, CR2, CR3
  std::string cluster;                 ///< column; empty: the independent clusters of the model
  std::string test = "Satterthwaite";  ///< of one combination: z, naive-t, naive-tp, Satterthwaite, saddlepoint
  std::string conf_test;               ///< of intervals; empty: as `test` (Satterthwaite for saddlepoint)
  std::string wald_test = "HTZ";       ///< of several: chi-sq, Naive-F, Naive-Fp, HTA, HTB, HTZ, EDF, EDT
};

struct InferenceRequest {
  std::string test = "z";  ///< z, t, knha, adhoc
  double level = 0.95;
  std::string dfs = "residual";  ///< residual, contain, or a number
  std::vector<std::size_t>
      btt;  ///< columns of the omnibus test, from 1 as metafor counts; empty: all but the intercept
  std::vector<std::size_t> att{};         ///< the same of the scale of a location-scale model
  std::optional<RobustRequest> robust{};  ///< with it `test` and `dfs` must be left alone
  /// What I2 and H2 of a two-level fit are: "tau2" (from tau2 and the typical variance) or "Q" (from Cochran's Q).
  std::string i2 = "tau2";
};

// Questions. Each has an answer of its own in the Result (engine/result.hpp), in the same order.

/// Mean (or the mean at new moderator values) with confidence and prediction intervals.
struct AskPredict {
  std::optional<stats::Matrix> newmods;  ///< rows of moderator values without the intercept
  std::string transf;                    ///< "", "exp", "transf.ilogit", ...
  std::string predtype;                  ///< "", "z", "t", "riley", "k_minus_1", "simple", "kr", "kr_pr", "nnf"
  std::optional<double> level;
  bool intercept = true;          ///< whether newmods get the constant of a model that has one
  std::string target = "effect";  ///< multilevel: "effect" (new effect in a new study) or "study" (new study's mean)
  /// Inner levels of the first and the second structured term whose variances enter the prediction intervals: one for
  /// all rows or one for each. Empty: the level of the row of data, or the only variance; else there is no interval.
  std::vector<std::string> tau2_levels{}, gamma2_levels{};
  bool addx = false;  ///< the answer carries the rows of the design that it predicts for
  /// Location-scale models: moderators of the scale without its intercept, a row for each prediction or one for all.
  /// Without newmods in a model without moderators of the location, the linear predictor of the scale is predicted.
  std::optional<stats::Matrix> newscale{};
};
/// Intervals of variance components and heterogeneity measures.
struct AskConfint {
  /// "" (as the fit defines), "QP", "GENQ", "PL", "Wald", "Wald.log", "J", "BJ", "SJ" (infer/heterogeneity.hpp)
  std::string type;
  std::optional<double> level;  ///< default: that of the inference
};
/// Test of linear combinations of the coefficients.
struct AskContrasts {
  stats::Matrix l;     ///< rows x p
  stats::Vector rhs;   ///< empty: zeros
  std::string adjust;  ///< of the p-values of the rows: "" (none), bonferroni, holm, bh
  bool scale = false;  ///< of the coefficients of the scale (alpha) of a location-scale model; `l` has their number
  /// Instead of `l`: a text for each row, the weights of all coefficients ("0, 1, -1") or of some by name
  /// ("typeB = 1, typeC = -1").
  std::vector<std::string> combinations{};
};
/// Omnibus test of some coefficients: by number (from 1) or by the name of a term.
struct AskBlock {
  std::vector<std::size_t> btt;
  std::string term;
  bool scale = false;  ///< coefficients of the scale, by number
};
/// Share of the true effects beyond a threshold, and how sure it is that their mean is (infer/exceedance.hpp).
struct AskExceedance {
  double threshold = 0;
  bool below = false;                                  ///< below the threshold instead of above it
  std::optional<double> level;                         ///< default: that of the inference
  std::optional<stats::Matrix> newmods{}, newscale{};  ///< as in AskPredict
  std::size_t replicates = 1000;                       ///< of the bootstrap of the calibrated share; 0: none
  std::size_t seed = 1;
};
/// Likelihood-ratio comparison with another model on the same rows.
struct AskCompare {
  ModelRequest other;
};
/// Subgroup analysis by a column.
struct AskSubgroups {
  std::string column;
  bool common_tau2 = false;
  /// Order and labels of the groups, as value -> label; empty: values in order of appearance.
  std::vector<std::pair<std::string, std::string>> labels;
};
/// Regression test for funnel plot asymmetry.
struct AskRegressionTest {
  std::string model = "rma";      ///< rma, lm, egger (g/se on 1/se), multilevel
  std::string predictor = "sei";  ///< sei, vi, ni, ninv, sqrtni, sqrtninv, pr
};
struct AskRankTest {
  bool exact = true;
};
struct AskTrimFill {
  std::string estimator = "L0";  ///< L0, R0, Q0
  std::string side;              ///< "", left, right
  std::string rule = "model";    ///< model (metafor) or common (meta): which model trims
};
struct AskLeaveOneOut {
  std::string by = "effect";  ///< effect, study, or a column of the table
  std::string transf{};       ///< of estimates and intervals: "", "exp", ...
};
/// What each unit does to the fit, by refits without it: deleted residuals, Cook's distance, DFBETAS, ...
struct AskInfluence {
  std::string by = "effect";  ///< effect, study, or a column of the table
  bool reestimate = true;     ///< false: variance components stay as in the whole fit
};
/// Per-row values: "weights", "fitted", "residuals", "rstandard", "rstudent", "hatvalues", "hatmatrix", "design"; per
/// random effect "ranef", and the covariance of its errors, "ranef_vcov"; per row "blup" (fitted value plus random
/// effects). Covariances "vcov" (coefficients), "vcov_obs" (effects), "vcov_fitted", "vcov_resid".
struct AskRows {
  std::string what;
};

/// Log-likelihood along one variance parameter, the others at their best; or along each of them, with its interval.
struct AskProfile {
  std::size_t component = 1;  ///< counted from 1, outermost first; unused if `parameter` is given
  double from = 0, to = 1;    ///< range of the parameter; for "all" it follows from the interval
  std::size_t steps = 20;
  std::string parameter{};  ///< by its name in the fit ("tau2.1", "rho"), or "all"
};
/// Variance inflation factors of the moderators.
struct AskVif {};

/// Marginal means of a factor of the moderators, with pairwise comparisons.
struct AskMarginalMeans {
  std::string factor;
  std::string weights = "equal";  ///< of the other factors' levels: equal or proportional
  std::string adjust = "holm";    ///< of the comparisons' p-values: none, bonferroni, holm, bh
};
/// I2, ICC and R2 by level of a multilevel model, with intervals.
struct AskHeterogeneity {
  std::optional<double> level;  ///< default: that of the inference
};

/// Cluster wild bootstrap of L b = rhs with the robust tests of the inference (CR2 if it has none).
struct AskWildBootstrap {
  stats::Matrix l;                     ///< rows x p; empty: the coefficients of the omnibus test
  stats::Vector rhs;                   ///< empty: zeros
  std::string weights = "rademacher";  ///< rademacher, mammen, webb
  std::size_t replicates = 1999;
  std::size_t seed = 1;
};

/// The model with missing moderators imputed m times, pooled by Rubin's rules (infer/multiple_imputation.hpp).
struct AskImpute {
  std::size_t m = 20;
  std::size_t seed = 1;
  std::string method = "pmm";  ///< pmm (predictive mean matching) or normal
};

/// Full-information maximum likelihood: effects and moderators jointly normal, all rows with an effect
/// (model/fiml.hpp).
struct AskFiml {};

/// The model again at each value of an assumed correlation.
struct AskCovarianceGrid {
  /// rho (the only one, or that of a working model), rho_obs or rho_type (first and second of two), phi, or r (pre-post
  /// correlation of rows that give none).
  std::string parameter = "rho";
  stats::Vector values;
};
/// Why another program gives other numbers from the same data (engine/differences.hpp).
struct AskDifferences {
  std::string from = "metafor", to;  ///< programs (engine/conventions.hpp)
  std::vector<std::string> held{};   ///< conventions that stay as the job has them
};
/// Which programs' conventions give numbers that were printed somewhere.
struct AskPublished {
  std::vector<std::pair<std::string, std::string>> numbers;  ///< "estimate" -> "-0.49", with the digits as printed
};

/// Fail-safe N: how many studies of null results would overturn the conclusion (bias/fail_safe.hpp).
struct AskFailSafe {
  std::string type = "Rosenthal";  ///< Rosenthal, Orwin, Rosenberg, General
  double alpha = 0.05;
  std::optional<double> target{};  ///< Orwin (default: half the mean), General (default: p = alpha)
  bool exact = false;              ///< General: refit with the added studies
  bool weighted = true;            ///< Orwin: inverse variance weighted mean
};
/// Test of excess significance (bias/excess_significance.hpp).
struct AskExcessSignificance {
  double h0 = 0;                            ///< null value of the single studies' tests
  std::string alternative = "two.sided";    ///< of the single tests: two.sided, greater, less
  double alpha = 0.05;                      ///< of the single tests
  std::optional<double> theta{}, tau2{};    ///< true effect and its variance; default: those of the fit
  std::string test{};                       ///< exact, chi2, binom; empty: exact unless that is 1e6 terms for metafor
  std::string tes_alternative = "greater";  ///< greater, less, two.sided
  double tes_alpha = 0.1;                   ///< of the limit estimate
};
/// Estimate and interval of Henmi and Copas (bias/henmi_copas.hpp).
struct AskHenmiCopas {
  std::string transf{};  ///< "", "exp", ...
};
/// The model on all subsets of the studies, or on random ones (diagnose/gosh.hpp).
struct AskGosh {
  std::size_t subsets = 0;  ///< 0: all if they are at most a million, else a million random ones
  std::size_t seed = 1;
};
/// Permutation test of the coefficients (infer/permutation.hpp).
struct AskPermutation {
  bool exact = false;  ///< all permutations; else `iterations` random ones, or all if they are not more
  std::size_t iterations = 1000;
  std::size_t seed = 1;
};
/// Coordinates of the Baujat plot: contribution to heterogeneity and influence on the result.
struct AskBaujat {};
/// Coordinates of the radial (Galbraith) plot: 1/se and y/se.
struct AskRadial {
  bool center = false;  ///< yi minus the estimate
};
/// The model without the rows whose SDs were imputed by a step impute_sd, and under each rule of imputing them.
struct AskImputedSd {
  std::vector<std::string> rules{};  ///< of effect/prepare.hpp; empty: cv, pooled, mean, max
};
/// The model on the first unit, the first two, ...: how the estimate grew.
struct AskCumulative {
  std::string order;          ///< columns by which the rows are sorted ("year, trial"); empty: as in the table
  bool decreasing = false;    ///< from the largest value down
  bool collapse = false;      ///< rows with equal values enter together
  std::string by = "effect";  ///< effect, study, or a column: what enters at a time
  std::string transf;         ///< of estimates and intervals: "", "exp", ...
};

using Ask = std::variant<AskPredict, AskConfint, AskContrasts, AskBlock, AskCompare, AskSubgroups, AskRegressionTest,
                         AskRankTest, AskTrimFill, AskLeaveOneOut, AskRows, AskProfile, AskVif, AskInfluence,
                         AskMarginalMeans, AskHeterogeneity, AskWildBootstrap, AskImpute, AskFiml, AskCovarianceGrid,
                         AskDifferences, AskPublished, AskFailSafe, AskExcessSignificance, AskHenmiCopas, AskGosh,
                         AskPermutation, AskBaujat, AskRadial, AskImputedSd, AskCumulative, AskExceedance>;

/// A question with the name that its answer carries.
struct Question {
  std::string name;
  Ask ask;
};

struct Job {
  DataRequest data;
  EffectRequest effect;
  bool effects_only = false;  ///< stop after the effects
  ModelRequest model;
  InferenceRequest inference;
  std::vector<Question> questions;
  /// In which scale results are shown beside that of the model: "" as the measure is (OR: exp), "none", or a
  /// transformation ("exp", "ilogit.int", ...).
  std::string transf{};
};

}  // namespace hedgerow::engine
