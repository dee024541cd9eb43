// Symmetric matrix that is block-diagonal after its rows are sorted: the sampling covariance of effects of independent
// studies. Only the blocks are stored, each whole and row-major, so memory is the sum of their squared sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/matrix.hpp"

namespace hedgerow::stats {

/// n x n; every row is in one block. Rows of a block may be anywhere and are kept in ascending order.
class BlockMatrix {
 public:
  /// One block of a BlockMatrix; `values` is row-major, rows.size() squared.
  struct Block {
    std::span<const std::uint32_t> rows;
    std::span<const double> values;

    std::size_t size() const { return rows.size(); }
    double operator()(std::size_t i, std::size_t j) const { return values[i * rows.size() + j]; }
  };

  BlockMatrix() = default;
  /// All zeros, with the given block of each row (dense ids from 0).
  static BlockMatrix zeros(std::span<const std::uint32_t> block_of_row);
  /// From a whole symmetric matrix (its lower triangle is read): blocks are the connected sets of non-zero entries.
  static BlockMatrix from_dense(const Matrix& a);

  std::size_t size() const { return block_of_.size(); }
  std::size_t blocks() const { return first_row_.empty() ? 0 : first_row_.size() - 1; }
  Block block(std::size_t b) const;
  std::size_t block_of(std::size_t row) const { return block_of_[row]; }
  /// 0 between blocks.
  double operator()(std::size_t i, std::size_t j) const;
  /// Writes (i, j) and (j, i); both rows must be in one block.
  void set(std::size_t i, std::size_t j, double value);
  Vector diagonal() const;
  Matrix dense() const;
  /// The rows chosen, in this order.
  BlockMatrix select(std::span<const std::size_t> rows) const;

 private:
  std::size_t index(std::size_t i, std::size_t j) const;

  std::vector<std::uint32_t> block_of_;   // n
  std::vector<std::uint32_t> position_;   // n, within its block
  std::vector<std::uint32_t> rows_;       // n, by block
  std::vector<std::size_t> first_row_;    // blocks + 1, into rows_
  std::vector<std::size_t> first_value_;  // blocks + 1, into values_
  std::vector<double> values_;
};

}  // namespace hedgerow::stats
