#include "diagnose/detail/count_diagnostics.hpp"

#include <cmath>

#include "base/missing.hpp"
#include "base/parallel.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::diagnose::detail {
namespace {

using stats::Matrix;
using stats::Vector;

/// Error variance of the deleted residuals of some rows.
Matrix deleted_covariance(const model::Fit& fit, const model::Fit& refit, const std::vector<std::size_t>& rows) {
  const model::Data& data = fit.problem.data();
  Matrix out(rows.size(), rows.size());
  for (std::size_t a = 0; a < rows.size(); ++a) {
    const Vector vb_x = stats::multiply(refit.vb, data.x.row(rows[a]));
    for (std::size_t b = 0; b < rows.size(); ++b) out(a, b) = stats::dot(vb_x, data.x.row(rows[b]));
    out(a, a) += data.vi[rows[a]] + refit.tau2;
  }
  return out;
}

void set_deleted(const model::Fit& fit, const model::Fit& refit, std::size_t unit, Influence& out) {
  const model::Data& data = fit.problem.data();
  std::vector<std::size_t> rows;
  for (const std::size_t i : out.units.rows[unit])
    if (!is_missing(data.yi[i])) rows.push_back(i);
  if (rows.empty()) return;
  const Matrix s = deleted_covariance(fit, refit, rows);
  Vector d;
  for (std::size_t a = 0; a < rows.size(); ++a) {
    const std::size_t i = rows[a];
    d.push_back(data.yi[i] - stats::dot(data.x.row(i), refit.beta));
    out.deleted.resid[i] = d.back();
    out.deleted.se[i] = std::sqrt(s(a, a));
    out.deleted.z[i] = d.back() / out.deleted.se[i];
  }
  out.deleted_units[unit] = squared_distance(s, d);
}

Influence empty_influence(const model::Fit& fit, Units units) {
  Influence out;
  out.units = std::move(units);
  const std::size_t n = out.units.size(), k = fit.k();
  out.internal = count_residuals(fit);
  out.deleted = {Vector(k, kMissing), Vector(k, kMissing), Vector(k, kMissing)};
  out.deleted_units.assign(n, {kMissing, 0});
  out.internal_units.assign(n, {kMissing, 0});
  for (Vector* v : {&out.cook_d, &out.cov_r, &out.q_e, &out.hat}) v->assign(n, kMissing);
  out.weight.assign(n, 0.0);
  const Vector weights = model::weights_percent(fit);
  for (std::size_t j = 0; j < n; ++j)
    for (const std::size_t i : out.units.rows[j]) out.weight[j] += weights[i];
  out.parameter_names = {"tau2"};
  out.parameters = Matrix(n, 1, kMissing);
  out.dfbs = Matrix(n, fit.p(), kMissing);
  out.errors.resize(n);
  return out;
}

Checked leave_out(const model::Fit& fit, const Refitter& refitter, std::size_t j, Influence& out) {
  HR_TRY(const model::Fit refit, refitter.without(out.units.rows[j]));
  out.parameters(j, 0) = refit.tau2;
  out.q_e[j] = refit.q_e;
  set_deleted(fit, refit, j, out);
  out.errors[j] = missing_estimate(refit);
  const auto factor = stats::Cholesky::create(fit.vb);
  if (!factor) return {};
  Vector change(fit.p());
  for (std::size_t c = 0; c < change.size(); ++c) {
    change[c] = fit.beta[c] - refit.beta[c];
    out.dfbs(j, c) = change[c] / std::sqrt(fit.vb(c, c));
  }
  out.cook_d[j] = stats::dot(change, factor->solve(change));
  const auto log_determinant = stats::log_determinant(refit.vb);
  if (log_determinant) out.cov_r[j] = std::exp(*log_determinant - factor->log_determinant());
  return {};
}

}  // namespace

Residuals count_residuals(const model::Fit& fit) {
  const model::Data& data = fit.problem.data();
  Residuals out;
  for (std::size_t i = 0; i < fit.k(); ++i) {
    out.resid.push_back(data.yi[i] - stats::dot(data.x.row(i), fit.beta));
    out.se.push_back(std::sqrt(data.vi[i] + fit.tau2));
    out.z.push_back(out.resid[i] / out.se[i]);
  }
  return out;
}

Expected<Influence> count_influence(const model::Fit& fit, const InfluenceOptions& options, Units units) {
  HR_TRY(const Refitter refitter, Refitter::create(fit, options.reestimate));
  Influence out = empty_influence(fit, std::move(units));
  out.dffits_limit = kMissing;
  out.hat_limit = kMissing;
  out.cook_limit = stats::chi2_quantile(0.5, static_cast<double>(fit.p()));
  in_parallel(out.units.size(), kRefits, 0, [&](std::size_t j) {
    if (const Checked done = leave_out(fit, refitter, j, out); !done) out.errors[j] = describe(done.error());
  });
  for (std::size_t j = 0; j < out.units.size(); ++j) {
    out.failed += out.errors[j].empty() ? 0U : 1U;
    bool infl = out.cook_d[j] > out.cook_limit;
    for (const double dfb : out.dfbs.row(j)) infl = infl || std::fabs(dfb) > out.dfbs_limit;
    out.is_infl.push_back(infl);
  }
  return out;
}

}  // namespace hedgerow::diagnose::detail
