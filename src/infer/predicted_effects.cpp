#include "infer/predicted_effects.hpp"

#include <fmt/core.h>

#include <cmath>

#include "model/blup.hpp"
#include "model/marginal.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Vector;

bool has_row_effects(const model::Fit& fit) { return fit.is_two_level() || fit.is_location_scale(); }

void add(PredictedEffects& out, double pred, double variance, double critical) {
  const double se = std::sqrt(std::max(0.0, variance));
  out.pred.push_back(pred);
  out.se.push_back(se);
  out.pi_lb.push_back(pred - critical * se);
  out.pi_ub.push_back(pred + critical * se);
}

double critical_value(const Coefficients& tests, double level) {
  return stats::interval_quantile(level, tests.ddf.front());
}

/// Row i of V.
Vector covariance_row(const model::Data& data, std::size_t i) {
  Vector out(data.k(), 0.0);
  if (!data.v) {
    out[i] = data.vi[i];
    return out;
  }
  const auto block = data.v->block(data.v->block_of(i));
  for (const std::uint32_t j : block.rows) out[j] = (*data.v)(i, j);
  return out;
}

Expected<PredictedEffects> multilevel(const model::Fit& fit, const Coefficients& tests, double critical) {
  const model::Data& data = fit.problem.data();
  if (data.k() > kMostRows)
    return make_error(ErrorCode::not_supported,
                      fmt::format("predicted true effects of {} rows; at most {} can be had", data.k(), kMostRows));
  HR_TRY(const model::Marginal marginal, model::Marginal::create(fit));
  const Vector fitted = model::fitted_values(fit);
  Vector residual(data.k());
  for (std::size_t i = 0; i < data.k(); ++i) residual[i] = data.yi[i] - fitted[i];
  PredictedEffects out;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const Vector v = covariance_row(data, i);
    const Vector solved = marginal.solve(v);
    Vector shift(data.p());
    for (std::size_t j = 0; j < data.k(); ++j)
      for (std::size_t c = 0; c < data.p(); ++c) shift[c] += solved[j] * data.x(j, c);
    const double variance = v[i] - stats::dot(v, solved) + stats::quadratic_form(tests.vb, shift);
    add(out, data.yi[i] - stats::dot(solved, residual), variance, critical);
  }
  return out;
}

Checked check(const model::Fit& fit) {
  if (!fit.is_counts()) return {};
  return make_error(ErrorCode::not_defined,
                    "a model of counts has no sampling variances to shrink by; predicted effects of the studies come "
                    "from the two-level model of their effects");
}

}  // namespace

Expected<PredictedEffects> true_effects(const model::Fit& fit, const Options& options) {
  HR_CHECK(check(fit));
  HR_TRY(const Coefficients tests, coefficients(fit, options));
  const double critical = critical_value(tests, options.level);
  if (!has_row_effects(fit)) return multilevel(fit, tests, critical);
  const model::Data& data = fit.problem.data();
  const Vector m = model::marginal_variances(fit), fitted = model::fitted_values(fit);
  PredictedEffects out;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double own = m[i] > 0 ? (m[i] - data.vi[i]) / m[i] : 0, rest = m[i] > 0 ? data.vi[i] / m[i] : 1;
    const double variance = own * data.vi[i] + rest * rest * stats::quadratic_form(tests.vb, data.x.row(i));
    add(out, own * data.yi[i] + rest * fitted[i], variance, critical);
  }
  return out;
}

Expected<PredictedEffects> row_effects(const model::Fit& fit, const Options& options) {
  HR_CHECK(check(fit));
  if (!has_row_effects(fit))
    return make_error(ErrorCode::not_supported, "a multilevel model has random effects of its groups, not of its rows");
  HR_TRY(const Coefficients tests, coefficients(fit, options));
  const double critical = critical_value(tests, options.level);
  const model::Data& data = fit.problem.data();
  const Vector m = model::marginal_variances(fit), fitted = model::fitted_values(fit);
  PredictedEffects out;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double own = m[i] > 0 ? (m[i] - data.vi[i]) / m[i] : 0;
    const double variance = own * data.vi[i] + own * own * stats::quadratic_form(tests.vb, data.x.row(i));
    add(out, own * (data.yi[i] - fitted[i]), variance, critical);
  }
  return out;
}

}  // namespace hedgerow::infer
