#include "model/detail/count_cell.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace hedgerow::model {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// log x! - log(sqrt(2 pi x) (x / e)^x), x > 0: the error of Stirling's formula.
double stirling_error(double x) {
  if (x < 16) return std::lgamma(x + 1) - (x + 0.5) * std::log(x) + x - 0.5 * std::log(2 * std::numbers::pi);
  const double r = 1 / (x * x);
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
}

double log1p_exp(double eta) { return eta > 0 ? eta + std::log1p(std::exp(-eta)) : std::log1p(std::exp(eta)); }

double x_log_x(double x, double of) { return x == 0 ? 0 : x * std::log(x / of); }

/// log of the binomial coefficient, by the probability of x at its maximum.
double log_choose(double n, double x) { return saturated_binomial(x, n) - x_log_x(x, n) - x_log_x(n - x, n); }

}  // namespace

double saturated_binomial(double x, double n) {
  if (x <= 0 || x >= n) return 0;
  return stirling_error(n) - stirling_error(x) - stirling_error(n - x) -
         0.5 * std::log(2 * std::numbers::pi * x * ((n - x) / n));
}

double saturated_poisson(double x) {
  return x <= 0 ? 0 : -stirling_error(x) - 0.5 * std::log(2 * std::numbers::pi * x);
}

CountCell CountCell::binomial(double x, double n) {
  CountCell out;
  out.x_ = x;
  out.size_ = n;
  out.saturated_ = saturated_binomial(x, n);
  out.eta_hat_ = x <= 0 ? -infinity : x >= n ? infinity : std::log(x) - std::log(n - x);
  out.tilt_ = x_log_x(x, n) + x_log_x(n - x, n);
  return out;
}

CountCell CountCell::poisson(double x, double time) {
  CountCell out;
  out.family_ = CellFamily::poisson;
  out.x_ = x;
  out.size_ = time;
  out.saturated_ = saturated_poisson(x);
  out.eta_hat_ = x <= 0 ? -infinity : std::log(x) - std::log(time);
  out.tilt_ = x_log_x(x, time) - x;
  return out;
}

CountCell CountCell::hypergeometric(double x1, double n1, double x2, double n2) {
  CountCell out;
  out.family_ = CellFamily::hypergeometric;
  out.x_ = x1;
  out.n1_ = n1;
  out.n2_ = n2;
  out.events_ = x1 + x2;
  out.lowest_ = std::max(0.0, out.events_ - n2);
  out.highest_ = std::min(n1, out.events_);
  if (x1 <= out.lowest_ || x1 >= out.highest_) {
    out.eta_hat_ = x1 <= out.lowest_ ? -infinity : infinity;
    return out;
  }
  // The conditional estimate is near the sample log odds ratio; Newton's method on the mean, steps halved if too long.
  double eta = std::log((x1 + 0.5) / (n1 - x1 + 0.5)) - std::log((x2 + 0.5) / (n2 - x2 + 0.5));
  Cumulants at = out.cumulants(eta);
  for (int step = 0; step < 100 && std::abs(x1 - at.k1) > 1e-13 * (1 + x1); ++step) {
    double move = std::clamp((x1 - at.k1) / at.k2, -2.0, 2.0);
    Cumulants next = out.cumulants(eta + move);
    for (int half = 0; half < 40 && std::abs(x1 - next.k1) > std::abs(x1 - at.k1); ++half)
      next = out.cumulants(eta + (move /= 2));
    if (std::abs(move) < 1e-15 * (1 + std::abs(eta))) break;
    eta += move;
    at = next;
  }
  out.eta_hat_ = eta;
  out.tilt_ = x1 * eta - at.k0;
  out.saturated_ = out.tilt_;
  return out;
}

/// The term y + 1 over the term y of the hypergeometric sum at eta = 0.
double CountCell::ratio(double y) const { return (n1_ - y) / (y + 1) * ((events_ - y) / (n2_ - events_ + y + 1)); }

/// log of the term `to` over the term `from`. Far apart the logs are not summed one by one: a step of a search may ask
/// for counts that lie 1e9 away, and there the likelihood is so low that the last digits do not count.
double CountCell::log_weights(double from, double to) const {
  constexpr double far = 1e4;
  if (std::abs(to - from) > far) {
    const auto weight = [this](double y) { return log_choose(n1_, y) + log_choose(n2_, events_ - y); };
    return weight(to) - weight(from);
  }
  double out = 0;
  for (double y = from; y < to; ++y) out += std::log(ratio(y));
  for (double y = from; y > to; --y) out -= std::log(ratio(y - 1));
  return out;
}

Cumulants CountCell::hypergeometric_cumulants(double eta) const {
  // The terms are log-concave in y: their largest is found by bisection.
  double low = lowest_, high = highest_;
  while (low < high) {
    const double middle = std::floor((low + high) / 2);
    if (std::log(ratio(middle)) + eta > 0)
      low = middle + 1;
    else
      high = middle;
  }
  const double mode = low;
  constexpr double negligible = 1e-20;
  const double odds = std::exp(std::clamp(eta, -600.0, 600.0));
  // Moments about the mode, then about the mean.
  double m0 = 1, m1 = 0, m2 = 0, m3 = 0, m4 = 0, term = 1;
  const auto add = [&](double d) {
    m0 += term;
    m1 += term * d;
    m2 += term * d * d;
    m3 += term * d * d * d;
    m4 += term * d * d * d * d;
  };
  for (double y = mode; y < highest_ && term > negligible; ++y) {
    term *= ratio(y) * odds;
    add(y + 1 - mode);
  }
  term = 1;
  for (double y = mode; y > lowest_ && term > negligible; --y) {
    term /= ratio(y - 1) * odds;
    add(y - 1 - mode);
  }
  const double a = m1 / m0, b = m2 / m0, c = m3 / m0, d = m4 / m0;
  Cumulants out;
  // Relative to the term of the observed count: log P(x | eta) = x eta - k0 with the logs between mode and x summed.
  const double observed = log_weights(mode, x_);
  out.k0 = std::log(m0) + mode * eta - observed;
  out.k1 = mode + a;
  out.k2 = b - a * a;
  out.k3 = c - 3 * a * b + 2 * a * a * a;
  out.k4 = d - 4 * a * c - 3 * b * b + 12 * a * a * b - 6 * a * a * a * a;
  return out;
}

Cumulants CountCell::cumulants(double eta) const {
  if (family_ == CellFamily::hypergeometric) {
    Cumulants out = hypergeometric_cumulants(eta);
    out.k0 += tilt_;
    return out;
  }
  if (family_ == CellFamily::poisson) {
    const double mean = size_ * std::exp(eta);
    return {mean + tilt_, mean, mean, mean, mean};
  }
  const double tail = std::exp(-std::abs(eta));
  const double p = eta > 0 ? 1 / (1 + tail) : tail / (1 + tail);
  const double v = tail / ((1 + tail) * (1 + tail));
  const double skew = eta > 0 ? -(1 - tail) / (1 + tail) : (1 - tail) / (1 + tail);  // 1 - 2p
  return {size_ * log1p_exp(eta) + tilt_, size_ * p, size_ * v, size_ * v * skew, size_ * v * (1 - 6 * v)};
}

}  // namespace hedgerow::model
