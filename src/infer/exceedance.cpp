// Share of true effects above a threshold c (below it: 1 - share).
//
//   normal       p = Phi((mu - c) / tau), mu the mean at the row, tau2 the between-study variance there
//     se^2       phi(z)^2 [ se_mu^2 / tau2 + (z / (2 tau2))^2 se_tau2^2 ],  z = (mu - c) / tau   (delta method)
//     interval   plogis(logit p +- q se / (p (1 - p)))
//   new effect   1 - F((c - mu) / sqrt(tau2 + se_mu^2)), F of the prediction interval
//   mean         1 - F((c - mu) / se_mu), F of the test: the confidence distribution of the mean
//   calibrated   share of  mu + sqrt(tau2 / (tau2 + vi)) (yi - mu)  above c; percentile interval of refits to studies
//                drawn with replacement
//
// Source:     mathur2019, mathur2020; schweder2002 for confidence distributions.
// Conditions: tau2 > 0 for the error of the normal share; with tau2 = 0 all effects are the mean and the share is 0 or
//             1 without an interval. Where se_tau2 is not defined (multilevel, location-scale) its term is left out.
#include "infer/exceedance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "infer/detail/wald.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::infer {
namespace {

using stats::Vector;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// P(T > x): normal if df is NaN.
double upper_tail(double x, double df) { return std::isnan(df) ? stats::normal_upper(x) : stats::t_upper(x, df); }

/// Probability beyond c of a variable at `centre` with error `se`; a point mass where se is 0.
double beyond(double centre, double se, double df, const ExceedanceOptions& what) {
  const double distance = what.below ? centre - what.threshold : what.threshold - centre;
  if (std::isnan(se)) return missing;
  if (se == 0) return distance < 0 ? 1.0 : 0.0;
  return upper_tail(distance / se, df);
}

Share normal_share(double mu, double se_mu, double tau2, double se_tau2, double level, const ExceedanceOptions& what) {
  Share out{missing, missing, missing, missing};
  if (std::isnan(tau2)) return out;
  out.estimate = beyond(mu, std::sqrt(tau2), missing, what);
  if (!(tau2 > 0)) return out;
  const double z = (mu - what.threshold) / std::sqrt(tau2);
  const double of_tau2 = std::isnan(se_tau2) ? 0 : z / (2 * tau2) * se_tau2;
  out.se = stats::normal_density(z) * std::sqrt(se_mu * se_mu / tau2 + of_tau2 * of_tau2);
  // On the logit scale both tails keep their digits: p (1 - p) from the two tails, never 1 - p.
  ExceedanceOptions opposite = what;
  opposite.below = !what.below;
  const double other = beyond(mu, std::sqrt(tau2), missing, opposite);
  if (!(out.estimate > 0) || !(other > 0)) return out;
  const double centre = std::log(out.estimate) - std::log(other);
  const double margin = detail::critical_value(level, missing) * out.se / out.estimate / other;
  out.ci_lb = 1 / (1 + std::exp(-(centre - margin)));
  out.ci_ub = 1 / (1 + std::exp(-(centre + margin)));
  return out;
}

double between_variance(const model::Fit& fit) {
  return fit.is_location_scale() && fit.scale.alpha.size() == 1 ? fit.scale.tau2.front() : fit.tau2;
}

/// Share of the calibrated estimates beyond the threshold.
double calibrated_share(const model::Fit& fit, const ExceedanceOptions& what) {
  const model::Data& data = fit.problem.data();
  const Vector marginal = model::marginal_variances(fit);
  const double mu = fit.beta.front();
  double count = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double tau2 = std::max(0.0, marginal[i] - data.vi[i]);
    const double effect = mu + std::sqrt(tau2 / marginal[i]) * (data.yi[i] - mu);
    count += what.below ? effect < what.threshold : effect > what.threshold;
  }
  return count / static_cast<double>(data.k());
}

/// Quantile of a sorted sample, linear between its order statistics.
double quantile(const Vector& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

Share calibrated(const model::Fit& fit, double level, const ExceedanceOptions& what, std::size_t& failed) {
  Share out{missing, missing, missing, missing};
  const model::Data& data = fit.problem.data();
  const bool one_mean = data.p() == 1 && data.intercept && !fit.is_counts() && !data.v;
  if (!one_mean) return out;
  out.estimate = calibrated_share(fit, what);
  if (!fit.is_two_level() || data.k() < 3 || what.replicates < 2) return out;
  Vector shares;
  std::vector<std::size_t> rows(data.k());
  for (std::size_t r = 0; r < what.replicates; ++r) {
    RandomStream random(what.seed, r);
    for (std::size_t& row : rows) row = random.below(data.k());
    const auto problem = fit.problem.subset(rows, model::Labels::drop);
    if (!problem) {
      ++failed;
      continue;
    }
    const auto refit = model::fit(*problem);
    if (!refit)
      ++failed;
    else
      shares.push_back(calibrated_share(*refit, what));
  }
  if (shares.size() < 2) return out;
  std::sort(shares.begin(), shares.end());
  double mean = 0, squares = 0;
  for (const double s : shares) mean += s / static_cast<double>(shares.size());
  for (const double s : shares) squares += (s - mean) * (s - mean);
  out.se = std::sqrt(squares / static_cast<double>(shares.size() - 1));
  out.ci_lb = quantile(shares, 0.5 * (1 - level));
  out.ci_ub = quantile(shares, 0.5 * (1 + level));
  return out;
}

}  // namespace

Expected<Exceedance> exceedance(const model::Fit& fit, const stats::Matrix& x_new, const Options& options,
                                const PredictOptions& prediction, const ExceedanceOptions& what) {
  if (!std::isfinite(what.threshold))
    return make_error(ErrorCode::usage, "the threshold must be a finite number", "threshold");
  if (x_new.rows() != 1)
    return make_error(ErrorCode::usage,
                      "the share of true effects beyond a threshold is asked at one row of moderators; give newmods",
                      "newmods");
  HR_TRY(const Predicted p, predict(fit, x_new, options, prediction));
  const double spread = p.pi_se.front() * p.pi_se.front() - p.se.front() * p.se.front();
  const bool common = std::isnan(p.pi_lb.front()) && fit.k() > fit.p();
  if (common || std::isnan(spread))
    return make_error(ErrorCode::not_defined,
                      "the model has no distribution of true effects here: a common-effect model has one effect, and a "
                      "location-scale model needs newscale",
                      "exceedance");
  const bool two_level = fit.is_two_level();
  // From the fit where it has one number: the difference of squares above loses digits when tau2 is tiny.
  const double tau2 = two_level ? between_variance(fit) : std::max(0.0, spread);
  Exceedance out;
  out.mean = beyond(p.pred.front(), p.se.front(), p.ddf.front(), what);
  out.new_effect = beyond(p.pred.front(), p.pi_se.front(), p.pi_ddf.front(), what);
  out.normal = normal_share(p.pred.front(), p.se.front(), tau2, two_level ? fit.se_tau2 : missing, options.level, what);
  out.calibrated = calibrated(fit, options.level, what, out.failed);
  return out;
}

}  // namespace hedgerow::infer
