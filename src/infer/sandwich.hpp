// The robust covariance of a fit and what its small-sample tests need: three p x p matrices for each cluster.
//
//   E_j = X_j' W_j A_j                          (p x m_j, never kept)
//   B_j = E_j X_j,  C_j = E_j Theta_j W_j X_j,  D_j = E_j Theta_j E_j'
//   V   = f M [ sum_j (E_j e_j)(E_j e_j)' ] M   (f the factor of CR1, CR1p, CR1S)
//
// CR2 works with Z = L'W_j X_j, Theta_j = L L', and needs of the root G_j^(-1/2) only its product with the p columns
// of Z: T = G_j^(-1/2) Z, then E_j = T'L'. CR3 is a p x p factor by Woodbury,
// E_j = (I + X_j'W_jX_j (X'WX - X_j'W_jX_j)^-1) X_j'W_j.
//
// The pieces are made in the basis X T of the design with T'X'WX T = I (T from a Cholesky factor), so that moderators
// far from zero (a year) cost no digits; l'b is (T'l)' of the coefficients in that basis.
//
// Cost: m_j^3 for CR2 (Cholesky factor and eigenvalues of a cluster's m_j x m_j matrix), m_j^2 p for the others; linear
// in the number of clusters. Nothing of size rows x rows or clusters x clusters is made.
//
// Source: pustejovsky2018; definitions in infer/robust.hpp.
#pragma once

#include <span>

#include "infer/robust.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::infer {

class Sandwich {
 public:
  /// Errors: those of robust().
  static Expected<Sandwich> create(const model::Fit& fit, const RobustOptions& options);

  const RobustOptions& options() const { return options_; }
  std::size_t n_clusters() const { return n_clusters_; }
  std::size_t p() const { return m_.rows(); }
  /// T, p x p.
  const stats::Matrix& basis() const { return basis_; }
  /// V of the coefficients as they are, p x p.
  const stats::Matrix& covariance() const { return vb_; }
  /// M = (X'WX)^-1 in the basis, p x p.
  const stats::Matrix& bread() const { return m_; }
  /// M S M in the basis: the covariance if the fit's variances are true; M for inverse-variance weights.
  const stats::Matrix& model_covariance() const { return msm_; }
  /// f: 1 but for CR1, CR1p, CR1S.
  double scale() const { return scale_; }
  bool inverse_variance() const { return inverse_variance_; }
  /// B_j, C_j, D_j of a cluster, p x p, row-major.
  std::span<const double> b(std::size_t j) const { return piece(b_, j); }
  std::span<const double> c(std::size_t j) const { return piece(inverse_variance_ ? b_ : c_, j); }
  std::span<const double> d(std::size_t j) const { return piece(d_, j); }
  /// E_j e_j of a cluster, p.
  std::span<const double> score(std::size_t j) const { return {score_.data() + j * p(), p()}; }

 private:
  std::span<const double> piece(const stats::Vector& all, std::size_t j) const {
    const std::size_t size = p() * p();
    return {all.data() + j * size, size};
  }

  RobustOptions options_;
  std::size_t n_clusters_ = 0;
  double scale_ = 1;
  bool inverse_variance_ = true;
  stats::Matrix basis_, m_, msm_, vb_;
  stats::Vector b_, c_, d_, score_;

  friend class SandwichMaker;
};

}  // namespace hedgerow::infer
