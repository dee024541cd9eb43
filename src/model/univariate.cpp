// The two-level model  yi = xi'b + ui + ei,  ui ~ N(0, tau2), ei ~ N(0, vi), and the common-effect model (tau2 = 0).
//
//   weights   w_i = 1 / (vi + tau2); or given weights a_i; or 1 (weighted = false)
//   b         (X'WX)^-1 X'W y
//   Var(b)    (X'WX)^-1, or the sandwich (X'AX)^-1 X'A M A X (X'AX)^-1 with M = diag(vi + tau2) for other weights
//   s2w       sum w_i (yi - xi'b)^2 / (k - p), always with w_i = 1 / (vi + tau2)
//   Q_E       sum (yi - xi'b0)^2 / vi, b0 with weights 1 / vi (or the estimate of q_about)
//   vt        (k - p) / tr(P), P with weights 1 / vi
//   I2, H2    100 tau2 / (tau2 + vt), tau2 / vt + 1; for the common-effect model from Q_E
//   R2        100 (tau2_null - tau2) / tau2_null, tau2_null of the model without moderators, same method;
//             for the common-effect model the adjusted R2 of the weighted regression
//   l_ML      -k/2 log 2pi - 1/2 sum log(vi + tau2) - 1/2 RSS
//   l_REML    -(k-p)/2 log 2pi + 1/2 log |X'X| - 1/2 sum log(vi + tau2) - 1/2 log |X'WX| - 1/2 RSS
//
// Source:     viechtbauer2005, viechtbauer2010, knapp2003, raudenbush2009; definitions of metafor for I2, H2 and R2.
// Conditions: k > p for an estimated tau2, k >= p else; k = 1 has tau2 = 0 by convention.
#include "model/detail/univariate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "model/count_model.hpp"
#include "model/detail/fit_summary.hpp"
#include "model/detail/tau2.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Checked check_size(const Data& data, const Univariate& spec) {
  if (data.k() == 1 && data.p() == 1) return {};
  const bool estimated = spec.method != Tau2Method::ee && !spec.tau2;
  if (data.p() + (estimated ? 1 : 0) <= data.k()) return {};
  return make_error(ErrorCode::not_defined,
                    fmt::format("{} effects are too few for {} coefficients{}", data.k(), data.p(),
                                estimated ? " and a between-study variance" : ""),
                    "mods");
}

Expected<Tau2Estimate> estimate_tau2(const Tau2Input& in) {
  if (in.spec.method == Tau2Method::ee) return Tau2Estimate{0, closed_form(0)};
  if (in.spec.tau2) {
    Tau2Estimate fixed{*in.spec.tau2, closed_form(*in.spec.tau2)};
    fixed.certificate.algorithm = "fixed by the user";
    return fixed;
  }
  if (in.data.k() == 1) return Tau2Estimate{0, closed_form(0)};
  switch (in.spec.method) {
    case Tau2Method::ml:
    case Tau2Method::reml:
      return tau2_likelihood(in);
    case Tau2Method::pm:
    case Tau2Method::eb:
    case Tau2Method::pmm:
    case Tau2Method::dlit:
    case Tau2Method::sjit:
      return tau2_generalised_q(in);
    case Tau2Method::genqm:
      return tau2_median_q(in);
    default:
      return tau2_moments(in);
  }
}

stats::Vector centred(const stats::Vector& y, bool intercept) {
  if (!intercept) return y;
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  stats::Vector out(y);
  for (double& value : out) value -= mean;
  return out;
}

/// sum_i w_i (yi - xi'b)^2.
double residual_sum(const Data& data, const stats::Vector& beta, std::span<const double> w) {
  double sum = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double e = data.yi[i] - stats::dot(data.x.row(i), beta);
    sum += w[i] * e * e;
  }
  return sum;
}

/// (X'AX)^-1 X'A M A X (X'AX)^-1.
stats::Matrix sandwich(const Data& data, const stats::Matrix& bread, std::span<const double> a, double tau2) {
  stats::Matrix meat(data.p(), data.p());
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double weight = a[i] * a[i] * (data.vi[i] + tau2);
    for (std::size_t r = 0; r < data.p(); ++r)
      for (std::size_t c = 0; c < data.p(); ++c) meat(r, c) += weight * data.x(i, r) * data.x(i, c);
  }
  return stats::multiply(stats::multiply(bread, meat), bread);
}

/// Coefficients with their model-based covariance, s2w and the log-likelihoods' parts.
struct Location {
  double rss = missing;           ///< sum w e^2 at the reported coefficients
  double log_det_xtwx = missing;  ///< of the model's own weights
};

Expected<Location> fit_location(Fit& fit, const Univariate& spec) {
  const Data& data = fit.problem.data();
  stats::Vector w(data.k());
  std::transform(data.vi.begin(), data.vi.end(), w.begin(), [&](double v) { return 1 / (v + fit.tau2); });
  const bool finite = std::all_of(w.begin(), w.end(), [](double x) { return std::isfinite(x); });
  const bool own = spec.weighted && spec.weights.empty();
  if (own && !finite) {
    return make_error(ErrorCode::not_defined,
                      "a sampling variance is 0 and so is tau2: the inverse variance weights are infinite", "vi");
  }
  Location out;
  fit.s2w = missing;
  if (finite) {
    const auto solution = stats::weighted_least_squares(data.x, data.yi, w);
    if (!solution) return make_error(ErrorCode::not_defined, "X'WX is singular under the model's weights", "mods");
    fit.beta = solution->beta;
    fit.vb = solution->xtwx_inv;
    out = {solution->rss, solution->log_det_xtwx};
    const double df = static_cast<double>(data.k() - data.p());
    const double rss = solution->rss <= std::numeric_limits<double>::epsilon() ? 0 : solution->rss;
    fit.s2w = df > 0 ? rss / df : 1;
  }
  if (own) return out;
  const stats::Vector a = spec.weighted ? spec.weights : stats::Vector(data.k(), 1.0);
  const auto solution = stats::weighted_least_squares(data.x, data.yi, a);
  if (!solution) {
    return make_error(ErrorCode::not_defined, "with these weights X'WX is singular: too few effects have weight",
                      "weights");
  }
  fit.beta = solution->beta;
  fit.vb = sandwich(data, solution->xtwx_inv, a, fit.tau2);
  if (finite) out.rss = residual_sum(data, fit.beta, w);
  return out;
}

/// What Q about the estimate of `q_about` has more than Q about the weighted mean.
Expected<double> q_excess(const Problem& problem, const Univariate& spec) {
  const Data& data = problem.data();
  if (!spec.q_about || data.counts.empty() || data.p() != 1 || !data.intercept || has_zero_variance(data)) return 0.0;
  HR_TRY(const Problem tables, problem.with_spec(Spec(*spec.q_about)));
  HR_TRY(const Fit pooled, fit_counts(tables));
  if (std::isnan(pooled.beta.front())) return 0.0;
  double weights = 0, mean = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    weights += 1 / data.vi[i];
    mean += data.yi[i] / data.vi[i];
  }
  mean /= weights;
  return weights * (mean - pooled.beta.front()) * (mean - pooled.beta.front());
}

void heterogeneity(Fit& fit, const Univariate& spec, const Tau2Input& in) {
  Projection& projection = in.projection;
  const Data& data = fit.problem.data();
  const std::size_t df = data.k() - data.p();
  fit.q_e_df = static_cast<int>(df);
  if (has_zero_variance(data) || (df > 0 && !projection.set_tau2(data.vi, 0))) {
    fit.q_e = fit.q_e_p = fit.vt = fit.i2 = fit.h2 = missing;
    return;
  }
  if (df == 0) {
    fit.q_e_p = 1;
    fit.h2 = 1;
    return;
  }
  const double degrees = static_cast<double>(df);
  fit.q_e = std::max(0.0, projection.y_p_y() + in.q_excess);
  fit.q_e_p = stats::chi2_upper(fit.q_e, degrees);
  fit.vt = degrees / projection.trace_p();
  if (spec.method == Tau2Method::ee) {
    fit.i2 = fit.q_e > degrees ? 100 * (fit.q_e - degrees) / fit.q_e : 0;
    fit.h2 = fit.q_e / degrees;
  } else {
    fit.i2 = 100 * fit.tau2 / (fit.tau2 + fit.vt);
    fit.h2 = fit.tau2 / fit.vt + 1;
  }
}

/// Adjusted R2 in percent of the regression with weights a.
double adjusted_r2(const Data& data, const stats::Vector& a) {
  double total_weight = 0;
  double mean = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    total_weight += a[i];
    mean += a[i] * data.yi[i];
  }
  mean /= total_weight;
  double total = 0;
  for (std::size_t i = 0; i < data.k(); ++i) total += a[i] * (data.yi[i] - mean) * (data.yi[i] - mean);
  const auto solution = stats::weighted_least_squares(data.x, data.yi, a);
  if (!solution || !(total > 0) || data.k() == data.p()) return 0;
  const double ratio = static_cast<double>(data.k() - 1) / static_cast<double>(data.k() - data.p());
  return std::max(0.0, 100 * (1 - ratio * solution->rss / total));
}

/// True if the constant is a linear combination of the columns, as in ~ factor(x) - 1.
bool spans_constant(const stats::Orthonormal& basis) {
  double explained = 0;
  for (std::size_t j = 0; j < basis.rank; ++j) {
    const auto q = basis.column(j);
    const double coordinate = std::accumulate(q.begin(), q.end(), 0.0);
    explained += coordinate * coordinate;
  }
  const double k = static_cast<double>(basis.rows);
  return explained > k * (1 - 1e-10);
}

double explained(const Fit& fit, const Univariate& spec, const stats::Orthonormal& basis) {
  const Data& data = fit.problem.data();
  if (data.p() < 2 || !spans_constant(basis)) return missing;
  if (spec.method == Tau2Method::ee) {
    if (!spec.weighted) return adjusted_r2(data, stats::Vector(data.k(), 1.0));
    if (!spec.weights.empty()) return adjusted_r2(data, spec.weights);
    stats::Vector a(data.k());
    std::transform(data.vi.begin(), data.vi.end(), a.begin(), [](double v) { return 1 / v; });
    return adjusted_r2(data, a);
  }
  // The null model estimates tau2 even where the user fixed it: the question is what the moderators explain.
  const stats::Orthonormal constant = stats::orthonormalise(stats::Matrix(data.k(), 1, 1.0));
  const stats::Vector y = centred(data.yi, true);
  Projection projection(constant, y);
  Univariate spec_null = spec;
  spec_null.tau2.reset();
  Data null;
  null.yi = data.yi;
  null.vi = data.vi;
  null.x = stats::Matrix(data.k(), 1, 1.0);
  const auto tau2 = estimate_tau2({null, spec_null, projection});
  if (!tau2.ok()) return missing;
  return tau2->tau2 > 0 ? std::max(0.0, 100 * (tau2->tau2 - fit.tau2) / tau2->tau2) : 0;
}

void likelihoods(Fit& fit, const Univariate& spec, const Location& location, double log_det_xtx) {
  const Data& data = fit.problem.data();
  const double k = static_cast<double>(data.k());
  const double df = k - static_cast<double>(data.p());
  double log_variances = 0;
  double saturated = 0;
  for (const double v : data.vi) {
    log_variances += std::log(v + fit.tau2);
    saturated -= 0.5 * (std::log(2 * std::numbers::pi) + std::log(v));
  }
  const double kernel = -0.5 * log_variances - 0.5 * location.rss;
  const double ml = kernel - 0.5 * k * std::log(2 * std::numbers::pi);
  const double reml =
      kernel - 0.5 * df * std::log(2 * std::numbers::pi) + 0.5 * log_det_xtx - 0.5 * location.log_det_xtwx;
  const bool estimated = spec.method != Tau2Method::ee && !spec.tau2;
  const double parameters = static_cast<double>(data.p()) + (estimated ? 1 : 0);
  double deviance = df > 0 ? -2 * ml : 0;
  if (df > 0 && !has_zero_variance(data)) deviance = 2 * (saturated - ml);
  fit.ml = fit_statistics(ml, deviance, parameters, k);
  fit.reml = fit_statistics(reml, -2 * reml, parameters, df);
}

}  // namespace

Expected<Fit> fit_univariate(const Problem& problem) {
  const Data& data = problem.data();
  const auto& spec = std::get<Univariate>(problem.spec());
  HR_CHECK(check_size(data, spec));
  const stats::Orthonormal basis = stats::orthonormalise(data.x);
  const stats::Vector y = centred(data.yi, data.intercept || spec.centre_yi);
  Projection projection(basis, y);
  HR_TRY(const double excess, q_excess(problem, spec));
  const Tau2Input in{data, spec, projection, excess};
  HR_TRY(auto estimate, estimate_tau2(in));
  Fit fit{.problem = problem};
  fit.method = name(spec.method);
  fit.tau2 = estimate.tau2;
  fit.certificate = std::move(estimate.certificate);
  fit.se_tau2 = data.k() == data.p() ? missing : tau2_standard_error(in, fit.tau2);
  HR_TRY(const Location location, fit_location(fit, spec));
  heterogeneity(fit, spec, in);
  likelihoods(fit, spec, location, basis.log_det_xtx);
  fit.r2 = explained(fit, spec, basis);
  return fit;
}

}  // namespace hedgerow::model
