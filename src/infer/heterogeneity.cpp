// Intervals of the between-study variance.
//
//   q_profile           {tau2 : chi2_{k-p, a/2} <= Q(tau2) <= chi2_{k-p, 1-a/2}},
//                       Q(tau2) = y'P y, w_i = 1 / (vi + tau2)
//   generalised_q       {tau2 : a/2 <= P(Q_a <= observed | tau2) <= 1 - a/2} for the Q with the fit's fixed weights
//   jackson, biggerstaff_jackson   generalised Q with weights 1 / sqrt(vi), 1 / vi, whatever the estimator
//   sidik_jonkman       (k - p) tau2 / chi2_{k-p} quantiles, for fits by SJ
//   profile_likelihood  {tau2 : 2 (l_max - l(tau2)) <= chi2_{1, 1-a}}
//   wald                tau2 +- z se;  wald_log: exp(log tau2 +- z se / tau2)
//   I2 = 100 tau2 / (tau2 + vt),  H2 = 1 + tau2 / vt
//   From Q: H = sqrt(Q / df), interval exp(log H +- z se),
//     se = (log Q - log df) / (2 (sqrt(2 Q) - sqrt(2 df - 1)))  if Q > df + 1,
//          sqrt((1 - 1 / (3 (df - 1)^2)) / (2 (df - 1)))         else
//
// Source:     viechtbauer2007, jackson2014, jackson2013, biggerstaff2008, sidik2005, hardy1996,
//             higgins2002 (with k - 1 replaced by df = k - p).
// Conditions: k > p, vi > 0.
#include "infer/heterogeneity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "base/text.hpp"
#include "model/generalised_q.hpp"
#include "model/tau2_profile.hpp"
#include "stats/distributions.hpp"
#include "stats/roots.hpp"

namespace hedgerow::infer {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

struct KindName {
  const char* text;
  VarianceInterval kind;
};
// The first name of a kind is the one that is printed.
constexpr std::array<KindName, 16> kind_names{{{"q_profile", VarianceInterval::q_profile},
                                               {"generalised_q", VarianceInterval::generalised_q},
                                               {"profile_likelihood", VarianceInterval::profile_likelihood},
                                               {"wald", VarianceInterval::wald},
                                               {"wald_log", VarianceInterval::wald_log},
                                               {"QP", VarianceInterval::q_profile},
                                               {"GENQ", VarianceInterval::generalised_q},
                                               {"PL", VarianceInterval::profile_likelihood},
                                               {"Wald", VarianceInterval::wald},
                                               {"Wald.log", VarianceInterval::wald_log},
                                               {"jackson", VarianceInterval::jackson},
                                               {"biggerstaff_jackson", VarianceInterval::biggerstaff_jackson},
                                               {"sidik_jonkman", VarianceInterval::sidik_jonkman},
                                               {"J", VarianceInterval::jackson},
                                               {"BJ", VarianceInterval::biggerstaff_jackson},
                                               {"SJ", VarianceInterval::sidik_jonkman}}};

struct Bounds {
  double lower = 0, upper = 0;
  bool null = false;    ///< both bounds would be below 0
  bool beyond = false;  ///< the upper bound is beyond the limit of the search
};

/// Where a falling function crosses 0, at most `limit`; nothing if it is still positive there.
std::optional<double> crossing(const std::function<double(double)>& f, double scale, double limit) {
  if (std::isfinite(limit) && f(limit) > 0) return std::nullopt;
  return stats::find_decreasing_root(f, scale, std::numeric_limits<double>::max());
}

/// Bounds from a statistic that falls with tau2: upper_level at the lower bound, lower_level at the upper bound.
Bounds invert(const std::function<double(double)>& statistic, double upper_level, double lower_level, double scale,
              double limit) {
  Bounds out;
  if (statistic(0) < lower_level) {
    out.null = true;
    return out;
  }
  out.lower = crossing([&](double t) { return statistic(t) - upper_level; }, scale, limit).value_or(limit);
  const auto upper = crossing([&](double t) { return statistic(t) - lower_level; }, scale, limit);
  out.beyond = !upper.has_value();
  out.upper = upper.value_or(limit);
  return out;
}

bool is_likelihood(const model::Fit& fit) { return fit.method == "ML" || fit.method == "REML"; }
bool has_fixed_weights(const model::Fit& fit) { return fit.method == "GENQ" || fit.method == "GENQM"; }

Checked check_fit(const model::Fit& fit, VarianceInterval kind, double level) {
  if (!(level > 0 && level < 1))
    return make_error(ErrorCode::usage, fmt::format("level is {}: it must lie between 0 and 1", level), "level");
  if (fit.is_location_scale() || fit.is_counts())
    return make_error(ErrorCode::not_supported,
                      "these intervals are for tau2 of a two-level model of effects; a location-scale model has "
                      "intervals of its alpha",
                      "confint");
  if (fit.is_multilevel())
    return make_error(
        ErrorCode::not_supported,
        "these intervals are for tau2 of a two-level model; a multilevel model needs a profile of each sigma2",
        "confint");
  if (fit.method == "EE")
    return make_error(ErrorCode::not_defined, "a common-effect model has no between-study variance", "confint");
  if (fit.k() <= fit.p())
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} effects leave no degrees of freedom for an interval of tau2", fit.k()),
                      "confint");
  if (std::isnan(fit.vt))
    return make_error(ErrorCode::not_defined, "a sampling variance is 0: Q and its interval are not defined", "vi");
  if (kind == VarianceInterval::generalised_q && !has_fixed_weights(fit))
    return make_error(ErrorCode::usage,
                      "the generalised Q interval belongs to fits by GENQ or GENQM; this one is " + fit.method,
                      "confint");
  if (kind == VarianceInterval::sidik_jonkman && fit.method != "SJ")
    return make_error(ErrorCode::usage,
                      "the interval of Sidik and Jonkman belongs to fits by SJ; this one is " + fit.method, "confint");
  if (kind == VarianceInterval::wald_log && !(fit.tau2 > 0))
    return make_error(ErrorCode::not_defined, "tau2 is 0, so it has no logarithm; use the Q-profile interval",
                      "confint");
  if (kind == VarianceInterval::profile_likelihood && !is_likelihood(fit))
    return make_error(ErrorCode::usage,
                      "the profile-likelihood interval needs a fit by ML or REML; this one is " + fit.method,
                      "confint");
  return {};
}

Bounds q_profile(const model::Fit& fit, double level, double limit) {
  model::Tau2Profile profile(fit.problem);
  const double df = static_cast<double>(fit.k() - fit.p());
  const double tail = 0.5 * (1 - level);
  return invert([&](double t) { return profile.q(t); }, stats::chi2_quantile_upper(tail, df),
                stats::chi2_quantile(tail, df), fit.vt, limit);
}

/// Fixed weights of the statistic that a kind of interval rests on.
stats::Vector q_weights(const model::Fit& fit, VarianceInterval kind) {
  if (kind == VarianceInterval::generalised_q) return std::get<model::Univariate>(fit.problem.spec()).weights;
  stats::Vector out;
  for (const double v : fit.problem.data().vi)
    out.push_back(kind == VarianceInterval::jackson ? 1 / std::sqrt(v) : 1 / v);
  return out;
}

Expected<Bounds> generalised_q(const model::Fit& fit, VarianceInterval kind, double level, double limit) {
  const model::Data& data = fit.problem.data();
  HR_TRY(const auto q, model::GeneralisedQ::create(data.x, data.yi, data.vi, q_weights(fit, kind)));
  const double tail = 0.5 * (1 - level);
  return invert([&](double t) { return q.cdf_at_observed(t); }, 1 - tail, tail, fit.vt, limit);
}

Bounds profile_likelihood(const model::Fit& fit, double level, double limit) {
  model::Tau2Profile profile(fit.problem);
  const bool reml = fit.method == "REML";
  const double allowed = 0.5 * stats::chi2_quantile(level, 1);
  const double top = profile.loglik(fit.tau2, reml);
  const auto inside = [&](double t) { return allowed - (top - profile.loglik(t, reml)); };
  Bounds out;
  if (fit.tau2 > 0 && inside(0) < 0) out.lower = stats::find_root(inside, 0, fit.tau2).value_or(0);
  const auto beyond =
      crossing([&](double step) { return inside(fit.tau2 + step); }, fit.vt + fit.tau2, limit - fit.tau2);
  out.beyond = !beyond.has_value();
  out.upper = beyond ? fit.tau2 + *beyond : limit;
  return out;
}

/// (k - p) tau2 / chi2 quantiles: the weighted sum of squares behind the estimate is nearly tau2 chi2(k - p).
Bounds sidik_jonkman(const model::Fit& fit, double level) {
  const double df = static_cast<double>(fit.k() - fit.p());
  const double tail = 0.5 * (1 - level);
  return {.lower = df * fit.tau2 / stats::chi2_quantile_upper(tail, df),
          .upper = df * fit.tau2 / stats::chi2_quantile(tail, df)};
}

Bounds wald(const model::Fit& fit, VarianceInterval kind, double level) {
  const double margin = stats::interval_quantile(level, missing) * fit.se_tau2;
  if (kind == VarianceInterval::wald) return {.lower = std::max(0.0, fit.tau2 - margin), .upper = fit.tau2 + margin};
  return {.lower = fit.tau2 * std::exp(-margin / fit.tau2), .upper = fit.tau2 * std::exp(margin / fit.tau2)};
}

Expected<Bounds> bounds_of(const model::Fit& fit, VarianceInterval kind, double level, double limit) {
  switch (kind) {
    case VarianceInterval::q_profile:
      return q_profile(fit, level, limit);
    case VarianceInterval::generalised_q:
    case VarianceInterval::jackson:
    case VarianceInterval::biggerstaff_jackson:
      return generalised_q(fit, kind, level, limit);
    case VarianceInterval::sidik_jonkman:
      return sidik_jonkman(fit, level);
    case VarianceInterval::profile_likelihood:
      return profile_likelihood(fit, level, limit);
    default:
      return wald(fit, kind, level);
  }
}

}  // namespace

Expected<VarianceInterval> parse_variance_interval(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& entry : kind_names) {
    if (to_lower(text) == to_lower(entry.text)) return entry.kind;
    names.emplace_back(entry.text);
  }
  return make_error(
      ErrorCode::usage,
      fmt::format("unknown interval '{}'{}; known are {}", text, did_you_mean(text, names), join(names, ", ")),
      "confint");
}

std::string name(VarianceInterval kind) {
  for (const auto& entry : kind_names)
    if (entry.kind == kind) return entry.text;
  HR_ASSERT(false);
}

Expected<VarianceIntervals> variance_interval(const model::Fit& fit, const VarianceOptions& options) {
  const VarianceInterval kind =
      options.kind.value_or(has_fixed_weights(fit) ? VarianceInterval::generalised_q : VarianceInterval::q_profile);
  HR_CHECK(check_fit(fit, kind, options.level));
  const double limit = options.tau2_max.value_or(std::numeric_limits<double>::infinity());
  HR_TRY(const Bounds bounds, bounds_of(fit, kind, options.level, limit));
  VarianceIntervals out;
  out.kind = kind;
  out.null = bounds.null;
  const auto transformed = [&](const std::function<double(double)>& f) {
    return Interval{f(fit.tau2), f(bounds.lower), f(bounds.upper), bounds.null ? "<" : "",
                    bounds.null ? "<" : (bounds.beyond ? ">" : "")};
  };
  out.tau2 = transformed([](double t) { return t; });
  out.tau = transformed([](double t) { return std::sqrt(t); });
  out.i2 = transformed([&](double t) { return 100 * t / (t + fit.vt); });
  out.h2 = transformed([&](double t) { return t / fit.vt + 1; });
  return out;
}

QHeterogeneity q_heterogeneity(double q, int df, double level) {
  const double n = df;
  if (df < 1 || std::isnan(q)) return {{missing, missing, missing}, {missing, missing, missing}};
  double se = missing;
  if (q > n + 1) {
    se = 0.5 * (std::log(q) - std::log(n)) / (std::sqrt(2 * q) - std::sqrt(2 * n - 1));
  } else if (df > 1) {
    se = std::sqrt((1 - 1 / (3 * (n - 1) * (n - 1))) / (2 * (n - 1)));
  }
  const double log_h = 0.5 * std::log(std::max(1.0, q / n));
  const double margin = stats::interval_quantile(level, missing) * se;
  const auto h2 = [&](double log_value) { return std::max(1.0, std::exp(2 * log_value)); };
  const auto i2 = [](double h2_value) { return 100 * (h2_value - 1) / h2_value; };
  QHeterogeneity out;
  out.h2 = {q / n, h2(log_h - margin), h2(log_h + margin)};
  out.i2 = {i2_from_q(q, df), i2(out.h2.ci_lb), i2(out.h2.ci_ub)};
  if (std::isnan(se)) out.h2.ci_lb = out.h2.ci_ub = out.i2.ci_lb = out.i2.ci_ub = missing;
  return out;
}

stats::Vector i2_by_level(const model::Fit& fit) {
  const double total = std::accumulate(fit.sigma2.begin(), fit.sigma2.end(), fit.vt);
  stats::Vector out;
  for (const double s : fit.sigma2) out.push_back(100 * s / total);
  return out;
}

}  // namespace hedgerow::infer
