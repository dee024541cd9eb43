#include "stats/block_matrix.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/error.hpp"

namespace hedgerow::stats {
namespace {

/// Root of i in a forest of parents, with path halving.
std::uint32_t root(std::vector<std::uint32_t>& parent, std::uint32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

}  // namespace

BlockMatrix BlockMatrix::zeros(std::span<const std::uint32_t> block_of_row) {
  BlockMatrix out;
  const std::size_t n = block_of_row.size();
  out.block_of_.assign(block_of_row.begin(), block_of_row.end());
  out.position_.resize(n);
  out.rows_.resize(n);
  std::size_t count = 0;
  for (const std::uint32_t b : out.block_of_) count = std::max(count, std::size_t{b} + 1);
  out.first_row_.assign(count + 1, 0);
  for (const std::uint32_t b : out.block_of_) ++out.first_row_[b + 1];
  std::partial_sum(out.first_row_.begin(), out.first_row_.end(), out.first_row_.begin());
  std::vector<std::size_t> next(out.first_row_.begin(), out.first_row_.end() - 1);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t b = out.block_of_[i];
    out.position_[i] = static_cast<std::uint32_t>(next[b] - out.first_row_[b]);
    out.rows_[next[b]++] = static_cast<std::uint32_t>(i);
  }
  out.first_value_.assign(count + 1, 0);
  for (std::size_t b = 0; b < count; ++b) {
    const std::size_t m = out.first_row_[b + 1] - out.first_row_[b];
    out.first_value_[b + 1] = out.first_value_[b] + m * m;
  }
  out.values_.assign(out.first_value_.back(), 0.0);
  return out;
}

BlockMatrix BlockMatrix::from_dense(const Matrix& a) {
  HR_ASSERT(a.rows() == a.cols());
  const std::size_t n = a.rows();
  std::vector<std::uint32_t> parent(n);
  std::iota(parent.begin(), parent.end(), 0U);
  for (std::uint32_t i = 0; i < n; ++i)
    for (std::uint32_t j = 0; j < i; ++j)
      if (a(i, j) != 0) parent[root(parent, i)] = root(parent, j);
  std::unordered_map<std::uint32_t, std::uint32_t> ids;
  std::vector<std::uint32_t> block_of(n);
  for (std::uint32_t i = 0; i < n; ++i)
    block_of[i] = ids.try_emplace(root(parent, i), static_cast<std::uint32_t>(ids.size())).first->second;
  BlockMatrix out = zeros(block_of);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (block_of[i] == block_of[j]) out.set(i, j, a(i, j));
  return out;
}

BlockMatrix::Block BlockMatrix::block(std::size_t b) const {
  return {{rows_.data() + first_row_[b], first_row_[b + 1] - first_row_[b]},
          {values_.data() + first_value_[b], first_value_[b + 1] - first_value_[b]}};
}

std::size_t BlockMatrix::index(std::size_t i, std::size_t j) const {
  const std::size_t b = block_of_[i];
  return first_value_[b] + position_[i] * (first_row_[b + 1] - first_row_[b]) + position_[j];
}

double BlockMatrix::operator()(std::size_t i, std::size_t j) const {
  return block_of_[i] == block_of_[j] ? values_[index(i, j)] : 0.0;
}

void BlockMatrix::set(std::size_t i, std::size_t j, double value) {
  HR_ASSERT(block_of_[i] == block_of_[j]);
  values_[index(i, j)] = value;
  values_[index(j, i)] = value;
}

Vector BlockMatrix::diagonal() const {
  Vector out(size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = values_[index(i, i)];
  return out;
}

Matrix BlockMatrix::dense() const {
  Matrix out(size(), size());
  for (std::size_t b = 0; b < blocks(); ++b) {
    const Block part = block(b);
    for (std::size_t i = 0; i < part.size(); ++i)
      for (std::size_t j = 0; j < part.size(); ++j) out(part.rows[i], part.rows[j]) = part(i, j);
  }
  return out;
}

BlockMatrix BlockMatrix::select(std::span<const std::size_t> rows) const {
  std::unordered_map<std::size_t, std::uint32_t> ids;
  std::vector<std::uint32_t> block_of;
  block_of.reserve(rows.size());
  for (const std::size_t row : rows)
    block_of.push_back(ids.try_emplace(block_of_[row], static_cast<std::uint32_t>(ids.size())).first->second);
  BlockMatrix out = zeros(block_of);
  for (std::size_t b = 0; b < out.blocks(); ++b) {
    const std::span<const std::uint32_t> chosen = out.block(b).rows;
    for (const std::uint32_t i : chosen)
      for (const std::uint32_t j : chosen) out.values_[out.index(i, j)] = values_[index(rows[i], rows[j])];
  }
  return out;
}

}  // namespace hedgerow::stats
