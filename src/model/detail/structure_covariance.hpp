// Covariance G of one structured term and its derivatives, in two steps: the correlation matrix R(rho), then
// G = S R S with the standard deviations S (one variance for all levels: G = tau2 R). Formulas in model/structure.hpp.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/detail/mixed_likelihood.hpp"
#include "model/structure.hpp"

namespace hedgerow::model {

/// A structure over its q levels (GEN, GDIAG: q columns of z).
class StructureCovariance {
 public:
  explicit StructureCovariance(const Structured& term);

  std::size_t levels() const { return q_; }
  std::size_t tau2_count() const { return tau2_count_; }
  std::size_t rho_count() const { return rho_count_; }
  Structure structure() const { return structure_; }
  /// A variance of its own for each level.
  bool heteroscedastic() const { return tau2_count_ > 1 || (q_ == 1 && per_level_); }
  /// Smallest positive and largest distance between levels (spatial: coordinates; CAR: times; AR: 1 and q - 1).
  double smallest_distance() const { return smallest_; }
  double largest_distance() const { return largest_; }
  /// All positive distances, ascending.
  stats::Vector distances() const;

  /// R(rho), q x q.
  stats::Matrix correlation(std::span<const double> rho) const;
  /// dR/drho_n.
  stats::Matrix correlation_derivative(std::span<const double> rho, std::size_t n) const;
  /// Position in rho of the correlation of levels a < b (UN, GEN): upper triangle by rows.
  std::size_t pair(std::size_t a, std::size_t b) const { return a * q_ - a * (a + 1) / 2 + b - a - 1; }

  /// G at variances and correlations.
  stats::Matrix covariance(std::span<const double> tau2, std::span<const double> rho) const;
  /// G with dG/dtau2 and dG/drho, in this order. Where a level's tau2 is 0, the derivative of its covariances (which
  /// does not exist) counts as 0.
  TermPoint point(std::span<const double> tau2, std::span<const double> rho) const;
  /// The same, with derivatives by the standard deviations in place of the variances (heteroscedastic structures).
  TermPoint point_by_sd(std::span<const double> sd, std::span<const double> rho) const;

 private:
  double function(double d, double rho) const;
  double derivative(double d, double rho) const;

  Structure structure_;
  std::size_t q_, tau2_count_, rho_count_;
  bool per_level_;
  stats::Matrix distance_;  ///< q x q for AR, HAR, CAR and the spatial structures
  double smallest_ = 1, largest_ = 1;
};

}  // namespace hedgerow::model
