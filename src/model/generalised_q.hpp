// Distribution of the generalised Q statistic with fixed weights, for GENQM and the interval that belongs to GENQ.
#pragma once

#include <span>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

/// Q = y'P y with P = A - A X (X'AX)^-1 X'A; under tau2 it is a combination of chi-squares whose weights are the
/// eigenvalues of S P S, S = diag(vi + tau2)^(1/2). Needs k x k numbers: for the sizes of ordinary reviews.
class GeneralisedQ {
 public:
  /// An Error if X'AX is singular.
  static Expected<GeneralisedQ> create(const stats::Matrix& x, std::span<const double> y, std::span<const double> vi,
                                       std::span<const double> a);
  double observed() const { return observed_; }
  /// P(Q <= observed) if the variance is tau2; falls from about 1 to 0 as tau2 grows.
  double cdf_at_observed(double tau2) const;
  /// The tau2 at which cdf_at_observed is `probability`; 0 if it is below that at 0 already. Error: not below 1e12
  /// times the largest variance.
  Expected<double> tau2_with_cdf(double probability) const;

 private:
  stats::Matrix p_;
  stats::Vector vi_;
  double observed_ = 0;
};

}  // namespace hedgerow::model
