// What the two-level model says at a tau2 that is not its estimate: generalised Q statistic and log-likelihood.
#pragma once

#include <memory>

#include "model/problem.hpp"

namespace hedgerow::model {

/// Evaluations are O(k p^2). The Problem's spec must be Univariate. Not for use by several threads at once.
class Tau2Profile {
 public:
  explicit Tau2Profile(const Problem& problem);
  ~Tau2Profile();
  Tau2Profile(const Tau2Profile&) = delete;
  Tau2Profile& operator=(const Tau2Profile&) = delete;

  /// y'P y with weights 1 / (vi + tau2); falls monotonically. NaN where a variance is 0.
  double q(double tau2);
  /// Log-likelihood (REML if `reml`, else ML) at tau2 with the best coefficients, without the constants that do not
  /// depend on tau2; NaN where a variance is 0.
  double loglik(double tau2, bool reml);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace hedgerow::model
