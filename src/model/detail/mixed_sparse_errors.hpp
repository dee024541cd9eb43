// D = V + s I, the part of M that is block-diagonal in V's blocks, with what the sparse likelihood needs of it:
// D^-1 v, log |D|, the cross-products Z'D^-1 Z of indicator columns, and traces of D^-1 and of products with D^-2.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/problem.hpp"
#include "stats/sparse_cholesky.hpp"

namespace hedgerow::model {

/// The correlation of a block of V (n x n, row-major) whose correlations are all the same, within rounding.
std::optional<double> constant_correlation(std::size_t n, std::span<const double> v);

/// Rows by block of V, and the columns of Z that each block touches.
class ErrorBlocks {
 public:
  /// `members` (k x width, row by row) are the columns of Z that are 1 in each row; `columns` is their number.
  static ErrorBlocks create(const Data& data, std::vector<std::uint32_t> members, std::size_t width,
                            std::size_t columns);

  std::size_t rows() const { return vi_.size(); }
  std::size_t width() const { return width_; }
  std::size_t columns() const { return pattern_->size(); }
  std::span<const std::uint32_t> members(std::size_t row) const { return {members_.data() + row * width_, width_}; }
  /// Pattern of Z'D^-1 Z.
  const std::shared_ptr<const stats::SparsePattern>& pattern() const { return pattern_; }

  /// out = Z'v.
  stats::Vector gather(std::span<const double> v) const;
  /// v -= Z u.
  void subtract(std::span<const double> u, std::span<double> v) const;

 private:
  friend class ErrorFactor;

  /// A block of V with more than one row. Local columns are numbered in the order of `column`.
  struct Block {
    std::span<const std::uint32_t> rows;
    std::span<const double> values;
    std::vector<std::uint32_t> column;    // distinct columns of Z
    std::vector<std::uint32_t> local;     // rows x width, into `column`
    std::vector<std::uint32_t> position;  // of each pair a >= b of `column` in the storage of the pattern
    std::size_t factor_at = 0;            // of its factor in ErrorFactor
    std::optional<double> rho;            // if V_ij = rho sqrt(V_ii V_jj), i != j: diagonal + rank one
  };

  std::shared_ptr<const stats::BlockMatrix> v_;  // keeps the spans of the blocks alive
  stats::Vector vi_;
  std::vector<std::uint32_t> members_;
  std::size_t width_ = 0, pairs_ = 0;
  std::shared_ptr<const stats::SparsePattern> pattern_;
  std::vector<std::uint32_t> single_;    // rows that are a block alone
  std::vector<std::uint32_t> position_;  // single rows x pairs
  std::vector<Block> blocks_;
  std::size_t factor_size_ = 0;
};

/// Factorised D.
class ErrorFactor {
 public:
  /// Nothing if D is not positive definite. `blocks` must outlive the factor.
  static std::optional<ErrorFactor> create(const ErrorBlocks& blocks, double s);

  double log_determinant() const { return log_determinant_; }
  /// v <- D^-1 v.
  void solve(std::span<double> v) const;
  /// Z'D^-1 Z in the storage of the pattern.
  stats::Vector cross_products() const;
  /// tr(D^-1) - tr(U Z'D^-2 Z), U in the storage of the pattern.
  double trace_inverse(std::span<const double> u) const;

 private:
  using Block = ErrorBlocks::Block;
  double* factor_of(const Block& block) { return factor_.data() + block.factor_at; }
  const double* factor_of(const Block& block) const { return factor_.data() + block.factor_at; }
  void whitened_columns(const Block& block, stats::Vector& w) const;
  bool factorise_compound(const Block& block, double s);
  void add_compound_products(const Block& block, stats::Vector& s) const;
  double compound_trace(const Block& block, std::span<const double> u) const;

  const ErrorBlocks* blocks_ = nullptr;
  stats::Vector inverse_;  // rows; of single rows
  /// Per block its lower factor, whole and row-major, reciprocals on the diagonal; with constant correlation e, f and w
  /// of D^-1 = diag(e) - w f f'.
  stats::Vector factor_;
  double log_determinant_ = 0;
};

}  // namespace hedgerow::model
