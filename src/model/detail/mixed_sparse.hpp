// Parts of the sparse likelihood (mixed_sparse.cpp): what is prepared once for a problem, and M at one point.
//
//   M = D + Z diag(lambda2) Z',  D = V + s I,  s the variance with one group per row
//
// Components with as many groups as rows go into s, the others are columns of Z. D is factorised by V's blocks
// (mixed_sparse_errors.hpp), I + L Z'D^-1 Z L by sparse elimination (stats/sparse_cholesky.hpp):
//
//   log |M| = log |D| + log |I + L Z'D^-1 Z L|,     M^-1 v = D^-1 (v - Z U Z'D^-1 v)
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/detail/mixed_sparse_errors.hpp"
#include "model/problem.hpp"

namespace hedgerow::model {

/// A problem prepared for many points.
struct SparseDesign {
  /// Null unless the problem has random intercepts with independent groups only, and D can be positive definite.
  static std::shared_ptr<const SparseDesign> create(const Problem& problem);

  std::size_t k() const { return y.size(); }
  std::size_t p() const { return q.size(); }
  std::size_t parameters() const { return component.size(); }
  bool is_row_level(std::size_t parameter) const { return component[parameter] == row_level; }
  double row_variance(const stats::Vector& theta) const;
  /// dM/dtheta v.
  stats::Vector derivative(std::size_t parameter, std::span<const double> v) const;

  static constexpr std::size_t row_level = static_cast<std::size_t>(-1);

  explicit SparseDesign(const Problem& of) : problem(of) {}

  Problem problem;
  Likelihood likelihood = Likelihood::reml;
  std::vector<std::size_t> component;  ///< per parameter: its component of Z, or row_level
  std::vector<std::size_t> first;      ///< components + 1: columns of Z
  ErrorBlocks errors;
  std::optional<ErrorFactor> constant_factor;  ///< of V, with its cross-products, where no row level changes D
  stats::Vector constant_products;
  std::vector<stats::Vector> q;  ///< p columns of X T, orthonormal in the weights 1 / vi
  stats::Matrix t;               ///< p x p
  stats::Vector y;               ///< residual of y from its weighted fit
  stats::Vector beta_start;      ///< of that fit, for X T
  double log_det_qtq = 0, log_det_t = 0;

 private:
  void number_columns(const Multilevel& spec);
  bool orthonormalise(const Data& data);
};

/// M at one point.
class SparseMarginal {
 public:
  /// Nothing if D is not positive definite or theta is not a variance.
  static std::optional<SparseMarginal> create(std::shared_ptr<const SparseDesign> design, const stats::Vector& theta);

  const SparseDesign& design() const { return *design_; }
  double log_determinant() const { return factor_->log_determinant() + elimination_->log_determinant(); }
  stats::Vector solve(std::span<const double> v) const;
  /// tr(M^-1 dM/dtheta) for each parameter.
  stats::Vector traces() const;

 private:
  std::shared_ptr<const SparseDesign> design_;
  std::optional<ErrorFactor> factor_;
  std::optional<stats::SparseElimination> elimination_;
};

/// tr(M^-1 M_a M^-1 M_b) without differences, one solve for each effect or row of the largest independent cluster.
/// Nothing where that would be too many.
std::optional<stats::Matrix> sparse_trace_products(const SparseMarginal& marginal);

}  // namespace hedgerow::model
