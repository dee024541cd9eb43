#include "model/detail/fit_summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "stats/distributions.hpp"

namespace hedgerow::model {
namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

FitStatistics fit_statistics(double loglik, double deviance, double parameters, double n) {
  const double size = std::max(n, parameters + 2);
  FitStatistics out;
  out.loglik = loglik;
  out.deviance = deviance;
  out.aic = -2 * loglik + 2 * parameters;
  out.bic = -2 * loglik + parameters * std::log(n);
  out.aicc = -2 * loglik + 2 * parameters * size / (size - parameters - 1);
  return out;
}

void summarise_likelihood(Fit& fit, double loglik_ml, double loglik_reml, double log_det_v, std::size_t parameters) {
  const auto k = static_cast<double>(fit.k());
  const auto p = static_cast<double>(fit.p());
  const double q = p + static_cast<double>(parameters);
  const double saturated = std::isnan(log_det_v) ? std::numeric_limits<double>::infinity()
                                                 : -0.5 * (k * std::log(2 * std::numbers::pi) + log_det_v);
  fit.ml = fit_statistics(loglik_ml, -2 * (loglik_ml - saturated), q, k);
  fit.reml = fit_statistics(loglik_reml, -2 * loglik_reml, q, k - p);
}

void summarise_heterogeneity(Fit& fit, double q_e, double trace_p) {
  fit.q_e = q_e;
  fit.q_e_df = static_cast<int>(fit.k()) - static_cast<int>(fit.p());
  const bool residual = fit.q_e_df > 0;
  fit.q_e_p = !residual ? 1.0 : std::isnan(q_e) ? missing : stats::chi2_upper(q_e, fit.q_e_df);
  fit.vt = residual ? fit.q_e_df / trace_p : missing;
  const double total = fit.structured.empty() ? std::accumulate(fit.sigma2.begin(), fit.sigma2.end(), 0.0) : missing;
  fit.i2 = 100 * total / (total + fit.vt);
  fit.h2 = total / fit.vt + 1;
  fit.tau2 = missing;
  fit.se_tau2 = missing;
  fit.r2 = missing;
}

}  // namespace hedgerow::model
