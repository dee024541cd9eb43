// Rows sorted by independent cluster, and what each cluster needs to build its block of M and of dM without asking the
// problem again: sampling covariance, groups of the random intercepts, outer and inner levels of the structured terms.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/detail/mixed_likelihood.hpp"
#include "model/problem.hpp"

namespace hedgerow::model {

class DenseLayout {
 public:
  explicit DenseLayout(const Problem& problem);

  struct Cluster {
    std::size_t first = 0;  ///< position of its first row
    std::size_t size = 0;
    std::size_t square = 0;  ///< offset of its size x size block in arrays of all blocks
  };

  std::size_t rows() const { return order_.size(); }
  std::size_t components() const { return groups_.size(); }
  std::size_t terms() const { return terms_.size(); }
  const std::vector<Cluster>& clusters() const { return clusters_; }
  std::size_t squares() const { return v_.size(); }
  std::size_t largest() const { return largest_; }
  /// Row of the data at a position, and back.
  std::size_t row(std::size_t position) const { return order_[position]; }

  /// Sampling covariance of a cluster, row-major.
  std::span<const double> errors(const Cluster& c) const { return {v_.data() + c.square, c.size * c.size}; }
  /// How the rows of a cluster are grouped by a component: each by itself, all together, or else.
  enum class Shape { diagonal, all, general, known };
  Shape shape_of(std::size_t component, std::size_t cluster) const { return shapes_[component][cluster]; }

  /// M of a cluster, row-major, into `m`.
  void build(const Cluster& c, const MixedPoint& point, double* m) const;
  /// out = M_a v within a cluster; direction a of the point.
  void apply(const Cluster& c, const MixedPoint& point, std::size_t direction, const double* v, double* out) const;
  /// out = M_a B within a cluster, B size x columns, row-major.
  void multiply(const Cluster& c, const MixedPoint& point, std::size_t direction, const double* b, std::size_t columns,
                double* out) const;
  /// Adds sum_ij T_ij Z_ij of each random intercept to `sigma2`, and Z'TZ of each term to g_score.
  void contract(const Cluster& c, const double* t, stats::Vector& sigma2, std::vector<stats::Matrix>& g_score) const;

 private:
  struct Term {
    bool coefficients = false;  ///< GEN, GDIAG: rows of z in place of inner levels
    std::size_t levels = 0;
    std::vector<std::uint32_t> outer, inner;  ///< by position
    stats::Matrix z;                          ///< by position
  };

  Shape shape(std::size_t component, std::size_t cluster) const;
  void add_component(const Cluster& c, std::size_t l, double factor, double* m) const;
  void add_term(const Cluster& c, const Term& term, const stats::Matrix& g, double* m) const;
  void contract_term(const Cluster& c, const Term& term, const double* t, stats::Matrix& s) const;
  double contract_component(const Cluster& c, std::size_t l, const double* t) const;
  void multiply_component(const Cluster& c, std::size_t l, const double* b, std::size_t columns, double* out) const;
  void multiply_term(const Cluster& c, const Term& term, const stats::Matrix& g, const double* b, std::size_t columns,
                     double* out) const;
  double term_entry(const Term& term, const stats::Matrix& g, std::size_t i, std::size_t j) const;
  void apply_component(const Cluster& c, std::size_t l, const double* v, double* out) const;
  void apply_term(const Cluster& c, const Term& term, const stats::Matrix& g, const double* v, double* out) const;

  std::vector<std::size_t> order_;
  std::vector<Cluster> clusters_;
  std::size_t largest_ = 0;
  stats::Vector v_;                                 ///< blocks of the sampling covariance
  std::vector<std::vector<std::uint32_t>> groups_;  ///< components x position
  std::vector<std::vector<Shape>> shapes_;          ///< components x cluster
  std::vector<std::shared_ptr<const stats::Matrix>> r_;
  std::vector<Term> terms_;
};

/// Number of coordinates of a point, and where direction `a` belongs: a component, or a term and its coordinate.
std::size_t direction_count(const MixedPoint& point);

}  // namespace hedgerow::model
