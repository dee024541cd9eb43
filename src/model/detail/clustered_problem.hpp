// What every likelihood by independent clusters starts from: rows in the order of their clusters, an orthonormal basis
// Q of the design, y reduced to its least-squares residual (so that no sum cancels), and sums over many clusters.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "model/detail/dense_layout.hpp"
#include "model/detail/mixed_likelihood.hpp"

namespace hedgerow::model {

/// Sums of many small terms: full every 256 additions, so that rounding does not grow with the number of clusters.
class BlockedSums {
 public:
  explicit BlockedSums(std::size_t n) : open_(n, 0.0), closed_(n, 0.0) {}
  double* data() { return open_.data(); }
  void end_of_item() {
    if (++items_ % 256 == 0) close();
  }
  const stats::Vector& total() {
    close();
    return closed_;
  }

 private:
  void close() {
    for (std::size_t i = 0; i < open_.size(); ++i) {
      closed_[i] += open_[i];
      open_[i] = 0;
    }
  }

  stats::Vector open_, closed_;
  std::size_t items_ = 0;
};

/// The problem in the order of the clusters, and its basis.
struct ClusteredProblem {
  Problem problem;
  DenseLayout layout;
  bool reml;
  std::size_t p;
  stats::Matrix r;      ///< X = Q R
  stats::Vector beta0;  ///< least squares, in Q
  stats::Vector u;      ///< Q and the residual of y: by cluster, p + 1 columns one after another

  explicit ClusteredProblem(const Problem& from);

  /// Coefficients of X from those of Q: R b = c, R upper triangular.
  stats::Vector from_basis(stats::Vector c) const;
  stats::Matrix from_basis(const stats::Matrix& c) const;
  /// Likelihoods and coefficients, from log |M|, y'Py, the coefficients in Q, (Q'M^-1 Q)^-1 and log |Q'M^-1 Q|.
  MixedEvaluation evaluation(double log_det, double rss, const stats::Vector& beta, const stats::Matrix& c,
                             double log_det_information) const;
  /// Py = M^-1 (y - Q beta) by positions, from `solved`, M^-1 [Q y] laid out like u; returns y'Py.
  double residuals(const stats::Vector& beta, const stats::Vector& solved, stats::Vector& py) const;
  /// f(cluster's number, values of its rows, result) for each cluster of a vector in the order of the data.
  stats::Vector by_cluster(std::span<const double> v,
                           const std::function<void(std::size_t, const double*, double*)>& f) const;
  /// 1/2 w_a'P w_b, w_a = M_a Py, of n directions, from sums over the clusters: w_a'M^-1 w_b (n x n, b <= a), then
  /// Q'M^-1 w_a (n x p). c = (Q'M^-1 Q)^-1.
  stats::Matrix average_information(std::size_t n, const stats::Matrix& c, const double* sums) const;
  /// 1/2 tr(P M_a P M_b), from tr(M^-1 M_a M^-1 M_b) (n x n, b <= a), Q'M^-1 M_b M^-1 M_a M^-1 Q (n x n x p x p) and
  /// F_a = Q'M^-1 M_a M^-1 Q (n x p x p); under ML from the first alone.
  stats::Matrix expected_information(std::size_t n, const stats::Matrix& c, const double* sums) const;
};

bool same_point(const MixedPoint& a, const MixedPoint& b);
/// M at the chosen rows of the data, dense.
stats::Matrix marginal_block(const Problem& problem, const MixedPoint& point, std::span<const std::size_t> rows);

}  // namespace hedgerow::model
