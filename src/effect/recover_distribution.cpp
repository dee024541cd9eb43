// Means and SDs from five-number summaries of data that are not normal.
//
// Quantile matching [mcgrath2020]: for each of the normal, log-normal, gamma, Weibull and (numbers in (0, 1)) beta
// distributions the parameters minimise S = sum_i (Q(p_i) - q_i)^2 over the given quantiles; p = 1/n, 1/4, 1/2, 3/4,
// 1 - 1/n. The distribution with the smallest S gives its mean and SD. Numbers that are not all above 0: normal alone.
//
// Box-Cox [mcgrath2020]: lambda minimises the squared asymmetries of the transformed numbers about their median; mean
// and SD on that scale by luo2016 and wan2014; then the moments of the inverse over the normal distribution, truncated
// to where the inverse exists.
//
// MLN [cai2021]: lambda, mu, sigma maximise the likelihood of the numbers as order statistics of n transformed normal
// values; then luo2016 with wan2014 (cases 1, 2) or shi2020 (case 3) on that scale, back as above.
//
// lambda lies in [0, 5]: below 0 the mean of the back-transformed distribution is infinite. Moments are integrals, not
// averages of random draws as in other programs, so a result can be repeated.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "base/missing.hpp"
#include "effect/recover.hpp"
#include "stats/beta.hpp"
#include "stats/distributions.hpp"
#include "stats/quantiles.hpp"
#include "stats/simplex.hpp"

namespace hedgerow::effect {
namespace {

constexpr double kLargestLambda = 5;

struct Quantile {
  double p, value;
};

std::vector<Quantile> quantiles_of(const FiveNumbers& x) {
  const std::array<Quantile, 5> all{
      {{1 / x.n, x.min}, {0.25, x.q1}, {0.5, x.median}, {0.75, x.q3}, {1 - 1 / x.n, x.max}}};
  std::vector<Quantile> out;
  for (const Quantile& q : all)
    if (!is_missing(q.value)) out.push_back(q);
  return out;
}

/// A distribution fitted to quantiles.
struct Fitted {
  const char* name;
  double misfit, mean, sd;
};

/// Normal distribution: least squares on a line in the normal quantiles, in closed form.
Fitted fit_normal(const std::vector<Quantile>& quantiles) {
  double sz = 0, sy = 0, szz = 0, szy = 0;
  const double k = static_cast<double>(quantiles.size());
  for (const Quantile& q : quantiles) {
    const double z = stats::normal_quantile(q.p);
    sz += z;
    sy += q.value;
    szz += z * z;
    szy += z * q.value;
  }
  const double sd = (szy - sz * sy / k) / (szz - sz * sz / k), mean = (sy - sd * sz) / k;
  double misfit = 0;
  for (const Quantile& q : quantiles) misfit += std::pow(mean + sd * stats::normal_quantile(q.p) - q.value, 2);
  return {"normal", misfit, mean, sd};
}

using QuantileFunction = double (*)(double p, double a, double b);

double lognormal_quantile(double p, double median, double sigma) {
  return median * std::exp(sigma * stats::normal_quantile(p));
}

/// Both parameters positive, on the log scale.
std::pair<std::array<double, 2>, double> fit(const std::vector<Quantile>& quantiles, QuantileFunction quantile,
                                             std::array<double, 2> start) {
  const auto misfit = [&](std::span<const double> log_parameters) {
    double sum = 0;
    for (const Quantile& q : quantiles)
      sum += std::pow(quantile(q.p, std::exp(log_parameters[0]), std::exp(log_parameters[1])) - q.value, 2);
    return sum;
  };
  const stats::SimplexMinimum best = stats::minimise_simplex(misfit, {std::log(start[0]), std::log(start[1])}, 0.25);
  return {{std::exp(best.x[0]), std::exp(best.x[1])}, best.value};
}

std::vector<Fitted> fit_positive(const std::vector<Quantile>& quantiles, const Fitted& normal, double median) {
  std::vector<Fitted> out;
  const double cv = std::clamp(normal.sd / std::max(normal.mean, median / 4), 0.02, 3.0);
  const double mean = std::max(normal.mean, median / 4);
  const auto [l, l_misfit] = fit(quantiles, lognormal_quantile, {median, std::sqrt(std::log1p(cv * cv))});
  const double l_mean = l[0] * std::exp(l[1] * l[1] / 2);
  out.push_back({"log-normal", l_misfit, l_mean, l_mean * std::sqrt(std::expm1(l[1] * l[1]))});
  const auto [g, g_misfit] = fit(quantiles, stats::gamma_quantile, {1 / (cv * cv), mean * cv * cv});
  out.push_back({"gamma", g_misfit, g[0] * g[1], std::sqrt(g[0]) * g[1]});
  const auto [w, w_misfit] = fit(quantiles, stats::weibull_quantile, {std::pow(cv, -1.086), mean});
  const double first = std::tgamma(1 + 1 / w[0]), second = std::tgamma(1 + 2 / w[0]);
  out.push_back({"Weibull", w_misfit, w[1] * first, w[1] * std::sqrt(second - first * first)});
  if (quantiles.back().value >= 1) return out;
  const double common = std::max(mean * (1 - mean) / (normal.sd * normal.sd) - 1, 0.5);
  const auto [b, b_misfit] = fit(quantiles, stats::beta_quantile, {mean * common, (1 - mean) * common});
  const double sum = b[0] + b[1];
  out.push_back({"beta", b_misfit, b[0] / sum, std::sqrt(b[0] * b[1] / (sum + 1)) / sum});
  return out;
}

double box_cox(double x, double lambda) {
  const double log_x = std::log(x);
  return std::fabs(lambda) < 1e-8 ? log_x : std::expm1(lambda * log_x) / lambda;
}

FiveNumbers transformed(const FiveNumbers& x, double lambda) {
  return {box_cox(x.min, lambda), box_cox(x.q1, lambda),  box_cox(x.median, lambda),
          box_cox(x.q3, lambda),  box_cox(x.max, lambda), x.n};
}

double inverse(double y, double lambda) {
  if (lambda < 1e-8) return std::exp(y);
  const double base = lambda * y + 1;
  return base > 0 ? std::pow(base, 1 / lambda) : 0;
}

/// Moments of the inverse of a normal variable (truncated below where the inverse ends) by Simpson's rule.
FiveEstimate back(double mean, double sd, double lambda, std::string text) {
  constexpr int kSteps = 4000;
  constexpr double kEnd = 10;
  const double lowest = lambda < 1e-8 ? -kEnd : std::max(-kEnd, (-1 / lambda - mean) / sd);
  const double width = (kEnd - lowest) / kSteps;
  const double middle = inverse(mean, lambda);
  double mass = 0, first = 0, second = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double z = lowest + i * width;
    const double weight = (i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2) * stats::normal_density(z);
    const double deviation = inverse(mean + sd * z, lambda) - middle;
    mass += weight;
    first += weight * deviation;
    second += weight * deviation * deviation;
  }
  first /= mass;
  return {middle + first, std::sqrt(second / mass - first * first), std::move(text)};
}

/// Squared asymmetry about the median of the numbers at lambda, in units of their spread so that scales compare.
double asymmetry(const FiveNumbers& x, double lambda) {
  const FiveNumbers y = transformed(x, lambda);
  double sum = 0, spread = 0;
  if (!is_missing(y.min) && !is_missing(y.max)) {
    sum += std::pow(y.max + y.min - 2 * y.median, 2);
    spread += std::pow(y.max - y.min, 2);
  }
  if (!is_missing(y.q1) && !is_missing(y.q3)) {
    sum += std::pow(y.q3 + y.q1 - 2 * y.median, 2);
    spread += std::pow(y.q3 - y.q1, 2);
  }
  return sum / spread;
}

/// Smallest value of f over [0, 5]: a grid, then golden sections about its best point.
double best_lambda(const std::function<double(double)>& f) {
  constexpr int kGrid = 100;
  int best = 0;
  for (int i = 1; i <= kGrid; ++i)
    if (f(kLargestLambda * i / kGrid) < f(kLargestLambda * best / kGrid)) best = i;
  double low = kLargestLambda * std::max(0, best - 1) / kGrid,
         high = kLargestLambda * std::min(kGrid, best + 1) / kGrid;
  constexpr double kGolden = 0.6180339887498949;
  for (int i = 0; i < 80; ++i) {
    const double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
    (f(a) < f(b) ? high : low) = f(a) < f(b) ? b : a;
  }
  return (low + high) / 2;
}

/// log(Phi(b) - Phi(a)) for a < b, from the tail in which both lie.
double log_between(double a, double b) {
  const double mass =
      a > 0 ? stats::normal_upper(a) - stats::normal_upper(b) : stats::normal_cdf(b) - stats::normal_cdf(a);
  return mass > 0 ? std::log(mass) : -1e6;
}

/// Minus log-likelihood of transformed order statistics, the same number of values in each gap.
double order_misfit(const FiveNumbers& x, double lambda, double mu, double sigma) {
  const std::vector<Quantile> given = quantiles_of(x);
  const bool open_ends = is_missing(x.min);
  const double k = static_cast<double>(given.size());
  const double in_gap = (x.n - k) / (open_ends ? k + 1 : k - 1);
  double loglik = 0, last = -std::numeric_limits<double>::infinity();
  for (const Quantile& q : given) {
    const double z = (box_cox(q.value, lambda) - mu) / sigma;
    loglik += -z * z / 2 - std::log(sigma) + (lambda - 1) * std::log(q.value);
    if (open_ends || &q != &given.front()) loglik += in_gap * log_between(last, z);
    last = z;
  }
  if (open_ends) loglik += in_gap * std::log(std::max(stats::normal_upper(last), 1e-300));
  return -loglik;
}

Checked check_spread(const FiveNumbers& x) {
  const std::vector<Quantile> given = quantiles_of(x);
  for (std::size_t i = 1; i < given.size(); ++i)
    if (!(given[i].value > given[i - 1].value))
      return make_error(ErrorCode::not_defined, "two of the numbers are equal");
  if (is_missing(x.median)) return make_error(ErrorCode::not_defined, "the median is missing");
  return {};
}

FiveEstimate back_from_scale(const FiveNumbers& x, double lambda, bool shi, const std::string& name) {
  const FiveNumbers y = transformed(x, lambda);
  const bool optimal = shi && five_number_case(x) == 3;
  const std::string sd_method = optimal ? "shi2020" : "wan2014";
  char number[32];
  std::snprintf(number, sizeof number, "%.4f", lambda);
  return back(mean_from_five(y, "luo2016"), sd_from_five(y, sd_method), lambda,
              name + ", lambda = " + number + ", luo2016 and " + sd_method + " on that scale");
}

}  // namespace

Expected<FiveEstimate> quantile_estimate(const FiveNumbers& x) {
  HR_CHECK(check_spread(x));
  const std::vector<Quantile> quantiles = quantiles_of(x);
  Fitted best = fit_normal(quantiles);
  if (quantiles.front().value > 0)
    for (const Fitted& candidate : fit_positive(quantiles, best, x.median))
      if (candidate.misfit < best.misfit) best = candidate;
  if (!std::isfinite(best.mean) || !(best.sd > 0))
    return make_error(ErrorCode::not_defined, "no distribution fits the quantiles");
  return FiveEstimate{best.mean, best.sd, std::string("quantile estimation mcgrath2020, ") + best.name};
}

Expected<FiveEstimate> box_cox_estimate(const FiveNumbers& x) {
  HR_CHECK(check_spread(x));
  const double lambda = best_lambda([&](double candidate) { return asymmetry(x, candidate); });
  return back_from_scale(x, lambda, false, "Box-Cox mcgrath2020");
}

Expected<FiveEstimate> mln_estimate(const FiveNumbers& x) {
  HR_CHECK(check_spread(x));
  const bool shi = five_number_case(x) == 3;
  const auto profile = [&](double lambda) {
    const FiveNumbers y = transformed(x, lambda);
    const double mu = mean_from_five(y, "luo2016"), sigma = sd_from_five(y, shi ? "shi2020" : "wan2014");
    const auto misfit = [&](std::span<const double> u) {
      return order_misfit(x, lambda, mu + sigma * u[0], sigma * std::exp(u[1]));
    };
    return stats::minimise_simplex(misfit, {0, 0}, 0.1, 1e-10).value;
  };
  return back_from_scale(x, best_lambda(profile), true, "MLN cai2021");
}

}  // namespace hedgerow::effect
