// Coordinates in which the likelihood of the general model is climbed: a box, with every boundary of the parameter
// space either a face of the box or a smooth point of it.
//
//   random intercepts, ID, DIAG, GDIAG   the variances, >= 0
//   CS                                   the two eigenvalues of G, tau2 (1 - rho) and tau2 (1 + (q - 1) rho), >= 0
//   UN, GEN                              the lower Cholesky factor of G, free: G = L L' reaches every singular G
//   HCS, HAR                             standard deviations >= 0, and rho in its bounds
//   AR; CAR                              tau2 >= 0; rho in its bounds; CAR: rho^(shortest distance)
//   spatial                              log range, and tau2 / (1 + range / longest distance) (its square for SPGAU,
//                                        SPRAT), which stays finite where range and tau2 go to infinity together
// A structure of which some parameters are fixed has the others as they are (standard deviations for variances).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/detail/mixed_likelihood.hpp"
#include "model/detail/structure_covariance.hpp"

namespace hedgerow::model {

/// Parameters that the data cannot say anything about, beside those that the user fixed.
struct HeldParameters {
  std::vector<std::optional<double>> value;  ///< in the order of model/parameters.hpp; empty: estimated
  std::vector<bool> identified;              ///< false where the value stands for an estimate
  std::vector<std::string> warnings;
  std::size_t counted = 0;  ///< parameters that information criteria count
};
/// User's fixed values, and: variances of inner levels that fewer than two outer groups have are held at 0,
/// correlations of levels that no outer group holds together at 0 (as metafor does), all but the first of confounded
/// components at 0, and under REML components whose groups are combinations of the fixed effects at 0.
HeldParameters held_parameters(const Problem& problem);

/// Coordinates of one structured term.
class TermCoordinates {
 public:
  TermCoordinates(const Structured& term, std::span<const std::optional<double>> tau2,
                  std::span<const std::optional<double>> rho);

  std::size_t size() const { return lower_.size(); }
  const stats::Vector& lower() const { return lower_; }
  const stats::Vector& upper() const { return upper_; }
  const StructureCovariance& structure() const { return form_; }

  /// G and dG by the coordinates; nothing where G is not positive semidefinite.
  std::optional<TermPoint> point(std::span<const double> at) const;
  /// tau2, then rho.
  stats::Vector parameters(std::span<const double> at) const;
  /// Coordinates of parameters, moved into the box.
  stats::Vector coordinates(std::span<const double> tau2, std::span<const double> rho) const;
  /// Coordinate that is the log of a spatial range, if there is one.
  std::optional<std::size_t> range_coordinate() const;
  /// The same coordinates at the end of the box for the range; the variogram at short distances is kept.
  stats::Vector at_infinite_range(std::span<const double> at) const;

 private:
  enum class Kind { variances, eigenvalues, cholesky, direct };

  void set_kind(const Structured& term);
  void set_direct_bounds(double lowest);
  TermPoint cholesky_point(std::span<const double> at) const;
  TermPoint eigenvalue_point(std::span<const double> at) const;
  std::optional<TermPoint> direct_point(std::span<const double> at) const;
  void direct_parameters(std::span<const double> at, stats::Vector& spread, stats::Vector& rho) const;
  double growth(double range) const;
  double growth_slope(double range) const;

  double time_unit_ = 1;  ///< CAR: times are in units of the shortest distance; before form_, which sets it
  StructureCovariance form_;
  Kind kind_ = Kind::direct;
  std::vector<std::optional<double>> tau2_, rho_;
  std::vector<std::size_t> active_;  ///< levels that have rows and a variance
  bool growing_ = false;             ///< spatial with a free variance and a free range
  stats::Vector lower_, upper_;
};

class MixedCoordinates {
 public:
  MixedCoordinates(const Problem& problem, const HeldParameters& held);

  std::size_t size() const { return lower_.size(); }
  const stats::Vector& lower() const { return lower_; }
  const stats::Vector& upper() const { return upper_; }
  /// Direction of a MixedPoint that a coordinate is.
  std::size_t direction(std::size_t coordinate) const { return direction_[coordinate]; }
  std::optional<MixedPoint> point(const stats::Vector& at) const;
  stats::Vector parameters(const stats::Vector& at) const;
  stats::Vector coordinates(const stats::Vector& parameters) const;
  /// sum_ab S_ab d2G_ab over all terms: what the bend of the coordinates adds to the Hessian.
  stats::Matrix bend(const stats::Vector& at, const std::vector<stats::Matrix>& g_score) const;
  const std::vector<TermCoordinates>& terms() const { return terms_; }
  /// First coordinate of a term.
  std::size_t first(std::size_t term) const { return first_[term]; }

 private:
  std::vector<std::optional<double>> sigma2_;
  std::vector<TermCoordinates> terms_;
  std::vector<std::size_t> first_, direction_;
  stats::Vector lower_, upper_;
};

}  // namespace hedgerow::model
