#include "stats/assemble_matrix.hpp"

#include <gtest/gtest.h>

namespace hedgerow::stats {
namespace {

TEST(AssembleMatrix, BlocksAlongTheDiagonal) {
  Matrix a(2, 2, 1), b(1, 1, 5);
  a(0, 1) = 3;
  const Matrix blocks[] = {a, b};
  const Matrix out = block_diagonal(blocks);
  EXPECT_EQ(out.rows(), 3u);
  EXPECT_EQ(out(0, 1), 3);
  EXPECT_EQ(out(2, 2), 5);
  EXPECT_EQ(out(0, 2), 0);
}

TEST(AssembleMatrix, TriangleByColumns) {
  const double values[] = {1, 2, 3, 4, 5, 6};
  const auto correlations = from_lower_triangle(values, 1.0);
  ASSERT_TRUE(correlations);
  EXPECT_EQ(correlations->rows(), 4u);
  EXPECT_EQ((*correlations)(1, 2), 4);
  EXPECT_EQ((*correlations)(3, 2), 6);
  const auto whole = from_lower_triangle(values, std::nullopt);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->rows(), 3u);
  EXPECT_EQ((*whole)(1, 1), 4);
  EXPECT_FALSE(from_lower_triangle(std::span(values, 5), 1.0));
}

}  // namespace
}  // namespace hedgerow::stats
