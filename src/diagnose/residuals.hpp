// Internally standardised residuals and hat values of every model, by row and for several rows at a time.
//
//   b = A y,  A = (X'WX)^-1 X'W,  H = X A           W = M^-1, or the user's weights
//   e = y - X b,  Var(e) = (I - H) M (I - H)'       M = Var(y) under the fit
//   z_i = e_i / root of Var(e)_ii,   X2_j = e_j' Var(e)_jj^+ e_j    for the rows of unit j
//
// With W = M^-1 the variance is M - X (X'M^-1 X)^-1 X'. A unit whose mean is fitted by a moderator of its own leaves
// Var(e)_jj singular: the generalised inverse then uses the rank that is left. X2_j is compared with chi-square on that
// many degrees of freedom.
//
// Source: cook1982; viechtbauer2010 for random-effects models; docs/methods/influence.md.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/expected.hpp"
#include "model/marginal.hpp"

namespace hedgerow::diagnose {

/// A residual with its standard error; z is NaN where se is 0 (hat value 1).
struct Residuals {
  stats::Vector resid, se, z;
};

/// X2 of the residuals of one unit.
struct UnitResidual {
  double x2 = 0;         ///< NaN where nothing is left to vary
  std::size_t rank = 0;  ///< of the residuals' covariance: degrees of freedom of X2
};

/// e' S^+ e, S symmetric positive semidefinite.
UnitResidual squared_distance(const stats::Matrix& s, std::span<const double> e);

/// Residuals of a fit and what they are made from.
class ResidualAnalysis {
 public:
  /// Errors: an effect without any variance.
  static Expected<ResidualAnalysis> create(const model::Fit& fit);

  const Residuals& rows() const { return rows_; }
  const stats::Vector& hat() const { return hat_; }
  /// The whole of H, k x k.
  stats::Matrix hat_matrix() const;
  /// Var(e) of some rows.
  stats::Matrix covariance(std::span<const std::size_t> rows) const;
  UnitResidual unit(std::span<const std::size_t> rows) const;

 private:
  explicit ResidualAnalysis(const model::Fit& fit) : fit_(&fit) {}
  Checked set_weights();
  void set_rows();

  const model::Fit* fit_;
  std::optional<model::Marginal> marginal_;
  stats::Matrix a_;   // k x p, transpose of A
  stats::Matrix am_;  // k x p, transpose of A M
  stats::Vector hat_;
  Residuals rows_;
};

/// Internally standardised residuals of every kind of model. Errors: as ResidualAnalysis::create.
Expected<Residuals> standardised_residuals(const model::Fit& fit);

/// User weights of a fit, 1 for an unweighted one; empty where the model's own weights are used.
stats::Vector given_weights(const model::Fit& fit);

}  // namespace hedgerow::diagnose
