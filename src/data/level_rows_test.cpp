// Reference grids of marginal means.
#include <gtest/gtest.h>

#include "data/formula.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

// Two factors, unbalanced, and a number.
Table table() {
  auto read = parse_csv("a,b,x\np,u,1\np,u,2\np,v,6\nq,v,3\nq,w,3\nr,u,9\n", "t.csv");
  EXPECT_TRUE(read.ok());
  return read.take();
}

stats::Vector row(const LevelRows& rows, std::size_t level) {
  return {rows.x.row(level).begin(), rows.x.row(level).end()};
}

TEST(LevelRows, EqualWeightsAverageOverTheLevels) {
  // Columns: intrcpt, aq, ar, bv, bw, x; the mean of x is 4.
  const auto rows = level_rows("~ a + b + x", table(), "a", LevelWeights::equal);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->levels, (std::vector<std::string>{"p", "q", "r"}));
  const stats::Vector expected{1, 1, 0, 1.0 / 3, 1.0 / 3, 4};
  for (std::size_t j = 0; j < expected.size(); ++j) EXPECT_NEAR(row(*rows, 1)[j], expected[j], 1e-15);
}

TEST(LevelRows, ProportionalWeightsAverageOverTheRows) {
  const auto rows = level_rows("~ a + b + x", table(), "a", LevelWeights::proportional);
  ASSERT_TRUE(rows.ok());
  const stats::Vector expected{1, 0, 1, 2.0 / 6, 1.0 / 6, 4};
  for (std::size_t j = 0; j < expected.size(); ++j) EXPECT_NEAR(row(*rows, 2)[j], expected[j], 1e-15);
}

TEST(LevelRows, InteractionsTakeTheProductOfTheMeans) {
  // intrcpt, aq, ar, x, aq:x, ar:x
  const auto rows = level_rows("~ a * x", table(), "a", LevelWeights::equal);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(row(*rows, 1), (stats::Vector{1, 1, 0, 4, 4, 0}));
}

TEST(LevelRows, WithoutInterceptAndWithFactor) {
  const auto rows = level_rows("~ 0 + factor(x) + b", table(), "x", LevelWeights::equal);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->factor, "factor(x)");
  EXPECT_EQ(rows->levels.size(), 5u);
  EXPECT_EQ(rows->x(0, 0), 1);
  EXPECT_EQ(rows->x(1, 0), 0);
}

TEST(LevelRows, RefusesWhatIsNoFactor) {
  EXPECT_FALSE(level_rows("~ a + x", table(), "x", LevelWeights::equal).ok());
  const auto unknown = level_rows("~ a + x", table(), "c", LevelWeights::equal);
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message.find("its factors are a"), std::string::npos);
  EXPECT_FALSE(level_rows("~ x", table(), "a", LevelWeights::equal).ok());
}

}  // namespace
}  // namespace hedgerow::data
