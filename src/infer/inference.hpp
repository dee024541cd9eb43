// Tests and intervals of a fit: coefficients, omnibus test, contrasts, heterogeneity, predictions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::infer {

/// z, t (k - p df), knha (Knapp-Hartung), adhoc (Knapp-Hartung with the factor never below 1).
enum class Test { z, t, knha, adhoc };
Expected<Test> parse_test(const std::string& text);
std::string name(Test test);

/// Degrees of freedom of t tests.
struct Dfs {
  enum class Kind { residual, contain, given } kind = Kind::residual;
  double value = 0;  ///< for `given`
};

struct Options {
  Test test = Test::z;
  double level = 0.95;                       ///< of intervals
  Dfs dfs;
  std::optional<std::vector<std::size_t>> btt;  ///< columns of the omnibus test (0-based); default: all but the intercept
};

/// Coefficients with tests; ddf is NaN (infinite) for z.
struct Coefficients {
  stats::Vector beta, se, zval, pval, ci_lb, ci_ub, ddf;
  stats::Matrix vb;                 ///< covariance that the tests used (scaled for knha and adhoc)
  double s2w = 1;                   ///< scale factor in vb
  std::vector<std::size_t> btt;
  double q_m = 0, q_m_p = 0;        ///< omnibus: chi-square for z, F for the others
  double q_m_df1 = 0, q_m_df2 = 0;  ///< df2 NaN for z
};
Expected<Coefficients> coefficients(const model::Fit& fit, const Options& options);

/// Test of L beta = 0, row by row and all rows together (metafor's anova(X = ...)).
struct Contrasts {
  stats::Vector estimate, se, zval, pval, ddf;
  double q_m = 0, q_m_p = 0, q_m_df1 = 0, q_m_df2 = 0;  ///< NaN if the rows are linearly dependent
};
Expected<Contrasts> contrasts(const model::Fit& fit, const stats::Matrix& l, const Options& options);

/// Comparison of two nested fits by likelihood ratio.
struct Comparison {
  model::FitStatistics full, reduced;
  int df_full = 0, df_reduced = 0;  ///< parameters
  double lrt = 0, pval = 0;
  double r2 = 0;                    ///< % of tau2 explained by the full model; NaN for multilevel
};
/// Errors: not nested, different data, REML with different designs.
Expected<Comparison> compare(const model::Fit& full, const model::Fit& reduced);

/// Kinds of prediction interval (definitions 4.17).
enum class Prediction { z, t, riley, k_minus_1, simple };

/// Predicted mean with confidence and prediction intervals.
struct Predicted {
  stats::Vector pred, se, ci_lb, ci_ub, pi_lb, pi_ub;
};

/// Row of an estimate with interval.
struct Interval {
  double estimate = 0, ci_lb = 0, ci_ub = 0;
  std::string lb_sign, ub_sign;  ///< "<" or ">" when the bound lies beyond the searched range
};

}  // namespace hedgerow::infer
