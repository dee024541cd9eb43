// Beta-binomial regression: the probability of each arm follows a beta distribution of mean mu, correlation rho.
//
//   OR    logit mu_j1 = b0 + x_j'b,  logit mu_j2 = b0     (the arms of all studies, one level for all)
//   PLO   logit mu_j = x_j'b
//   log P(x) = log C(n, x) + sum_{r<x} log(mu + r theta) + sum_{r<n-x} log(1 - mu + r theta)
//              - sum_{r<n} log(1 + r theta)
//   theta = rho / (1 - rho) = 1 / (alpha + beta)
//
// The sums are the logs of ratios of gamma functions without their cancellation for small theta; theta = 0 is the
// binomial. The first terms are summed, the rest follows Euler and Maclaurin's formula, so a million persons cost no
// more than a hundred. Gradient and Hessian are exact (detail/jet.hpp). The maximum in theta >= 0 by Newton steps with
// a bound.
//
// Source:     kuss2015; prentice1986 for the product form.
// Conditions: whole numbers. Studies without events are informative here. The model takes arms as independent within a
//             study: randomisation within studies is not used.
#include "model/beta_binomial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "model/count_model.hpp"
#include "model/detail/bounded_newton.hpp"
#include "model/detail/count_cell.hpp"
#include "model/detail/fit_summary.hpp"
#include "model/detail/jet.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();
using Jet2 = Jet<2>;  // in the linear predictor and theta

/// h(d) = ((1 + d) log(1 + d) - d) / d = mean of log(1 + t d) over t in 0..1, with its first two derivatives.
Jet2 mean_log(const Jet2& d) {
  const double v = d.value;
  if (v > 0.1) {
    const double l = std::log1p(v);
    return compose(d, ((1 + v) * l - v) / v, (v - l) / (v * v), 1 / (v * (1 + v)) - 2 * (v - l) / (v * v * v));
  }
  double f = 0, f1 = 0, f2 = 0;
  for (int n = 24; n >= 1; --n) {
    const double a = (n % 2 == 1 ? 1.0 : -1.0) / (static_cast<double>(n) * (n + 1));
    const double power = std::pow(v, std::max(0, n - 2));
    f2 += n >= 2 ? a * n * (n - 1) * power : 0;
    f1 += a * n * (n >= 2 ? power * v : 1);
    f += a * (n >= 2 ? power * v * v : v);
  }
  return compose(d, f, f1, f2);
}

/// sum_{r = 0}^{m - 1} log(a + r theta).
Jet2 rising_log(const Jet2& a, const Jet2& theta, double m) {
  constexpr double direct = 32;
  Jet2 sum;
  for (double r = 0; r < std::min(m, direct); ++r) sum += log(a + r * theta);
  if (m <= direct) return sum;
  // Euler-Maclaurin from r = direct to m, the upper end left out: integral + (f(lo) - f(hi)) / 2
  // + (f'(hi) - f'(lo)) / 12 - (f'''(hi) - f'''(lo)) / 720 + (f'''''(hi) - f'''''(lo)) / 30240, f(r) = log(a + r
  // theta).
  const Jet2 low = a + direct * theta, high = a + m * theta;
  const Jet2 low_inverse = inverse(low), high_inverse = inverse(high);
  const Jet2 slope_low = theta * low_inverse, slope_high = theta * high_inverse;
  const auto odd = [](const Jet2& slope, int power, double factor) {
    Jet2 out = slope;
    for (int i = 1; i < power; ++i) out = out * slope;
    return factor * out;
  };
  sum += (m - direct) * (log(low) + mean_log((m - direct) * slope_low));
  sum += 0.5 * (log(low) - log(high));
  sum += (1.0 / 12) * (slope_high - slope_low);
  sum += (-1.0 / 720) * (odd(slope_high, 3, 2) - odd(slope_low, 3, 2));
  return sum + (1.0 / 30240) * (odd(slope_high, 5, 24) - odd(slope_low, 5, 24));
}

/// `constant` is log C(n, x).
Jet2 arm_loglik(double x, double n, double constant, const Jet2& mu, const Jet2& complement, const Jet2& theta) {
  Jet2 out = rising_log(mu, theta, x);
  out += rising_log(complement, theta, n - x);
  return out - rising_log(Jet2(1), theta, n) + Jet2(constant);
}

double log_choose(double x, double n) {
  const double p = x / n;
  const double entropy = (x > 0 ? x * std::log(p) : 0) + (x < n ? (n - x) * std::log1p(-p) : 0);
  return saturated_binomial(x, n) - entropy;
}

/// One arm: its counts and its row of the design of all coefficients.
struct Arm {
  double x = 0, n = 0, constant = 0;
  stats::Vector design;
};

std::vector<Arm> arms_of(const Data& data) {
  std::vector<Arm> out;
  const Counts& c = data.counts;
  const bool two = c.two_groups();
  for (std::size_t i = 0; i < data.k(); ++i) {
    stats::Vector row(data.x.row(i).begin(), data.x.row(i).end());
    if (two) row.insert(row.begin(), 1.0);
    out.push_back({c.x1[i], c.n1[i], log_choose(c.x1[i], c.n1[i]), row});
    if (!two) continue;
    stats::Vector control(row.size(), 0.0);
    control[0] = 1;
    out.push_back({c.x2[i], c.n2[i], log_choose(c.x2[i], c.n2[i]), control});
  }
  return out;
}

Jet2 logistic(const Jet2& eta) {
  const double tail = std::exp(-std::abs(eta.value));
  const double p = eta.value > 0 ? 1 / (1 + tail) : tail / (1 + tail);
  const double v = tail / ((1 + tail) * (1 + tail));
  const double skew = (eta.value > 0 ? -1 : 1) * (1 - tail) / (1 + tail);
  return compose(eta, p, v, v * skew);
}

/// Parameters: the coefficients, then theta.
Curvature loglik(const std::vector<Arm>& arms, const stats::Vector& at) {
  const std::size_t q = at.size() - 1;
  Curvature out;
  out.score.assign(q + 1, 0.0);
  out.observed = stats::Matrix(q + 1, q + 1);
  for (const Arm& arm : arms) {
    double eta = 0;
    for (std::size_t c = 0; c < q; ++c) eta += arm.design[c] * at[c];
    if (std::abs(eta) > 600) return out;
    const Jet2 e = Jet2::variable(eta, 0);
    const Jet2 l = arm_loglik(arm.x, arm.n, arm.constant, logistic(e), logistic(-1.0 * e), Jet2::variable(at[q], 1));
    out.value += l.value;
    const auto weight = [&](std::size_t i) { return i < q ? arm.design[i] : 1.0; };
    for (std::size_t i = 0; i <= q; ++i) {
      out.score[i] += l.gradient[i < q ? 0 : 1] * weight(i);
      for (std::size_t j = 0; j <= q; ++j)
        out.observed(i, j) -= l.second(i < q ? 0 : 1, j < q ? 0 : 1) * weight(i) * weight(j);
    }
  }
  // Where the observed information is not positive definite, its diagonal serves as the scale of a gradient step.
  out.expected = stats::Matrix(q + 1, q + 1);
  for (std::size_t i = 0; i <= q; ++i) out.expected(i, i) = std::abs(out.observed(i, i)) + 1e-6;
  out.finite = std::isfinite(out.value);
  return out;
}

Checked check_counts_are_whole(const Problem& problem) {
  const Counts& c = problem.data().counts;
  const auto whole = [](double v) { return v == std::floor(v); };
  for (std::size_t i = 0; i < problem.data().k(); ++i) {
    const bool second = !c.two_groups() || (whole(c.x2[i]) && whole(c.n2[i]));
    if (!whole(c.x1[i]) || !whole(c.n1[i]) || !second)
      return make_error(ErrorCode::not_defined,
                        fmt::format("study {}: the beta-binomial model is defined for whole numbers of events and "
                                    "persons, found {} of {}",
                                    problem.label(i), format_shortest(c.x1[i]), format_shortest(c.n1[i])),
                        "counts");
  }
  return {};
}

/// Coefficients of zero but for the level, overdispersion of a tenth.
stats::Vector start_of(const Data& data, std::size_t q) {
  double x = 0, n = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    x += data.counts.x1[i] + (data.counts.two_groups() ? data.counts.x2[i] : 0);
    n += data.counts.n1[i] + (data.counts.two_groups() ? data.counts.n2[i] : 0);
  }
  stats::Vector out(q + 1, 0.0);
  if (data.counts.two_groups() || data.intercept) out[0] = std::log((x + 0.5) / (n - x + 0.5));
  out[q] = 0.05;
  return out;
}

Expected<stats::Matrix> covariance_of(const NewtonResult& optimum, bool boundary) {
  const std::size_t q = optimum.at.size() - 1, size = boundary ? q : q + 1;
  stats::Matrix information(size, size);
  for (std::size_t r = 0; r < size; ++r)
    for (std::size_t c = 0; c < size; ++c) information(r, c) = optimum.curvature.observed(r, c);
  const auto factor = stats::Cholesky::create(information);
  stats::Matrix out;
  if (factor) out = factor->inverse();
  for (std::size_t c = 0; c < q; ++c)
    if (!factor || !(out(c, c) < 1e4))
      return make_error(ErrorCode::not_defined,
                        "an estimate of the beta-binomial model is infinite: a group has no event (or nothing else) in "
                        "any study; Firth's penalised likelihood (FIRTH) has a finite one",
                        "counts");
  return out;
}

}  // namespace

double beta_binomial_loglik(double x, double n, double mu, double theta) {
  return arm_loglik(x, n, log_choose(x, n), Jet2(mu), Jet2(1 - mu), Jet2(theta)).value;
}

Expected<Fit> fit_beta_binomial(const Problem& problem) {
  const auto& spec = std::get<CountModel>(problem.spec());
  const Data& data = problem.data();
  HR_CHECK(check_counts_are_whole(problem));
  if (!spec.random || spec.tau2)
    return make_error(ErrorCode::not_defined,
                      "the beta-binomial model has a correlation within arms instead of tau2, and always estimates it; "
                      "for a common effect take UM.FS with method EE",
                      "method");
  const std::vector<Arm> arms = arms_of(data);
  const std::size_t q = arms.front().design.size(), lead = q - data.p();
  if (arms.size() < q + 1)
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} arms are too few for {} coefficients and a correlation", arms.size(), q), "mods");
  stats::Vector lower(q + 1, -std::numeric_limits<double>::infinity());
  lower[q] = 0;
  const NewtonResult optimum = maximise_bounded([&](const stats::Vector& at) { return loglik(arms, at); },
                                                start_of(data, q), lower, std::vector<bool>(q + 1, true));
  const double theta = optimum.at[q];
  HR_TRY(const stats::Matrix covariance, covariance_of(optimum, theta == 0));
  if (!optimum.converged)
    return make_error(ErrorCode::not_converged,
                      fmt::format("the beta-binomial likelihood after {} steps", optimum.iterations));
  Fit fit{.problem = problem};
  fit.method = std::string("ML");
  fit.beta.assign(optimum.at.begin() + static_cast<std::ptrdiff_t>(lead), optimum.at.end() - 1);
  fit.vb = stats::Matrix(data.p(), data.p());
  for (std::size_t r = 0; r < data.p(); ++r)
    for (std::size_t c = 0; c < data.p(); ++c) fit.vb(r, c) = covariance(lead + r, lead + c);
  fit.tau2 = fit.se_tau2 = fit.q_e = fit.q_e_p = fit.vt = fit.i2 = fit.h2 = fit.r2 = missing;
  fit.q_e_df = static_cast<int>(data.k()) - static_cast<int>(data.p());
  CountFit& counts = fit.counts;
  counts.rho = theta / (1 + theta);
  counts.sigma2 = counts.q_wald = counts.q_wald_p = counts.q_lrt = counts.q_lrt_p = missing;
  fit.ml = fit_statistics(optimum.curvature.value, -2 * optimum.curvature.value, static_cast<double>(q + 1),
                          static_cast<double>(arms.size()));
  fit.reml = {missing, missing, missing, missing, missing};
  fit.certificate.algorithm = "bounded Newton on the beta-binomial likelihood";
  fit.certificate.converged = true;
  fit.certificate.iterations = optimum.iterations;
  for (std::size_t c = 0; c < q + (theta > 0 ? 1 : 0); ++c)
    fit.certificate.gradient_norm = std::max(fit.certificate.gradient_norm, std::abs(optimum.curvature.score[c]));
  fit.certificate.at_boundary = {theta == 0};
  fit.certificate.identified = {true};
  return fit;
}

}  // namespace hedgerow::model
