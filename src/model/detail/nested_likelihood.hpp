// Likelihood of the nested multilevel model with first and second derivatives, in one pass over the rows.
//
//   y ~ N(X beta, M),  M = diag(vi) + sum_l sigma2_l Z_l Z_l'
//
// With U = [1 X y], everything that the likelihood needs is G = U' M^-1 U and log |M|. Over a group, M is block
// diagonal in its children plus sigma2 1 1', so (Woodbury, rank one) with G0 = sum of the children's G, g = G0 e0 and a
// = G0_00
//   G = G0 - t g g',  t = sigma2 / (1 + sigma2 a),  log |M| = sum of the children's + log(1 + sigma2 a).
// At the leaves G = sum_i w_i u_i u_i', w = 1 / (vi + sigma2_row). First and second derivatives of G and log |M| in the
// sigma2 are carried through the same recursion. Cost: rows * (p + 2)^2 / 2; memory: the columns of U.
//
// Accuracy. X is replaced by X T, orthonormal in the weights 1/vi, y by its residual from that fit, both centred within
// the innermost groups (the shift is put back where the group is closed), and all variances are in units of a power of
// 4 near the typical vi. So no sum cancels, however y, X and vi are scaled. Sums are blocked; |M| is a product whose
// exponent is taken out in time.
//
// Source: derivation above; docs/methods/three-level.md.
#pragma once

#include <memory>
#include <optional>

#include "model/detail/nested_tree.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

/// -2 log-likelihood parts and their derivatives at one point; variances in units of NestedLikelihood::unit().
struct NestedEvaluation {
  bool finite = false;
  double loglik_ml = 0, loglik_reml = 0;  ///< with all constants (definitions 4.11), in the units of the data
  stats::Vector score;                    ///< of the chosen likelihood
  stats::Matrix observed;                 ///< minus the Hessian of the chosen likelihood
  stats::Matrix expected;                 ///< Fisher information
  stats::Vector beta;                     ///< in the units of the data
  stats::Matrix vb;

  double loglik(Likelihood likelihood) const { return likelihood == Likelihood::ml ? loglik_ml : loglik_reml; }
};

/// What the fit with weights 1/vi says: the starting point of everything. NaN where some vi is 0.
struct FixedEffects {
  double q_e = 0, trace_p = 0;
  double sum_log_vi = 0;
  double log_det_xtx = 0;
};

struct NestedState;

/// A design prepared for many evaluations.
class NestedLikelihood {
 public:
  static NestedLikelihood create(const Data& data, const Multilevel& spec);
  ~NestedLikelihood();
  NestedLikelihood(NestedLikelihood&&) noexcept;

  const NestedTree& tree() const;
  const FixedEffects& fixed_effects() const;
  double unit() const;  ///< variance that is 1 inside
  /// Moment estimate of the total heterogeneity (DerSimonian-Laird over all rows), in units; >= 0.
  double total_heterogeneity() const;
  /// Level whose indicators all lie in the column space of X: REML does not depend on its variance.
  bool absorbed_by_design(std::size_t component) const;

  /// At distinct variances s (units, length tree().distinct()).
  NestedEvaluation evaluate(const stats::Vector& s) const;

 private:
  explicit NestedLikelihood(std::unique_ptr<NestedState> state);
  std::unique_ptr<NestedState> state_;
};

}  // namespace hedgerow::model
