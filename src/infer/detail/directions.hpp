// Moments of L V L' under the fit's model, from the pieces of the clusters (formulas in infer/robust_tests.hpp).
// l_s below stands for T'l_s, the combination in the basis of the pieces.
//
// With u_s,j = (B_j'M l_s, C_j'M l_s) and K = [[M S M, -M], [-M, 0]] (K = -M and u_s,j = B_j'M l_s for inverse-variance
// weights)
//   P_st,ij = delta_ij l_s'M D_j M l_t + u_s,i' K u_t,j
// so that sums over pairs of clusters are traces of small matrices.
#pragma once

#include "infer/sandwich.hpp"

namespace hedgerow::infer::detail {

class Directions {
 public:
  /// `l` is q x p.
  Directions(const Sandwich& sandwich, const stats::Matrix& l);

  std::size_t q() const { return q_; }
  /// Omega, q x q.
  const stats::Matrix& omega() const { return omega_; }
  /// sum_ij P_st,ij P_vw,ij.
  double pair_sum(std::size_t s, std::size_t t, std::size_t v, std::size_t w) const;
  /// P_ss, clusters x clusters.
  stats::Matrix dense(std::size_t s) const;

 private:
  std::span<const double> u(std::size_t j, std::size_t s) const { return {u_.data() + (j * q_ + s) * r_, r_}; }
  std::span<const double> ku(std::size_t j, std::size_t s) const { return {ku_.data() + (j * q_ + s) * r_, r_}; }
  double own(std::size_t j, std::size_t s, std::size_t t) const { return own_[(j * q_ + s) * q_ + t]; }

  std::size_t clusters_, q_, r_;
  stats::Vector u_, ku_;          // clusters x q x r
  stats::Vector own_;             // clusters x q x q: l_s'M D_j M l_t
  stats::Vector shared_;          // clusters x q x q: u_s,j'K u_t,j
  std::vector<stats::Matrix> n_;  // q x q of r x r: K sum_j u_s,j u_t,j'
  stats::Matrix omega_;
};

}  // namespace hedgerow::infer::detail
