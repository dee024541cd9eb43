// Information about the variance parameters.
//
//   two levels   expected = tr(P P) / 2 (REML), tr(W W) / 2 (ML);  observed = y'PPPy - expected;
//                W = diag(1 / (v + tau2)),  P = W - W X Phi X'W
//   nested       from the recursion over groups (detail/nested_likelihood.hpp)
//   others       1/2 tr(P M_a P M_b), and 2 average - expected information (detail/mixed_optimum.hpp)
//
// Source: harville1977.
#include "model/detail/mixed_optimum.hpp"
#include "model/detail/nested_likelihood.hpp"
#include "model/marginal.hpp"
#include "model/parameters.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// X' diag(1 / v^power) X.
Matrix weighted_cross(const Matrix& x, const Vector& v, int power) {
  Matrix out(x.cols(), x.cols());
  for (std::size_t i = 0; i < x.rows(); ++i) {
    double w = 1 / v[i];
    for (int n = 1; n < power; ++n) w /= v[i];
    for (std::size_t a = 0; a < x.cols(); ++a)
      for (std::size_t b = 0; b < x.cols(); ++b) out(a, b) += w * x(i, a) * x(i, b);
  }
  return out;
}

/// P u with P = W - W X Phi X'W.
Vector project(const Fit& fit, const Vector& v, const Vector& u) {
  const Matrix& x = fit.problem.data().x;
  Vector out(u), xu(x.cols(), 0.0);
  for (std::size_t i = 0; i < u.size(); ++i) {
    out[i] /= v[i];
    for (std::size_t j = 0; j < x.cols(); ++j) xu[j] += x(i, j) * out[i];
  }
  const Vector b = stats::multiply(fit.vb, xu);
  for (std::size_t i = 0; i < u.size(); ++i) out[i] -= stats::dot(x.row(i), b) / v[i];
  return out;
}

VarianceInformation two_level(const Fit& fit, bool with_bounds) {
  VarianceInformation out;
  const auto& spec = std::get<Univariate>(fit.problem.spec());
  if (spec.tau2 || spec.method == Tau2Method::ee || (fit.tau2 <= 0 && !with_bounds)) return out;
  const Data& data = fit.problem.data();
  const Vector v = marginal_variances(fit);
  double trace = 0;
  for (const double one : v) trace += 1 / (one * one);
  if (fit.method != "ML") {
    const Matrix second = stats::multiply(fit.vb, weighted_cross(data.x, v, 2));
    trace -= 2 * stats::trace(stats::multiply(fit.vb, weighted_cross(data.x, v, 3)));
    trace += stats::trace(stats::multiply(second, second));
  }
  const Vector py = project(fit, v, data.yi);
  out.parameters = {0};
  out.expected = Matrix(1, 1, 0.5 * trace);
  out.observed = Matrix(1, 1, stats::dot(py, project(fit, v, py)) - 0.5 * trace);
  return out;
}

VarianceInformation nested(const Fit& fit, bool with_bounds) {
  const NestedLikelihood likelihood =
      NestedLikelihood::create(fit.problem.data(), std::get<Multilevel>(fit.problem.spec()));
  Vector s = likelihood.tree().distinct_variances(fit.sigma2);
  for (double& value : s) value /= likelihood.unit();
  const NestedEvaluation at = likelihood.evaluate(s);
  std::vector<std::size_t> distinct(fit.sigma2.size());
  for (std::size_t d = 0; d < likelihood.tree().components.size(); ++d)
    for (const std::size_t component : likelihood.tree().components[d]) distinct[component] = d;
  VarianceInformation out;
  const std::vector<Parameter> all = parameters(fit.problem);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!all[i].fixed && (with_bounds || fit.sigma2[i] > 0)) out.parameters.push_back(i);
  const std::size_t q = out.parameters.size();
  out.expected = out.observed = Matrix(q, q);
  const double unit = likelihood.unit() * likelihood.unit();
  for (std::size_t a = 0; a < q; ++a) {
    for (std::size_t b = 0; b < q; ++b) {
      const std::size_t i = distinct[out.parameters[a]], j = distinct[out.parameters[b]];
      out.expected(a, b) = at.expected(i, j) / unit;
      out.observed(a, b) = at.observed(i, j) / unit;
    }
  }
  return out;
}

}  // namespace

Expected<VarianceInformation> variance_information(const Fit& fit, bool with_bounds) {
  if (fit.is_counts() || fit.is_location_scale())
    return make_error(ErrorCode::not_defined,
                      "the information about a between-study variance is for two-level and multilevel models", "dfs");
  if (!fit.is_multilevel()) return two_level(fit, with_bounds);
  if (!fit.problem.data().v && std::get<Multilevel>(fit.problem.spec()).is_nested()) return nested(fit, with_bounds);
  const HeldParameters held = held_parameters(fit.problem);
  const Vector values = parameter_values(fit);
  std::vector<std::size_t> which = interior_parameters(fit.problem, held, values);
  if (with_bounds) {
    which.clear();
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!held.value[i]) which.push_back(i);
  }
  return mixed_information(*make_mixed_likelihood(fit.problem), fit.problem, values, std::move(which));
}

}  // namespace hedgerow::model
