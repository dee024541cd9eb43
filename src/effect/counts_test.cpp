#include "effect/counts.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::effect {
namespace {

data::Table table(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows) {
  auto made = data::Table::create("t.csv", names, rows);
  EXPECT_TRUE(made.ok());
  return made.take();
}

TEST(RawCounts, EveryWayToGiveATableGivesTheSame) {
  const data::Table t = table({"a", "b", "c", "d", "n1", "n2"}, {{"1", "9", "2", "18", "10", "20"}});
  const std::vector<Arguments> ways = {{{"ai", "a"}, {"bi", "b"}, {"ci", "c"}, {"di", "d"}},
                                       {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}},
                                       {{"ai", "a"}, {"bi", "b"}, {"ci", "c"}, {"n2i", "n2"}}};
  for (const Arguments& way : ways) {
    const auto counts = raw_counts("OR", t, way);
    ASSERT_TRUE(counts.ok());
    EXPECT_EQ(counts->kind, RawCounts::Kind::tables);
    EXPECT_EQ(counts->x1, stats::Vector{1});
    EXPECT_EQ(counts->n1, stats::Vector{10});
    EXPECT_EQ(counts->x2, stats::Vector{2});
    EXPECT_EQ(counts->n2, stats::Vector{20});
  }
}

TEST(RawCounts, DoubleZerosKeepTheirCountsAndMissingCellsStayMissing) {
  const data::Table t = table({"a", "n1", "c", "n2"}, {{"0", "10", "0", "12"}, {"", "10", "1", "12"}});
  const auto counts = raw_counts("OR", t, {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}});
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->x1[0], 0);
  EXPECT_TRUE(std::isnan(counts->x1[1]));
}

TEST(RawCounts, RatesAndSingleGroups) {
  const data::Table t = table({"x", "t", "n"}, {{"3", "4.5", "30"}});
  const auto rates = raw_counts("IRR", t, {{"x1i", "x"}, {"t1i", "t"}, {"x2i", "x"}, {"t2i", "n"}});
  ASSERT_TRUE(rates.ok());
  EXPECT_EQ(rates->kind, RawCounts::Kind::rates);
  EXPECT_EQ(rates->n1, stats::Vector{4.5});
  const auto proportions = raw_counts("PLO", t, {{"xi", "x"}, {"ni", "n"}});
  ASSERT_TRUE(proportions.ok());
  EXPECT_EQ(proportions->kind, RawCounts::Kind::proportions);
  EXPECT_TRUE(proportions->x2.empty());
}

TEST(RawCounts, MeansHaveNoneAndEventsAboveTheirGroupAreRefused) {
  const data::Table t = table({"m", "s", "n"}, {{"30", "2", "20"}});
  const Arguments means{{"m1i", "m"}, {"sd1i", "s"}, {"n1i", "n"}, {"m2i", "m"}, {"sd2i", "s"}, {"n2i", "n"}};
  const auto none = raw_counts("MD", t, means);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->kind, RawCounts::Kind::none);
  EXPECT_FALSE(raw_counts("OR", t, {{"ai", "m"}, {"n1i", "n"}, {"ci", "s"}, {"n2i", "n"}}).ok());
}

}  // namespace
}  // namespace hedgerow::effect
