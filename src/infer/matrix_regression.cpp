#include "infer/matrix_regression.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

Error usage(const std::string& message) { return make_error(ErrorCode::usage, "matreg: " + message); }

Checked check_rows(const MatrixRegressionInput& in) {
  const std::size_t p = in.r.rows();
  if (p < 2 || in.r.cols() != p) return usage("R is a square matrix of at least 2 variables");
  if (in.x.empty()) return usage("there is no predictor");
  std::vector<std::size_t> all = in.x;
  all.push_back(in.y);
  std::sort(all.begin(), all.end());
  if (all.back() >= p) return usage(fmt::format("variable {} does not exist; R has {}", all.back() + 1, p));
  if (std::adjacent_find(all.begin(), all.end()) != all.end()) return usage("a variable is named twice");
  return {};
}

Checked check_input(const MatrixRegressionInput& in) {
  HR_CHECK(check_rows(in));
  const std::size_t p = in.r.rows(), elements = in.cov ? p * (p + 1) / 2 : p * (p - 1) / 2;
  if (in.n.has_value() == !in.v.empty()) return usage("needs n or V, one of the two");
  if (!in.v.empty() && (in.v.rows() != elements || in.v.cols() != elements))
    return usage(fmt::format("V is {} x {}; the matrix has {} elements", in.v.rows(), in.v.cols(), elements));
  if (in.cov && in.ztor) return usage("a covariance matrix holds no Fisher's z");
  if (!in.means.empty() && in.means.size() != p) return usage("there are as many means as variables");
  if (!(in.level > 0 && in.level < 1)) return usage("level lies between 0 and 1");
  return {};
}

struct Moments {
  Matrix s;  ///< symmetric; correlations with a diagonal of 1, or covariances
  Matrix v;
};

Expected<Moments> moments(const MatrixRegressionInput& in) {
  const std::size_t p = in.r.rows();
  Moments out{Matrix(p, p), in.v};
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double value = in.ztor ? std::tanh(in.r(i, j)) : in.r(i, j);
      if (!in.cov && i == j) value = 1;
      if (!in.cov && !(std::fabs(value) <= 1)) return usage("R holds correlations, which lie between -1 and 1");
      if (in.cov && i == j && !(value > 0)) return usage("a variance is not above 0");
      out.s(i, j) = out.s(j, i) = value;
    }
  if (!in.ztor || in.v.empty()) return out;
  Vector slope;
  for (std::size_t j = 0; j < p; ++j)
    for (std::size_t i = j + 1; i < p; ++i) slope.push_back(1 - out.s(i, j) * out.s(i, j));
  for (std::size_t a = 0; a < slope.size(); ++a)
    for (std::size_t b = 0; b < slope.size(); ++b) out.v(a, b) *= slope[a] * slope[b];
  return out;
}

/// The fit without its errors.
struct Slopes {
  Vector b;
  Matrix inverse;  ///< Sxx^-1
  double r2 = 0, variance_y = 0;
};

Expected<Slopes> slopes(const MatrixRegressionInput& in, const Matrix& s) {
  const std::size_t m = in.x.size();
  Matrix sxx(m, m);
  Vector sxy(m);
  for (std::size_t i = 0; i < m; ++i) {
    sxy[i] = s(in.x[i], in.y);
    for (std::size_t j = 0; j < m; ++j) sxx(i, j) = s(in.x[i], in.x[j]);
  }
  const auto cholesky = stats::Cholesky::create(sxx);
  if (!cholesky) return make_error(ErrorCode::input, "matreg: the matrix of the predictors is not positive definite");
  Slopes out{cholesky->solve(sxy), cholesky->inverse(), 0, s(in.y, in.y)};
  out.r2 = stats::dot(out.b, sxy) / out.variance_y;
  return out;
}

double intercept(const MatrixRegressionInput& in, const Vector& b) {
  if (in.means.empty()) return kMissing;
  double value = in.means[in.y];
  for (std::size_t i = 0; i < b.size(); ++i) value -= in.means[in.x[i]] * b[i];
  return value;
}

/// With covariances the intercept comes first.
Vector with_intercept(const MatrixRegressionInput& in, const Vector& b) {
  if (!in.cov) return b;
  Vector out{intercept(in, b)};
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

/// (X'X)^-1 of the design with a constant, from moments. By blocks: the slopes' part is Sxx^-1 / (n - 1).
Matrix covariance_with_n(const MatrixRegressionInput& in, const Slopes& fit, double n, double mse) {
  const std::size_t m = fit.b.size();
  if (!in.cov) {
    Matrix out = fit.inverse;
    for (std::size_t i = 0; i < m; ++i)
      for (double& value : out.row(i)) value *= mse / (n - 1);
    return out;
  }
  Matrix out(m + 1, m + 1, kMissing);
  Vector means(m, 0.0);
  for (std::size_t i = 0; i < m && !in.means.empty(); ++i) means[i] = in.means[in.x[i]];
  const Vector weighted = stats::multiply(fit.inverse, means);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < m; ++j) out(i + 1, j + 1) = mse * fit.inverse(i, j) / (n - 1);
    if (!in.means.empty()) out(0, i + 1) = out(i + 1, 0) = -mse * weighted[i] / (n - 1);
  }
  if (!in.means.empty()) out(0, 0) = mse * (1 / n + stats::dot(means, weighted) / (n - 1));
  return out;
}

/// Derivative of the slopes by every element of the lower triangle.
Matrix jacobian(const MatrixRegressionInput& in, const Slopes& fit) {
  const std::size_t p = in.r.rows(), m = fit.b.size();
  const auto place = [&](std::size_t row) {
    return static_cast<std::size_t>(std::find(in.x.begin(), in.x.end(), row) - in.x.begin());
  };
  Matrix out(m, in.v.rows());
  std::size_t element = 0;
  for (std::size_t j = 0; j < p; ++j)
    for (std::size_t i = in.cov ? j : j + 1; i < p; ++i, ++element) {
      const std::size_t a = place(i), b = place(j);
      for (std::size_t k = 0; k < m; ++k) {
        if (a < m && b < m)
          out(k, element) = -fit.inverse(k, a) * fit.b[b] - (a != b ? fit.inverse(k, b) * fit.b[a] : 0);
        else if ((a < m && j == in.y) || (b < m && i == in.y))
          out(k, element) = fit.inverse(k, std::min(a, b));
      }
    }
  return out;
}

Matrix covariance_with_v(const MatrixRegressionInput& in, const Slopes& fit, const Matrix& v) {
  const Matrix a = jacobian(in, fit);
  const Matrix slopes_part = stats::multiply(stats::multiply(a, v), stats::transpose(a));
  if (!in.cov) return slopes_part;
  const std::size_t m = fit.b.size();
  Matrix out(m + 1, m + 1, kMissing);
  Vector means;
  for (std::size_t i = 0; i < m && !in.means.empty(); ++i) means.push_back(-in.means[in.x[i]]);
  const Vector first = means.empty() ? Vector(m, kMissing) : stats::multiply(slopes_part, means);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < m; ++j) out(i + 1, j + 1) = slopes_part(i, j);
    out(0, i + 1) = out(i + 1, 0) = first[i];
  }
  if (!means.empty()) out(0, 0) = stats::dot(means, first);
  return out;
}

void add_tests(MatrixRegression& out, double level) {
  const double q = stats::interval_quantile(level, out.df);
  for (std::size_t i = 0; i < out.beta.size(); ++i) {
    const double se = std::sqrt(out.vb(i, i));
    out.se.push_back(se);
    out.zval.push_back(out.beta[i] / se);
    out.pval.push_back(is_missing(se) ? kMissing : stats::two_sided_p(out.beta[i] / se, out.df));
    out.ci_lb.push_back(out.beta[i] - q * se);
    out.ci_ub.push_back(out.beta[i] + q * se);
  }
}

void add_wald_test(MatrixRegression& out, const Slopes& fit, std::size_t first) {
  const std::size_t m = fit.b.size();
  Matrix v(m, m);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j) v(i, j) = out.vb(i + first, j + first);
  const auto cholesky = stats::Cholesky::create(v);
  out.qm = cholesky ? stats::dot(fit.b, cholesky->solve(fit.b)) : kMissing;
  out.qm_df1 = static_cast<double>(m);
  out.qm_df2 = kMissing;
  out.qm_p = cholesky ? stats::chi2_upper(out.qm, out.qm_df1) : kMissing;
}

std::vector<std::string> coefficient_names(const MatrixRegressionInput& in) {
  std::vector<std::string> out;
  if (in.cov) out.emplace_back("intrcpt");
  for (const std::size_t row : in.x) out.push_back(in.names.empty() ? fmt::format("x{}", row + 1) : in.names[row]);
  return out;
}

}  // namespace

Expected<MatrixRegression> matrix_regression(const MatrixRegressionInput& in) {
  HR_CHECK(check_input(in));
  HR_TRY(const Moments s, moments(in));
  HR_TRY(const Slopes fit, slopes(in, s.s));
  MatrixRegression out;
  out.names = coefficient_names(in);
  out.beta = with_intercept(in, fit.b);
  out.r2 = fit.r2;
  if (in.v.empty()) {
    const double n = *in.n, m = static_cast<double>(fit.b.size());
    out.df = n - m - (in.cov ? 1 : 0);
    if (!(out.df > 0)) return make_error(ErrorCode::input, "matreg: n is not above the number of coefficients");
    out.sigma2_reml = fit.variance_y * (1 - fit.r2) * (n - 1) / out.df;
    out.sigma2_ml = fit.variance_y * (1 - fit.r2) * (n - 1) / n;
    out.vb = covariance_with_n(in, fit, n, out.sigma2_reml);
    // Correlations are a regression through the origin, whose total has n degrees of freedom.
    out.r2_adj = 1 - (1 - fit.r2) * (in.cov ? n - 1 : n) / out.df;
    out.qm = fit.r2 / m / ((1 - fit.r2) / out.df);
    out.qm_df1 = m;
    out.qm_df2 = out.df;
    out.qm_p = stats::f_upper(out.qm, m, out.df);
  } else {
    out.df = out.r2_adj = out.sigma2_reml = out.sigma2_ml = kMissing;
    out.vb = covariance_with_v(in, fit, s.v);
    add_wald_test(out, fit, in.cov ? 1 : 0);
  }
  add_tests(out, in.level);
  return out;
}

}  // namespace hedgerow::infer
