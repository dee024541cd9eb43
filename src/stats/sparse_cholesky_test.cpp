// The twin is dense: C = I + L S L and its inverse as matrices, and T = S - S U S.
#include "stats/sparse_cholesky.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "stats/linalg.hpp"

namespace hedgerow::stats {
namespace {

struct Cliques {
  std::vector<std::size_t> first{0};
  std::vector<std::uint32_t> members;

  void add(std::initializer_list<std::uint32_t> clique) {
    members.insert(members.end(), clique);
    first.push_back(members.size());
  }
  std::span<const std::uint32_t> operator[](std::size_t c) const {
    return {members.data() + first[c], first[c + 1] - first[c]};
  }
};

/// Each clique is a row with one member per factor: `sizes` groups per factor, drawn at random.
Cliques crossed(std::size_t rows, std::vector<std::uint32_t> sizes, unsigned seed) {
  std::mt19937 engine(seed);
  Cliques out;
  for (std::size_t i = 0; i < rows; ++i) {
    std::uint32_t offset = 0;
    for (const std::uint32_t size : sizes) {
      out.members.push_back(offset + static_cast<std::uint32_t>(engine() % size));
      offset += size;
    }
    out.first.push_back(out.members.size());
  }
  return out;
}

void expect_near(double value, double expected, double scale, const char* what) {
  EXPECT_NEAR(value, expected, 1e-11 * scale) << what;
}

/// Eliminates sum_c w_c 1 1' over the cliques and compares everything with dense algebra.
void compare_with_dense(std::size_t n, const Cliques& cliques, const Vector& lambda2) {
  const auto pattern = SparsePattern::create(n, cliques.first, cliques.members);
  Vector s(pattern->entries(), 0.0);
  Matrix dense(n, n);
  for (std::size_t c = 0; c + 1 < cliques.first.size(); ++c) {
    const double w = 0.5 + 0.1 * static_cast<double>(c % 7);
    for (const std::uint32_t i : cliques[c])
      for (const std::uint32_t j : cliques[c]) {
        dense(i, j) += w;
        if (i >= j) s[pattern->position(i, j)] += w;
      }
  }
  const auto factor = SparseElimination::create(pattern, s, lambda2);
  ASSERT_TRUE(factor.has_value());
  Matrix c = identity(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) c(i, j) += std::sqrt(lambda2[i] * lambda2[j]) * dense(i, j);
  const auto cholesky = Cholesky::create(c);
  ASSERT_TRUE(cholesky.has_value());
  Matrix u = cholesky->inverse();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) u(i, j) *= std::sqrt(lambda2[i] * lambda2[j]);
  const Matrix sus = multiply(dense, multiply(u, dense));
  expect_near(factor->log_determinant(), cholesky->log_determinant(), 1 + cholesky->log_determinant(), "log |C|");
  Vector r(n);
  for (std::size_t i = 0; i < n; ++i) r[i] = std::sin(1.0 + static_cast<double>(i));
  const Vector solved = factor->solve(r), expected = multiply(u, r);
  const auto selected = factor->selected();
  for (std::size_t i = 0; i < n; ++i) {
    expect_near(solved[i], expected[i], 1 + lambda2[i], "U r");
    expect_near(selected.t_diagonal[i], dense(i, i) - sus(i, i), 10 * dense(i, i), "T");
  }
  for (std::size_t k = 0; k + 1 < cliques.first.size(); ++k)
    for (const std::uint32_t i : cliques[k])
      for (const std::uint32_t j : cliques[k])
        expect_near(selected.u[pattern->position(i, j)], u(i, j), 1 + lambda2[i], "U");
}

Vector alternating(std::size_t n, std::initializer_list<double> values) {
  Vector out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = values.begin()[i % values.size()];
  return out;
}

TEST(SparseElimination, AgreesWithDenseAlgebraOnCrossedFactors) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    compare_with_dense(50, crossed(120, {30, 20}, seed), alternating(50, {0.3}));
    compare_with_dense(64, crossed(90, {40, 20, 4}, seed), alternating(64, {0.3, 1.7, 0.02}));
    compare_with_dense(230, crossed(260, {200, 30}, seed), alternating(230, {0.5}));
  }
}

TEST(SparseElimination, DensePartOfMoreThanOnePanel) {
  const Cliques cliques = crossed(4000, {150, 130}, 5);
  EXPECT_GT(SparsePattern::create(280, cliques.first, cliques.members)->dense(), 100u);
  compare_with_dense(280, cliques, alternating(280, {0.3, 0.8}));
}

TEST(SparseElimination, VariancesOfZeroAndNearZero) {
  const Cliques cliques = crossed(90, {40, 20, 4}, 9);
  compare_with_dense(64, cliques, Vector(64, 0.0));
  compare_with_dense(64, cliques, alternating(64, {0.0, 0.4}));
  compare_with_dense(64, cliques, alternating(64, {1e-18, 0.4, 1e-9}));
  Vector one_factor(64, 0.0);
  for (std::size_t i = 40; i < 60; ++i) one_factor[i] = 0.7;
  compare_with_dense(64, cliques, one_factor);
}

TEST(SparseElimination, EmptyUnconnectedAndRepeatedMembers) {
  compare_with_dense(0, Cliques{}, {});
  compare_with_dense(5, Cliques{}, Vector(5, 1.0));
  Cliques cliques;
  cliques.add({0, 1});
  cliques.add({2});
  cliques.add({3, 0});
  cliques.add({});
  compare_with_dense(5, cliques, {1, 2, 3, 4, 5});
}

/// Nested effects have no fill: one entry per pair of an effect with one around it.
TEST(SparseElimination, NestedEffectsHaveNoFill) {
  Cliques cliques;
  for (std::uint32_t i = 0; i < 4096; ++i) cliques.add({i / 4, 1024 + i / 32, 1152 + i / 256});
  const std::size_t n = 1024 + 128 + 16;
  const auto pattern = SparsePattern::create(n, cliques.first, cliques.members);
  EXPECT_LE(pattern->entries() - pattern->dense() * pattern->dense(), 3 * 1024u + 2 * 128u + 16u);
  EXPECT_LE(pattern->dense(), 16u);
}

/// Two factors of which one has few groups: the fill stays within the few.
TEST(SparseElimination, CrossedFactorsFillTheFewGroupsOnly) {
  const Cliques cliques = crossed(20000, {4000, 40}, 3);
  const auto pattern = SparsePattern::create(4040, cliques.first, cliques.members);
  EXPECT_LE(pattern->entries() - pattern->dense() * pattern->dense(), 20000u + 4000u);
  EXPECT_LE(pattern->dense(), 60u);
}

TEST(SparseElimination, RefusesWhatIsNotPositiveDefinite) {
  Cliques cliques;
  cliques.add({0, 1});
  const auto pattern = SparsePattern::create(2, cliques.first, cliques.members);
  Vector s(pattern->entries(), 0.0);
  s[pattern->position(0, 0)] = -2;
  EXPECT_FALSE(SparseElimination::create(pattern, s, Vector{1, 1}).has_value());
  s[pattern->position(0, 0)] = std::nan("");
  EXPECT_FALSE(SparseElimination::create(pattern, s, Vector{1, 1}).has_value());
}

}  // namespace
}  // namespace hedgerow::stats
