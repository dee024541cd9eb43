// Multilevel and multivariate models that are not nested over independent effects.
//
//   y ~ N(X beta, M),   M = V + sum_l sigma2_l Z_l R_l Z_l' + sum_t Z_t G_t Z_t'
//
// Variance parameters by ML or REML (detail/mixed_optimum.hpp), then beta = (X'M^-1 X)^-1 X'M^-1 y; with user weights W
//   beta = (X'WX)^-1 X'W y,   vb = (X'WX)^-1 X'W M W X (X'WX)^-1      (definitions 4.28)
// and the log-likelihood is that of these coefficients. QE and vt use the whole V.
// Sources:    harville1977; docs/methods/dependent-effects.md.
// Conditions: k > p where a parameter is estimated.
// Fails when: no start converges; that is an Error with what was tried.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/detail/dense_kernels.hpp"
#include "model/detail/fit_summary.hpp"
#include "model/detail/mixed_optimum.hpp"
#include "model/detail/mixed_sparse_errors.hpp"
#include "model/parameters.hpp"
#include "stats/linalg.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

const double missing = std::numeric_limits<double>::quiet_NaN();
/// Rows of a cluster from which on sparse elimination is faster than a dense factor (by half at 50 rows, ten times at
/// 300).
constexpr std::size_t large_cluster = 32;
/// Multiplications in all dense cluster factors above which they are not affordable.
constexpr double costly = 3e7;

Checked check_degrees_of_freedom(const Problem& problem, const HeldParameters& held) {
  const std::size_t k = problem.data().k(), p = problem.data().p();
  if (k <= 1)
    return make_error(ErrorCode::not_defined, fmt::format("a multilevel model needs more than one effect; k = {}", k));
  if (held.counted > 0 && k <= p)
    return make_error(
        ErrorCode::not_defined,
        fmt::format("{} effects and {} coefficients leave no degree of freedom for variance components", k, p));
  return {};
}

/// The fit with V alone.
struct CovarianceFit {
  double q_e = missing, trace_p = missing, log_det = missing;
};

/// In place: the inverse of a large block of constant correlation, E^-1 - w f f' with E = (1 - rho) diag(V), f_i =
/// sqrt(V_ii) / E_ii. False if it has no constant correlation off the bounds of one.
bool invert_compound(std::size_t m, Vector& v, double& log_det) {
  const auto rho = constant_correlation(m, v);
  if (!rho) return false;
  const double rest = 1 - *rho, pivot = 1 + *rho * static_cast<double>(m) / rest;
  if (!(rest > 1e-12) || !(pivot > 1e-12)) return false;
  Vector f(m);
  log_det = std::log(pivot);
  for (std::size_t i = 0; i < m; ++i) {
    f[i] = 1 / (rest * std::sqrt(v[i * m + i]));
    log_det += std::log(rest * v[i * m + i]);
  }
  const double w = *rho / pivot;
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j) v[i * m + j] = (i == j ? rest * f[i] * f[i] : 0.0) - w * f[i] * f[j];
  return true;
}

/// Over the blocks of V; missing where V is singular.
CovarianceFit fit_covariance(const Data& data) {
  const std::size_t k = data.k(), p = data.p();
  const auto v = data.v ? data.v : std::make_shared<const stats::BlockMatrix>();
  const stats::Orthonormal basis = stats::orthonormalise(data.x);
  Vector y = data.yi;
  for (std::size_t j = 0; j < p; ++j) {
    const auto q = basis.column(j);
    const double along = stats::dot(q, y);
    for (std::size_t i = 0; i < k; ++i) y[i] -= along * q[i];
  }
  Matrix a(p, p), squared(p, p), solved;
  Vector b(p, 0.0), inverse;
  double yy = 0, trace = 0, log_det = 0;
  const std::size_t blocks = data.v ? v->blocks() : k;
  for (std::size_t n = 0; n < blocks; ++n) {
    std::vector<std::uint32_t> rows{static_cast<std::uint32_t>(n)};
    inverse = {data.vi[n < k ? n : 0]};
    if (data.v) {
      const auto block = v->block(n);
      rows.assign(block.rows.begin(), block.rows.end());
      inverse.assign(block.values.begin(), block.values.end());
    }
    const std::size_t m = rows.size();
    double part = 0;
    const bool done = m > large_cluster && invert_compound(m, inverse, part);
    if (!done && !invert_positive(m, inverse.data(), part)) return {};
    log_det += part;
    solved = Matrix(m, p + 1);
    for (std::size_t i = 0; i < m; ++i) {
      trace += inverse[i * m + i];
      for (std::size_t j = 0; j < m; ++j) {
        for (std::size_t c = 0; c < p; ++c) solved(i, c) += inverse[i * m + j] * basis.column(c)[rows[j]];
        solved(i, p) += inverse[i * m + j] * y[rows[j]];
      }
    }
    for (std::size_t i = 0; i < m; ++i) {
      yy += y[rows[i]] * solved(i, p);
      for (std::size_t c = 0; c < p; ++c) {
        b[c] += basis.column(c)[rows[i]] * solved(i, p);
        for (std::size_t d = 0; d < p; ++d) {
          a(c, d) += basis.column(c)[rows[i]] * solved(i, d);
          squared(c, d) += solved(i, c) * solved(i, d);
        }
      }
    }
  }
  const auto factor = stats::Cholesky::create(a);
  if (!factor) return {};
  CovarianceFit out;
  out.log_det = log_det;
  out.q_e = std::max(0.0, yy - stats::dot(b, factor->solve(b)));
  out.trace_p = trace - stats::trace(factor->solve(squared));
  return out;
}

void fill_parameters(Fit& fit, const MixedOptimum& optimum) {
  const auto& spec = std::get<Multilevel>(fit.problem.spec());
  const auto take = [](const Vector& from, std::size_t first, std::size_t count) {
    return Vector(from.begin() + static_cast<std::ptrdiff_t>(first),
                  from.begin() + static_cast<std::ptrdiff_t>(first + count));
  };
  std::size_t next = spec.groups.size();
  fit.sigma2 = take(optimum.parameters, 0, next);
  fit.se_sigma2 = take(optimum.se, 0, next);
  for (const auto& groups : spec.groups)
    fit.s_nlevels.push_back(std::size_t{*std::max_element(groups.begin(), groups.end())} + 1);
  const MixedPoint point = mixed_point(fit.problem, optimum.parameters);
  for (std::size_t t = 0; t < spec.structured.size(); ++t) {
    const std::size_t variances = spec.structured[t].tau2_count(), correlations = spec.structured[t].rho_count();
    StructuredFit term;
    term.tau2 = take(optimum.parameters, next, variances);
    term.se_tau2 = take(optimum.se, next, variances);
    term.rho = take(optimum.parameters, next + variances, correlations);
    term.se_rho = take(optimum.se, next + variances, correlations);
    term.g = point.terms[t].g;
    next += variances + correlations;
    fit.structured.push_back(std::move(term));
  }
}

/// beta and vb under user weights; returns how much y'Py rises.
Expected<double> weighted_coefficients(Fit& fit, const MixedOptimum& optimum) {
  const Vector& w = std::get<Multilevel>(fit.problem.spec()).weights;
  if (w.empty()) return 0.0;
  const Data& data = fit.problem.data();
  const auto solution = stats::weighted_least_squares(data.x, data.yi, w);
  if (!solution)
    return make_error(ErrorCode::not_defined, "with these weights X'WX is singular: too few effects have weight",
                      "weights");
  const std::size_t k = fit.k(), p = fit.p();
  const std::vector<std::uint32_t> cluster = fit.problem.clusters();
  std::vector<std::vector<std::size_t>> rows(fit.problem.cluster_count());
  for (std::size_t i = 0; i < k; ++i) rows[cluster[i]].push_back(i);
  const MixedPoint point = mixed_point(fit.problem, optimum.parameters);
  Matrix meat(p, p);
  for (const auto& members : rows)
    for (const std::size_t i : members)
      for (const std::size_t j : members) {
        const double weighted = w[i] * w[j] * marginal_entry(fit.problem, point, i, j);
        for (std::size_t a = 0; a < p; ++a)
          for (std::size_t b = 0; b < p; ++b) meat(a, b) += weighted * data.x(i, a) * data.x(j, b);
      }
  const auto bread = stats::Cholesky::create(optimum.at.vb);
  if (!bread) return make_error(ErrorCode::not_defined, "the covariance of the coefficients is singular", "weights");
  Vector difference(p);
  for (std::size_t j = 0; j < p; ++j) difference[j] = solution->beta[j] - optimum.at.beta[j];
  fit.beta = solution->beta;
  fit.vb = stats::multiply(solution->xtwx_inv, stats::multiply(meat, solution->xtwx_inv));
  return stats::dot(difference, bread->solve(difference));
}

}  // namespace

std::unique_ptr<MixedLikelihood> make_mixed_likelihood(const Problem& problem) {
  if (auto compound = make_compound_likelihood(problem)) return compound;
  std::vector<std::size_t> size(problem.cluster_count(), 0);
  for (const std::uint32_t c : problem.clusters()) ++size[c];
  double cost = 0;
  std::size_t largest = 0;
  for (const std::size_t m : size) {
    cost += std::pow(static_cast<double>(m), 3);
    largest = std::max(largest, m);
  }
  if (largest > large_cluster) {
    // Elimination starts from V; where V is singular, dense factors reach more of the boundary and are kept if
    // possible.
    auto sparse = make_sparse_likelihood(problem);
    if (sparse && (cost > costly || sparse->evaluate(Vector(parameters(problem).size(), 0.0), false).finite))
      return sparse;
  }
  return make_dense_likelihood(problem);
}

Expected<Fit> fit_mixed(const Problem& problem, const Vector& start) {
  const auto& spec = std::get<Multilevel>(problem.spec());
  const HeldParameters held = held_parameters(problem);
  HR_CHECK(check_degrees_of_freedom(problem, held));
  if (!start.empty() && start.size() != held.value.size())
    return make_error(ErrorCode::usage, fmt::format("the starting point has {} values; the model has {} parameters",
                                                    start.size(), held.value.size()));
  const auto likelihood = make_mixed_likelihood(problem);
  HR_TRY(const MixedOptimum optimum, maximise_mixed(*likelihood, problem, held, start));
  Fit fit{.problem = problem};
  fit.method = spec.likelihood == Likelihood::reml ? "REML" : "ML";
  fit.beta = optimum.at.beta;
  fit.vb = optimum.at.vb;
  fill_parameters(fit, optimum);
  fit.certificate = optimum.certificate;
  HR_TRY(const double weights_cost, weighted_coefficients(fit, optimum));
  const CovarianceFit fixed = fit_covariance(problem.data());
  summarise_likelihood(fit, optimum.at.loglik_ml - 0.5 * weights_cost, optimum.at.loglik_reml - 0.5 * weights_cost,
                       fixed.log_det, held.counted);
  summarise_heterogeneity(fit, fixed.q_e, fixed.trace_p);
  return fit;
}

}  // namespace hedgerow::model
