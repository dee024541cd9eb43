#include "diagnose/influence.hpp"

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/parallel.hpp"
#include "diagnose/detail/count_diagnostics.hpp"
#include "model/marginal.hpp"
#include "model/parameters.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::diagnose {
namespace {

using stats::Matrix;
using stats::Vector;

/// Variance of the coefficients and M of all rows at the parameters of a refit.
struct Whole {
  model::Marginal marginal;
  Matrix vb;
};

Expected<Whole> whole_at(const model::Fit& fit, const model::Fit& refit) {
  model::Fit at = fit;
  at.tau2 = refit.tau2;
  at.sigma2 = refit.sigma2;
  at.structured = refit.structured;
  HR_TRY(model::Marginal marginal, model::Marginal::create(at));
  if (given_weights(fit).empty()) {
    const auto factor =
        stats::Cholesky::create(stats::multiply(stats::transpose(fit.problem.data().x), marginal.solved_design()));
    if (!factor) return make_error(ErrorCode::not_defined, "the coefficients have no finite variance");
    return Whole{std::move(marginal), factor->inverse()};
  }
  HR_TRY(const model::Problem held, held_at(fit.problem, variance_values(refit)));
  HR_TRY(model::Fit refitted, model::fit(held));
  return Whole{std::move(marginal), std::move(refitted.vb)};
}

class Diagnosis {
 public:
  Diagnosis(const model::Fit& fit, const InfluenceOptions& options, Units units)
      : fit_(fit), options_(options), own_weights_(given_weights(fit).empty()) {
    out_.units = std::move(units);
  }

  Expected<Influence> run() {
    HR_TRY(const ResidualAnalysis residuals, ResidualAnalysis::create(fit_));
    HR_TRY(const Refitter refitter, Refitter::create(fit_, options_.reestimate));
    HR_TRY(const infer::Coefficients whole, infer::coefficients(fit_, options_.inference));
    vb_ = whole.vb;
    vb_factor_ = stats::Cholesky::create(vb_);
    if (!vb_factor_) return make_error(ErrorCode::not_defined, "the covariance of the coefficients is singular");
    prepare(residuals);
    in_parallel(out_.units.size(), kRefits, 0, [&](std::size_t j) {
      if (const Checked done = leave_out(refitter, j); !done) out_.errors[j] = describe(done.error());
    });
    for (const std::string& error : out_.errors) out_.failed += error.empty() ? 0U : 1U;
    mark();
    return std::move(out_);
  }

 private:
  void prepare(const ResidualAnalysis& residuals) {
    const std::size_t n = out_.units.size();
    out_.internal = residuals.rows();
    out_.deleted = {Vector(fit_.k(), kMissing), Vector(fit_.k(), kMissing), Vector(fit_.k(), kMissing)};
    out_.deleted_units.assign(n, {kMissing, 0});
    for (Vector* v : {&out_.cook_d, &out_.cov_r, &out_.q_e}) v->assign(n, kMissing);
    if (!fit_.is_multilevel() && options_.by == Unit::effect) out_.dffits.assign(n, kMissing);
    out_.parameter_names = variance_names(fit_.problem);
    out_.parameters = Matrix(n, out_.parameter_names.size(), kMissing);
    out_.dfbs = Matrix(n, fit_.p(), kMissing);
    out_.errors.resize(n);
    const Vector weights = model::weights_percent(fit_);
    for (const auto& rows : out_.units.rows) {
      out_.internal_units.push_back(residuals.unit(rows));
      double hat = 0, weight = 0;
      for (const std::size_t i : rows) {
        hat += residuals.hat()[i];
        weight += weights[i];
      }
      out_.hat.push_back(hat);
      out_.weight.push_back(weight);
    }
  }

  Checked leave_out(const Refitter& refitter, std::size_t j) {
    HR_TRY(const model::Fit refit, refitter.without(out_.units.rows[j]));
    HR_TRY(const infer::Coefficients table, infer::coefficients(refit, options_.inference));
    HR_TRY(const Whole whole, whole_at(fit_, refit));
    out_.q_e[j] = refit.q_e;
    const Vector parameters = variance_values(refit);
    // Without a unit a term may have lost a level, and with it a parameter.
    if (parameters.size() == out_.parameter_names.size())
      std::copy(parameters.begin(), parameters.end(), out_.parameters.row(j).begin());
    Vector change(fit_.p());
    for (std::size_t c = 0; c < change.size(); ++c) {
      change[c] = fit_.beta[c] - refit.beta[c];
      out_.dfbs(j, c) = change[c] / std::sqrt(table.s2w * whole.vb(c, c));
    }
    out_.cook_d[j] = stats::dot(change, vb_factor_->solve(change));
    const auto log_determinant = stats::log_determinant(table.vb);
    if (log_determinant) out_.cov_r[j] = std::exp(*log_determinant - vb_factor_->log_determinant());
    set_deleted(refit, table, whole, j);
    if (!out_.dffits.empty()) out_.dffits[j] = dffits(refit, table.s2w, whole, change, j);
    return {};
  }

  void set_deleted(const model::Fit& refit, const infer::Coefficients& table, const Whole& whole, std::size_t j) {
    const auto& rows = out_.units.rows[j];
    const model::Data& data = fit_.problem.data();
    Matrix s = whole.marginal.block(rows);
    Vector d(rows.size());
    for (std::size_t a = 0; a < rows.size(); ++a) {
      const auto x = data.x.row(rows[a]);
      d[a] = data.yi[rows[a]] - stats::dot(x, refit.beta);
      const Vector vb_x = stats::multiply(table.vb, x);
      for (std::size_t b = 0; b < rows.size(); ++b)
        s(a, b) = table.s2w * s(a, b) + stats::dot(vb_x, data.x.row(rows[b]));
      out_.deleted.resid[rows[a]] = d[a];
      out_.deleted.se[rows[a]] = std::sqrt(s(a, a));
      out_.deleted.z[rows[a]] = d[a] / std::sqrt(s(a, a));
    }
    out_.deleted_units[j] = squared_distance(s, d);
  }

  double dffits(const model::Fit& refit, double s2w, const Whole& whole, const Vector& change, std::size_t j) const {
    const std::size_t i = out_.units.rows[j].front();
    const auto x = fit_.problem.data().x.row(i);
    const double variance =
        own_weights_ ? out_.hat[j] * (fit_.problem.data().vi[i] + refit.tau2) : stats::quadratic_form(whole.vb, x);
    return stats::dot(x, change) / std::sqrt(s2w * variance);
  }

  void mark() {
    const auto p = static_cast<double>(fit_.p());
    const auto n = static_cast<double>(out_.units.size());
    out_.dffits_limit = out_.dffits.empty() || n <= p ? kMissing : 3 * std::sqrt(p / (n - p));
    out_.cook_limit = stats::chi2_quantile(0.5, p);
    out_.hat_limit = 3 * p / n;
    for (std::size_t j = 0; j < out_.units.size(); ++j) {
      bool infl = out_.cook_d[j] > out_.cook_limit || out_.hat[j] > out_.hat_limit;
      infl = infl || (!out_.dffits.empty() && std::fabs(out_.dffits[j]) > out_.dffits_limit);
      for (const double dfb : out_.dfbs.row(j)) infl = infl || std::fabs(dfb) > out_.dfbs_limit;
      out_.is_infl.push_back(infl);
    }
  }

  const model::Fit& fit_;
  const InfluenceOptions& options_;
  bool own_weights_;
  Matrix vb_;
  std::optional<stats::Cholesky> vb_factor_;
  Influence out_;
};

}  // namespace

Expected<Influence> influence(const model::Fit& fit, const InfluenceOptions& options) {
  HR_TRY(Units units, units_of(fit, options));
  if (fit.is_counts()) return detail::count_influence(fit, options, std::move(units));
  return Diagnosis(fit, options, std::move(units)).run();
}

}  // namespace hedgerow::diagnose
