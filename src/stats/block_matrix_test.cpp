#include "stats/block_matrix.hpp"

#include <gtest/gtest.h>

namespace hedgerow::stats {
namespace {

// Rows 0, 3 and 4 hang together through 3; 1 and 2 stand alone.
Matrix example() {
  Matrix a(5, 5);
  for (std::size_t i = 0; i < 5; ++i) a(i, i) = 1.0 + static_cast<double>(i);
  a(3, 0) = a(0, 3) = 0.5;
  a(4, 3) = a(3, 4) = -0.25;
  return a;
}

TEST(BlockMatrix, BlocksAreTheConnectedRowsOfADenseMatrix) {
  const BlockMatrix m = BlockMatrix::from_dense(example());
  ASSERT_EQ(m.blocks(), 3u);
  EXPECT_EQ(m.block(0).size(), 3u);
  EXPECT_EQ(m.block(0).rows[1], 3u);
  EXPECT_EQ(m.block(0)(1, 2), -0.25);
  EXPECT_EQ(m.block(0)(0, 2), 0.0);
  EXPECT_EQ(m.dense(), example());
  EXPECT_EQ(m(1, 2), 0.0);
  EXPECT_EQ(m.diagonal(), (Vector{1, 2, 3, 4, 5}));
}

TEST(BlockMatrix, SelectingRowsIsSelectingThemFromTheDenseMatrix) {
  const BlockMatrix m = BlockMatrix::from_dense(example());
  const std::vector<std::size_t> rows{4, 1, 3};
  const BlockMatrix part = m.select(rows);
  ASSERT_EQ(part.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) EXPECT_EQ(part(i, j), example()(rows[i], rows[j]));
  EXPECT_EQ(part.blocks(), 2u);
}

TEST(BlockMatrix, NoRows) {
  EXPECT_EQ(BlockMatrix().size(), 0u);
  EXPECT_EQ(BlockMatrix::zeros({}).blocks(), 0u);
  EXPECT_EQ(BlockMatrix::from_dense(Matrix()).dense().rows(), 0u);
}

}  // namespace
}  // namespace hedgerow::stats
