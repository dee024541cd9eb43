// One count given its linear predictor eta: an exponential family in eta, with its cumulants.
//
//   log P(x | eta) = base + x eta - K(eta)
//   binomial          K = n log(1 + e^eta),   base = log C(n, x)
//   Poisson           K = t e^eta,            base = x log t - log x!
//   hypergeometric    K = log sum_y C(n1, y) C(n2, m - y) e^(y eta), y from max(0, m - n2) to min(n1, m): the events of
//                     the first group given all m events; eta is the log odds ratio
//
// The derivatives of K are the cumulants of the count. The log-likelihood is written as that of the saturated model
// less half the deviance; the constants of the saturated model follow Loader's Stirling errors, so that a million
// persons
// cost no digits. The hypergeometric sum runs over the terms above 1e-20 of the largest.
//
// Source: mccullagh1989; loader2000; stijnen2010 for the conditional likelihood.
#pragma once

#include <cstddef>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

enum class CellFamily { binomial, poisson, hypergeometric };

/// Derivatives of K at one eta; k0 is K less its value that makes x eta - k0 the half deviance (see `tilt`).
struct Cumulants {
  double k0 = 0, k1 = 0, k2 = 0, k3 = 0, k4 = 0;
};

class CountCell {
 public:
  static CountCell binomial(double x, double n);
  static CountCell poisson(double x, double time);
  /// Whole numbers only (the caller checks).
  static CountCell hypergeometric(double x1, double n1, double x2, double n2);

  double x() const { return x_; }
  /// log P(x | eta) = saturated() + x eta - cumulants(eta).k0.
  Cumulants cumulants(double eta) const;
  /// Largest log-likelihood of this count alone, with all constants.
  double saturated() const { return saturated_; }
  /// Where it is reached: infinite if x is the least or the largest possible count.
  double eta_hat() const { return eta_hat_; }
  /// Whether only one value of x is possible.
  bool degenerate() const { return family_ == CellFamily::hypergeometric && lowest_ == highest_; }

 private:
  Cumulants hypergeometric_cumulants(double eta) const;
  double ratio(double y) const;
  double log_weights(double from, double to) const;

  CellFamily family_ = CellFamily::binomial;
  double x_ = 0, size_ = 0;
  double n1_ = 0, n2_ = 0, events_ = 0;  // of the hypergeometric family
  double lowest_ = 0, highest_ = 0;
  double saturated_ = 0, eta_hat_ = 0, tilt_ = 0;
};

/// log C(n, x) + x log(x / n) + (n - x) log(1 - x / n): binomial log-likelihood at its maximum; 0 <= x <= n.
double saturated_binomial(double x, double n);
/// -x + x log x - log x!; x >= 0.
double saturated_poisson(double x);

}  // namespace hedgerow::model
