// Likelihood of y ~ N(X beta, M(theta)) for any multilevel specification, behind one interface with three
// factorisations: one dense factor per independent cluster (mixed_dense.cpp), diagonal plus rank two where sampling
// errors have one correlation within a cluster (mixed_compound.cpp), one sparse factor for large crossed models
// (mixed_sparse.cpp).
//
//   ll_ML   = -1/2 [ k log 2pi + log |M| + y'Py ],   P = M^-1 - M^-1 X (X'M^-1 X)^-1 X'M^-1
//   ll_REML = ll_ML + p/2 log 2pi - 1/2 log |X'M^-1 X| + 1/2 log |X'X|      (definitions 4.11)
//   score_a = -1/2 [ tr(M^-1 M_a) - y'P M_a P y ]; for REML the trace is of P M_a;   M_a = dM/dtheta_a
//   average information_ab = 1/2 y'P M_a P M_b P y, which needs no trace (gilmour1995)
//
// theta holds all variance parameters in the units of the data and the order of model/parameters.hpp.
#pragma once

#include <memory>
#include <vector>

#include "base/expected.hpp"
#include "model/marginal.hpp"
#include "model/problem.hpp"

namespace hedgerow::model {

/// Covariance of one structured term and its derivatives in any coordinates.
struct TermPoint {
  stats::Matrix g;                ///< levels x levels
  std::vector<stats::Matrix> dg;  ///< dG per coordinate of the term
};

/// Where a likelihood is asked: the variances of the random intercepts, and G of each structured term. Derivatives are
/// taken in all sigma2 and then, term by term, in the coordinates behind TermPoint::dg.
struct MixedPoint {
  stats::Vector sigma2;
  std::vector<TermPoint> terms;
};

struct MixedEvaluation {
  bool finite = false;  ///< M positive definite
  double loglik_ml = 0, loglik_reml = 0;
  stats::Vector score;                ///< of the specification's likelihood, all parameters
  stats::Matrix average_information;  ///< of the same
  stats::Vector beta;
  stats::Matrix vb;
  /// Per structured term, S with d loglik = sum_ab S_ab dG_ab; empty without derivatives or without structured terms.
  std::vector<stats::Matrix> g_score;

  double loglik(Likelihood likelihood) const { return likelihood == Likelihood::ml ? loglik_ml : loglik_reml; }
};

class MixedLikelihood {
 public:
  virtual ~MixedLikelihood() = default;
  virtual MixedEvaluation evaluate(const stats::Vector& theta, bool derivatives) const = 0;
  /// Expected information of the specification's likelihood, 1/2 tr(P M_a P M_b) (M^-1 for P under ML).
  virtual Expected<stats::Matrix> expected_information(const stats::Vector& theta) const = 0;
  /// Whether the expected information costs much more than an evaluation: iterations then do with the average one.
  virtual bool information_is_costly() const { return false; }
  /// The same two in the coordinates of `point`. Likelihoods of random intercepts alone need not override them.
  virtual MixedEvaluation evaluate_at(const MixedPoint& point, bool derivatives) const;
  virtual Expected<stats::Matrix> expected_information_at(const MixedPoint& point) const;
  virtual Expected<std::unique_ptr<MarginalForm>> factorise(const stats::Vector& theta) const = 0;
};

/// theta, all variance parameters, as a point whose coordinates are theta itself.
MixedPoint mixed_point(const Problem& problem, const stats::Vector& theta);

/// Entry (i, j) of M at a point, rows of the data.
double marginal_entry(const Problem& problem, const MixedPoint& point, std::size_t i, std::size_t j);

/// Chooses the factorisation by its cost.
std::unique_ptr<MixedLikelihood> make_mixed_likelihood(const Problem& problem);
std::unique_ptr<MixedLikelihood> make_dense_likelihood(const Problem& problem);
/// Sampling errors of one correlation within each cluster, random intercepts that a cluster's rows share or have each
/// for itself. Null if the problem has anything else.
std::unique_ptr<MixedLikelihood> make_compound_likelihood(const Problem& problem);
/// Random intercepts with independent groups only. Null if the specification has anything else.
std::unique_ptr<MixedLikelihood> make_sparse_likelihood(const Problem& problem);

/// Fits a Multilevel problem that is not nested, or has V, R, structured terms or user weights.
Expected<Fit> fit_mixed(const Problem& problem, const stats::Vector& start);

}  // namespace hedgerow::model
