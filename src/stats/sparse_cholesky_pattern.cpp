// Symbolic part of stats/sparse_cholesky.hpp: order, pattern of the factor, where its dense part begins.
#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>
#include <algorithm>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "stats/sparse_cholesky.hpp"

namespace hedgerow::stats {
namespace {

/// Columns of a strictly lower triangle, each ascending without repeats.
struct Lower {
  std::vector<std::size_t> first;
  std::vector<std::uint32_t> row;

  std::span<const std::uint32_t> column(std::size_t j) const {
    return {row.data() + first[j], first[j + 1] - first[j]};
  }
};

/// Pairs of all cliques, each in the column of the member that comes first in `step`.
Lower lower_of(std::size_t n, std::span<const std::size_t> first, std::span<const std::uint32_t> members,
               std::span<const std::uint32_t> step) {
  Lower out;
  out.first.assign(n + 1, 0);
  const auto each_pair = [&](auto&& visit) {
    for (std::size_t c = 0; c + 1 < first.size(); ++c)
      for (std::size_t a = first[c]; a < first[c + 1]; ++a)
        for (std::size_t b = first[c]; b < a; ++b) {
          const std::uint32_t i = step[members[a]], j = step[members[b]];
          if (i != j) visit(std::max(i, j), std::min(i, j));
        }
  };
  each_pair([&](std::uint32_t, std::uint32_t j) { ++out.first[j + 1]; });
  std::partial_sum(out.first.begin(), out.first.end(), out.first.begin());
  std::vector<std::uint32_t> all(out.first.back());
  std::vector<std::size_t> next(out.first.begin(), out.first.end() - 1);
  each_pair([&](std::uint32_t i, std::uint32_t j) { all[next[j]++] = i; });
  std::size_t begin = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to = all.begin() + static_cast<std::ptrdiff_t>(out.first[j + 1]);
    begin = out.first[j + 1];
    std::sort(from, to);
    out.row.insert(out.row.end(), from, std::unique(from, to));
    out.first[j + 1] = out.row.size();
  }
  return out;
}

/// Approximate minimum degree order: the index eliminated at each step.
std::vector<std::uint32_t> minimum_degree(const Lower& lower) {
  const std::size_t n = lower.first.size() - 1;
  if (n == 0) return {};
  using Sparse = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;
  HR_ASSERT(2 * lower.row.size() + n < static_cast<std::size_t>(std::numeric_limits<int>::max()));
  std::vector<Eigen::Triplet<double, int>> entries;
  entries.reserve(2 * lower.row.size() + n);
  for (std::size_t j = 0; j < n; ++j) {
    entries.emplace_back(static_cast<int>(j), static_cast<int>(j), 1.0);
    for (const std::uint32_t i : lower.column(j)) {
      entries.emplace_back(static_cast<int>(i), static_cast<int>(j), 1.0);
      entries.emplace_back(static_cast<int>(j), static_cast<int>(i), 1.0);
    }
  }
  Sparse matrix(static_cast<int>(n), static_cast<int>(n));
  matrix.setFromTriplets(entries.begin(), entries.end());
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> permutation;
  Eigen::internal::minimum_degree_ordering(matrix, permutation);
  std::vector<std::uint32_t> order(n);
  for (std::size_t j = 0; j < n; ++j)
    order[j] = static_cast<std::uint32_t>(permutation.indices()[static_cast<Eigen::Index>(j)]);
  return order;
}

/// Columns of the factor, up to the one from which on all are full.
Lower factor_of(const Lower& lower) {
  const std::size_t n = lower.first.size() - 1;
  Lower out;
  out.first.push_back(0);
  std::vector<std::vector<std::uint32_t>> children(n);
  std::vector<std::size_t> marked(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t begin = out.row.size();
    const auto add = [&](std::uint32_t i) {
      if (i <= j || marked[i] == j) return;
      marked[i] = j;
      out.row.push_back(i);
    };
    for (const std::uint32_t i : lower.column(j)) add(i);
    for (const std::uint32_t child : children[j])
      for (std::size_t e = out.first[child]; e < out.first[child + 1]; ++e) add(out.row[e]);
    std::sort(out.row.begin() + static_cast<std::ptrdiff_t>(begin), out.row.end());
    out.first.push_back(out.row.size());
    const std::size_t length = out.row.size() - begin;
    if (length > 0) children[out.row[begin]].push_back(static_cast<std::uint32_t>(j));
    if (length == n - j - 1) break;
  }
  return out;
}

/// First step of the longest tail of which at least half is filled.
std::size_t dense_from(const Lower& factor, std::size_t n) {
  const std::size_t sparse = factor.first.size() - 1;  // from the last of these on, all columns are full
  std::size_t best = n, filled = 0;
  for (std::size_t j = n; j-- > 0;) {
    const std::size_t tail = n - j;
    filled += 1 + (j < sparse ? factor.first[j + 1] - factor.first[j] : tail - 1);
    if (4 * filled >= tail * (tail + 1)) best = j;
  }
  return best;
}

}  // namespace

std::shared_ptr<const SparsePattern> SparsePattern::create(std::size_t n, std::span<const std::size_t> first,
                                                           std::span<const std::uint32_t> members) {
  HR_ASSERT(n < std::numeric_limits<std::uint32_t>::max());
  auto out = std::make_shared<SparsePattern>();
  std::vector<std::uint32_t> natural(n);
  std::iota(natural.begin(), natural.end(), 0u);
  out->order_ = minimum_degree(lower_of(n, first, members, natural));
  out->step_.resize(n);
  for (std::size_t j = 0; j < n; ++j) out->step_[out->order_[j]] = static_cast<std::uint32_t>(j);
  const Lower factor = factor_of(lower_of(n, first, members, out->step_));
  out->head_ = std::min(dense_from(factor, n), factor.first.size() - 1);
  out->first_.assign(1, 0);
  for (std::size_t j = 0; j < out->head_; ++j) {
    const auto column = factor.column(j);
    out->row_.push_back(static_cast<std::uint32_t>(j));
    out->row_.insert(out->row_.end(), column.begin(), column.end());
    out->first_.push_back(out->row_.size());
  }
  return out;
}

std::size_t SparsePattern::position(std::size_t i, std::size_t j) const {
  std::size_t a = step_[i], b = step_[j];
  if (a < b) std::swap(a, b);
  if (b >= head_) return first_.back() + (b - head_) * dense() + (a - head_);
  const auto from = row_.begin() + static_cast<std::ptrdiff_t>(first_[b]);
  const auto to = row_.begin() + static_cast<std::ptrdiff_t>(first_[b + 1]);
  const auto at = std::lower_bound(from, to, static_cast<std::uint32_t>(a));
  HR_ASSERT(at != to && *at == a);
  return static_cast<std::size_t>(at - row_.begin());
}

}  // namespace hedgerow::stats
