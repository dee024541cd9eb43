// Sparse elimination of many independent random effects, with the parts of the inverse that likelihoods need.
//
// For M = D + Z diag(lambda2) Z' with S = Z' D^-1 Z sparse and symmetric, eliminate one effect after another:
//
//   h_ij <- h_ij - h_im w_m h_jm,   w_m = lambda2_m / d_m,   d_m = 1 + lambda2_m h_mm      (h = S at the start)
//
// Then h_ij = z_i' M_m^-1 z_j with M_m the covariance of the effects eliminated so far, and with L = diag(lambda)
//
//   log |I + L S L| = sum log d_m,      U = L (I + L S L)^-1 L,      M^-1 = D^-1 - D^-1 Z U Z' D^-1
//
// This is the LDL' factorisation of I + L S L with every lambda kept outside, so nothing is divided by a variance and
// lambda2 = 0 is a value like any other (Woodbury; hager1989).
//
// T = Z' M^-1 Z on the pattern of the factor (selected inverse, takahashi1973, in the same scaling). From the last
// column to the first, with rows k > j of column j of the factor and s_j = 1 - lambda2_j t_jj,
//
//   t_ij = (h_ij s_i - sum_{k != i} t_ik lambda2_k h_kj) / d_j
//   t_jj = (h_jj - q) / d_j,   s_j = (1 + lambda2_j q) / d_j,   q = sum_k lambda2_k h_kj t_kj
//
// Order: approximate minimum degree (amestoy1996). The last columns, where the factor is nearly full, are one dense
// matrix: crossed factors fill it, and dense kernels are many times faster there than sparse ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

/// Order, pattern of the factor and storage layout of a symmetric n x n matrix. Made once for many values.
class SparsePattern {
 public:
  /// The union of cliques: all pairs among members[first[c] .. first[c + 1]), indices below n, are non-zero. The
  /// diagonal is always in the pattern.
  static std::shared_ptr<const SparsePattern> create(std::size_t n, std::span<const std::size_t> first,
                                                     std::span<const std::uint32_t> members);

  std::size_t size() const { return order_.size(); }
  /// Length of the storage of a lower triangle with its fill.
  std::size_t entries() const { return first_.back() + dense() * dense(); }
  /// Columns in the dense part at the end.
  std::size_t dense() const { return size() - head_; }
  /// Where (i, j), which must be in the pattern, is stored.
  std::size_t position(std::size_t i, std::size_t j) const;

 private:
  friend class SparseElimination;
  friend class SelectedInverse;

  std::vector<std::uint32_t> order_;  // index eliminated at step j
  std::vector<std::uint32_t> step_;   // its inverse
  std::size_t head_ = 0;              // steps before the dense part
  std::vector<std::size_t> first_;    // head + 1: storage of column j; its diagonal comes first
  std::vector<std::uint32_t> row_;    // steps of the entries, ascending within a column
};

/// The eliminated matrix. Safe to read from several threads.
class SparseElimination {
 public:
  /// `s` in the storage of the pattern, `lambda2` (n, >= 0). Nothing if I + L S L is not positive definite.
  static std::optional<SparseElimination> create(std::shared_ptr<const SparsePattern> pattern, Vector s,
                                                 std::span<const double> lambda2);

  /// log |I + L S L|.
  double log_determinant() const { return log_determinant_; }
  /// U r; for r = Z'D^-1 v these are the best linear predictors of the effects, and M^-1 v = D^-1 (v - Z U r).
  Vector solve(std::span<const double> r) const;

  /// Parts of the inverse on the pattern.
  struct Selected {
    Vector t_diagonal;  ///< n, of T = Z'M^-1 Z
    Vector u;           ///< U in the storage of the pattern
  };
  Selected selected() const;

 private:
  bool eliminate_head(std::vector<std::size_t>& dense_rows);
  bool eliminate_dense();
  bool set_pivot(std::size_t step, double h);
  friend class SelectedInverse;

  std::shared_ptr<const SparsePattern> pattern_;
  Vector h_;        // storage of the pattern
  Vector lambda2_;  // by step
  Vector pivot_;    // d, by step
  Vector weight_;   // w, by step
  double log_determinant_ = 0;
};

}  // namespace hedgerow::stats
