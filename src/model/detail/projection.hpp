// The matrix P = W - W X (X'WX)^-1 X'W of a diagonal W, by what it does, never as k x k numbers.
//
// Everything that tau2 estimators need is a sum over rows plus traces of p x p matrices. With Q an orthonormal basis of
// the columns of X and S(d) = Q' diag(d) Q, M = S(w)^-1:
//   tr(P V)     = sum w v - tr(M S(w^2 v))
//   tr(P V P U) = sum w^2 v u - 2 tr(M S(w^3 v u)) + tr(M S(w^2 v) M S(w^2 u))
//   P y         = w (y - Q b), b = M Q'W y
// P does not depend on the basis. An evaluation costs O(k p^2) and allocates nothing after construction.
#pragma once

#include <span>

#include "stats/matrix.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::model {

class Projection {
 public:
  /// `basis` and `y` must outlive the object. y should be centred by the caller if its mean is far from 0.
  Projection(const stats::Orthonormal& basis, std::span<const double> y);

  /// Sets W. False if Q'WQ is singular in working precision or a weight is not finite.
  bool set_weights(std::span<const double> w);
  /// Sets w_i = 1 / (vi + tau2).
  bool set_tau2(std::span<const double> vi, double tau2);

  std::span<const double> weights() const { return w_; }
  double sum_weights() const;
  double sum_squared_weights() const;

  double y_p_y() const { return y_p_y_; }  ///< weighted residual sum of squares
  double y_pp_y() const;                   ///< sum w^2 e^2
  double y_ppp_y() const;
  double trace_p() const;
  double trace_pp() const;
  double trace_pv(std::span<const double> v) const;
  double trace_pvp(std::span<const double> v) const;
  double trace_pvpv(std::span<const double> v) const;
  /// log |X'WX| - log |X'X|.
  double log_determinant() const { return log_determinant_; }

 private:
  /// S(d) into out (p x p).
  template <class Weight>
  void gram(Weight d, stats::Vector& out) const;
  double trace_of_product(const stats::Vector& a, const stats::Vector& b) const;
  /// tr(P diag(v) P diag(u)).
  template <class V, class U>
  double trace_pvpu(V v, U u) const;
  bool invert();

  const stats::Orthonormal& basis_;
  std::span<const double> y_;
  std::size_t k_, p_;
  stats::Vector w_, e_, m_, beta_;
  mutable stats::Vector work_, work2_;
  double y_p_y_ = 0;
  double log_determinant_ = 0;
};

}  // namespace hedgerow::model
