// Regression from a correlation or covariance matrix (metafor's matreg).
//
//   b = Rxx^-1 rxy
//   with n:  df = n - m (covariances: one less, for the intercept), sse = 1 - b'rxy, vb = sse/df Rxx^-1, t tests;
//            covariances with means: vb = s^2 (X'X)^-1 with X'X = (n-1) diag(0, Sxx) + n (1, mx)(1, mx)'
//   with V:  vb = A V A', A the derivative of b by the elements of the lower triangle (by columns; with the diagonal if
//            they are covariances), z tests
//
// Source: [becker1992] for V; least squares from moments for n.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::infer {

struct MatrixRegressionInput {
  std::size_t y = 0;           ///< row of the outcome, from 0
  std::vector<std::size_t> x;  ///< rows of the predictors
  stats::Matrix r;             ///< p x p; the lower triangle is read
  std::optional<double> n{};   ///< sample size, or
  stats::Matrix v{};           ///< covariance matrix of the elements of r
  bool cov = false;            ///< r holds covariances
  stats::Vector means{};       ///< p or empty (covariances only): without them there is no intercept
  bool ztor = false;           ///< r holds Fisher's z (and v is of these)
  double level = 0.95;
  std::vector<std::string> names{};  ///< p or empty
};

struct MatrixRegression {
  std::vector<std::string> names;
  stats::Vector beta, se, zval, pval, ci_lb, ci_ub;
  stats::Matrix vb;
  double df = 0;  ///< of the tests; missing with V
  double r2 = 0, r2_adj = 0;
  double qm = 0, qm_p = 0, qm_df1 = 0, qm_df2 = 0;  ///< F with n, chi-square with V
  double sigma2_reml = 0, sigma2_ml = 0;            ///< missing with V
};

/// Errors: rows that do not exist or repeat, correlations beyond 1, both or neither of n and V, sizes that do not fit,
/// n too small, predictors whose matrix is not positive definite.
Expected<MatrixRegression> matrix_regression(const MatrixRegressionInput& input);

}  // namespace hedgerow::infer
