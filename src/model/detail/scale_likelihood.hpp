// Log-likelihood of a location-scale model in the coefficients of its scale.
//
//   y_i ~ N(x_i'b, d_i),  d_i = vi + tau2_i,  eta = Z alpha,  tau2_i = exp(eta_i) or eta_i;  W = diag(1 / d_i)
//   l_ML    -1/2 (k log 2pi + sum log d_i + RSS),            RSS = y'P y, P = W - W X (X'WX)^-1 X'W
//   l_REML  -1/2 ((k - p) log 2pi - log|X'X| + sum log d_i + log|X'WX| + RSS)
// With u = P y, s_i = dl/dtau2_i = 1/2 (u_i^2 - c_i), c_i = P_ii (REML) or w_i (ML), and T = d tau2 / d alpha:
//   score      T's
//   observed   (T o u)' P (T o u) - 1/2 T'(C o C) T - sum_i s_i d2 tau2_i / d alpha d alpha',  C = P or W
//   expected   1/2 T'(C o C) T
// T'(P o P)T is had without any k x k matrix: P_ij = w_i [i = j] - g_i'g_j with g_i = w_i L^-1 x_i, LL' = X'WX, so
//   T'(P o P)T = sum_i t_i t_i' (w_i^2 - 2 w_i |g_i|^2) + sum_ab m_ab m_ab',  m_ab = sum_i g_ia g_ib t_i.
//
// Source:     viechtbauer2022; harville1977 for the derivatives.
// Conditions: d_i > 0 in every row; X of full rank. One evaluation costs O(k p^2 q).
#pragma once

#include "model/detail/bounded_newton.hpp"
#include "model/problem.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::model {

class ScaleLikelihood {
 public:
  /// Problem with a LocationScale spec; it must outlive the object.
  explicit ScaleLikelihood(const Problem& problem);

  /// At eta = Z alpha: value without constants, derivatives with respect to the coordinates whose design is `z` (k x
  /// any). Not finite where a tau2_i is negative.
  Curvature at(const stats::Vector& eta, const stats::Matrix& z);

  struct Values {
    double ml = 0, reml = 0;  ///< with all constants
    double rss = 0;
  };
  /// At the point evaluated last.
  Values values() const;
  const stats::Vector& tau2() const { return tau2_; }
  /// (X'WX)^-1 X'W y and (X'WX)^-1 in the columns of the data, at the point evaluated last.
  bool location(stats::Vector& beta, stats::Matrix& vb) const;

 private:
  bool move_to(const stats::Vector& eta);
  bool project();
  void derivatives(const stats::Matrix& z, Curvature& out) const;
  /// T'(C o C) T.
  stats::Matrix information(const stats::Matrix& t) const;
  /// Row i of g: w_i L^-1 q_i.
  const double* g(std::size_t i) const { return g_.data() + i * basis_.rank; }

  const Data& data_;
  const LocationScale& spec_;
  stats::Orthonormal basis_;
  stats::Vector y_;  ///< centred where the design has the constant
  stats::Vector tau2_, w_, g_, u_;
  double log_det_ = 0, sum_log_d_ = 0, rss_ = 0;
};

}  // namespace hedgerow::model
