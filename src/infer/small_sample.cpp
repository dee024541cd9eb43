#include "infer/small_sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/missing.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr double infinite = std::numeric_limits<double>::infinity();

Checked check_fit(const model::Fit& fit, SmallSampleMethod method) {
  const auto* two_level = std::get_if<model::Univariate>(&fit.problem.spec());
  const auto* multilevel = std::get_if<model::Multilevel>(&fit.problem.spec());
  if (two_level == nullptr && multilevel == nullptr)
    return make_error(
        ErrorCode::not_defined,
        "Satterthwaite and Kenward-Roger inference are for two-level and multilevel models of effects; use "
        "test t",
        "dfs");
  if (two_level != nullptr ? !two_level->weights.empty() || !two_level->weighted : !multilevel->weights.empty())
    return make_error(ErrorCode::not_defined,
                      "Satterthwaite and Kenward-Roger inference are for coefficients weighted by the model; with "
                      "user weights use a cluster-robust test",
                      "dfs");
  if (fit.method != "REML" && fit.method != "ML")
    return make_error(ErrorCode::not_defined,
                      "Satterthwaite and Kenward-Roger inference need variances estimated by REML (or ML); this fit is "
                      "by " +
                          fit.method,
                      "dfs");
  if (method == SmallSampleMethod::kenward_roger && fit.method != "REML")
    return make_error(ErrorCode::not_defined, "Kenward-Roger inference needs method REML; this fit is by ML", "dfs");
  return {};
}

/// A'B of two matrices with as many rows.
Matrix cross(const Matrix& a, const Matrix& b) {
  Matrix out(a.cols(), b.cols());
  for (std::size_t r = 0; r < a.rows(); ++r)
    for (std::size_t i = 0; i < a.cols(); ++i)
      for (std::size_t j = 0; j < b.cols(); ++j) out(i, j) += a(r, i) * b(r, j);
  return out;
}

/// M_a S, column by column.
Matrix derivative(const model::Marginal& marginal, std::size_t parameter, const Matrix& s) {
  Matrix out(s.rows(), s.cols());
  Vector column(s.rows());
  for (std::size_t j = 0; j < s.cols(); ++j) {
    for (std::size_t i = 0; i < s.rows(); ++i) column[i] = s(i, j);
    const Vector changed = marginal.derivative(parameter, column);
    for (std::size_t i = 0; i < s.rows(); ++i) out(i, j) = changed[i];
  }
  return out;
}

Matrix sandwich(const Matrix& outer, const Matrix& inner) {
  return stats::multiply(stats::multiply(outer, inner), outer);
}

void add(Matrix& to, const Matrix& what, double factor) {
  for (std::size_t i = 0; i < to.rows(); ++i)
    for (std::size_t j = 0; j < to.cols(); ++j) to(i, j) += factor * what(i, j);
}

/// sum_ab W_ab (Q_ab - P_a Phi P_b), symmetric.
Matrix excess(const model::Marginal& marginal, const std::vector<Matrix>& d, const std::vector<Matrix>& p,
              const Matrix& phi, const Matrix& w) {
  Matrix out(phi.rows(), phi.cols());
  for (std::size_t b = 0; b < d.size(); ++b) {
    const Matrix solved = marginal.solve(d[b]);
    for (std::size_t a = 0; a < d.size(); ++a) {
      add(out, cross(d[a], solved), w(a, b));
      add(out, stats::multiply(stats::multiply(p[a], phi), p[b]), -w(a, b));
    }
  }
  for (std::size_t i = 0; i < out.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j) out(i, j) = out(j, i) = 0.5 * (out(i, j) + out(j, i));
  return out;
}

/// The two moments that Kenward and Roger match give the scale lambda and df2 of F with m constraints.
struct Scaled {
  double lambda = 1, df2 = infinite;
};
Scaled match_moments(double a1, double a2, double m) {
  const double b = (a1 + 6 * a2) / (2 * m);
  const double g = ((m + 1) * a1 - (m + 4) * a2) / ((m + 2) * a2);
  const double below = 3 * m + 2 * (1 - g);
  const double c1 = g / below, c2 = (m - g) / below, c3 = (m + 2 - g) / below;
  const double mean = 1 / (1 - a2 / m);
  const double variance = 2 / m * (1 + c1 * b) / ((1 - c2 * b) * (1 - c2 * b) * (1 - c3 * b));
  const double rho = variance / (2 * mean * mean);
  const double df2 = 4 + (m + 2) / (m * rho - 1);
  // As df2 falls to 2 the mean of F grows without bound, and both 1 / mean and df2 - 2 go to 0: no rescaling there.
  return {std::fabs(df2 - 2) < 1e-2 ? 1 : df2 / (mean * (df2 - 2)), df2};
}

}  // namespace

Expected<SmallSample> SmallSample::create(const model::Fit& fit, SmallSampleMethod method) {
  HR_CHECK(check_fit(fit, method));
  HR_TRY(model::VarianceInformation information, model::variance_information(fit, true));
  // A variance of 0 can hide another parameter, as the correlation of effects that don't vary: then neither counts.
  if (!information.parameters.empty() && !stats::Cholesky::create(information.expected)) {
    HR_TRY(information, model::variance_information(fit));
  }
  return create(fit, method, information);
}

Expected<SmallSample> SmallSample::create(const model::Fit& fit, SmallSampleMethod method,
                                          const model::VarianceInformation& information) {
  HR_CHECK(check_fit(fit, method));
  SmallSample out;
  out.method_ = method;
  out.phi_ = out.vb_ = fit.vb;
  const std::size_t q = information.parameters.size();
  if (q == 0) return out;
  const auto factor = stats::Cholesky::create(information.expected);
  if (!factor)
    return make_error(ErrorCode::not_defined,
                      "the variance components are not identified separately, so their uncertainty is not known and "
                      "Satterthwaite and Kenward-Roger degrees of freedom don't exist: leave a component out",
                      "dfs");
  out.w_ = factor->inverse();
  HR_TRY(const model::Marginal marginal, model::Marginal::create(fit));
  const Matrix& s = marginal.solved_design();
  std::vector<Matrix> d, p;
  for (const std::size_t parameter : information.parameters) {
    d.push_back(derivative(marginal, parameter, s));
    p.push_back(cross(s, d.back()));
    out.change_.push_back(sandwich(fit.vb, p.back()));
    for (double& value : std::span(p.back().data(), fit.p() * fit.p())) value = -value;
  }
  if (method == SmallSampleMethod::kenward_roger)
    add(out.vb_, sandwich(fit.vb, excess(marginal, d, p, fit.vb, out.w_)), 2);
  return out;
}

double SmallSample::df(std::span<const double> c) const {
  Vector gradient;
  for (const Matrix& change : change_) gradient.push_back(stats::quadratic_form(change, c));
  const double spread = gradient.empty() ? 0 : stats::quadratic_form(w_, gradient);
  const double variance = stats::quadratic_form(phi_, c);
  return spread > 0 ? std::max(1.0, 2 * variance * variance / spread) : infinite;
}

double SmallSample::fai_cornelius(const Matrix& l) const {
  const Matrix covariance = stats::multiply(stats::multiply(l, phi_), stats::transpose(l));
  const Matrix rows = stats::multiply(stats::transpose(stats::symmetric_eigen(covariance).vectors), l);
  const double m = static_cast<double>(l.rows());
  double expectation = 0;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double nu = df(rows.row(i));
    if (nu <= 2) return std::min(nu, 2.0);
    expectation += std::isinf(nu) ? 1 : nu / (nu - 2);
  }
  return expectation > m ? 2 * expectation / (expectation - m) : infinite;
}

SmallSample::F SmallSample::scaled_f(const Matrix& l, double wald) const {
  const double m = static_cast<double>(l.rows());
  if (change_.empty()) return {wald / m, infinite};
  const Matrix lt = stats::transpose(l);
  const auto factor = stats::Cholesky::create(stats::multiply(stats::multiply(l, phi_), lt));
  if (!factor) return {kMissing, kMissing};
  std::vector<Matrix> turned;  // (L Phi L')^-1 L dPhi_a L', whose trace is tr(Theta Phi P_a Phi) up to its sign
  for (const Matrix& change : change_) turned.push_back(factor->solve(stats::multiply(stats::multiply(l, change), lt)));
  double a1 = 0, a2 = 0;
  for (std::size_t a = 0; a < turned.size(); ++a) {
    for (std::size_t b = 0; b < turned.size(); ++b) {
      a1 += w_(a, b) * stats::trace(turned[a]) * stats::trace(turned[b]);
      a2 += w_(a, b) * stats::trace(stats::multiply(turned[a], turned[b]));
    }
  }
  if (!(a2 > 0)) return {wald / m, infinite};
  const Scaled scaled = match_moments(a1, a2, m);
  return {scaled.lambda * wald / m, scaled.df2};
}

SmallSample::F SmallSample::f_test(const Matrix& l, std::span<const double> estimate) const {
  const auto factor = stats::Cholesky::create(stats::multiply(stats::multiply(l, vb_), stats::transpose(l)));
  if (!factor) return {kMissing, kMissing};
  const double m = static_cast<double>(l.rows());
  const double wald = stats::dot(estimate, factor->solve(estimate));
  if (l.rows() == 1) return {wald, df(l.row(0))};
  if (method_ == SmallSampleMethod::satterthwaite) return {wald / m, fai_cornelius(l)};
  return scaled_f(l, wald);
}

}  // namespace hedgerow::infer
