// Nested groups against a map of the joined texts.
#include <gtest/gtest.h>

#include <map>

#include "data/formula.hpp"

namespace hedgerow::data {
namespace {

using Indices = std::vector<std::uint32_t>;

/// The definition, word by word.
std::vector<Indices> naive(const std::vector<std::string>& columns, const Table& table) {
  std::vector<Indices> out(columns.size(), Indices(table.rows()));
  for (std::size_t level = 0; level < columns.size(); ++level) {
    std::map<std::vector<std::string>, std::uint32_t> seen;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      std::vector<std::string> key;
      for (std::size_t l = 0; l <= level; ++l) key.emplace_back(table.cell(i, *table.find(columns[l])));
      out[level][i] = seen.try_emplace(key, static_cast<std::uint32_t>(seen.size())).first->second;
    }
  }
  return out;
}

TEST(NestedGroups, AgreeWithTheDefinition) {
  std::vector<std::vector<std::string>> rows;
  std::uint32_t state = 1;
  const auto random = [&](std::uint32_t n) {
    return std::to_string((state = state * 1664525 + 1013904223) % 7919 % n);
  };
  for (int i = 0; i < 6000; ++i) rows.push_back({random(400), random(3), "e" + random(1000)});
  const Table table = Table::create("g.csv", {"a", "b", "c"}, rows).take();
  for (const auto& columns : std::vector<std::vector<std::string>>{{"a"}, {"a", "b"}, {"c", "a", "b"}, {"b", "c"}}) {
    const auto groups = nested_groups(columns, table);
    ASSERT_TRUE(groups.ok());
    EXPECT_EQ(*groups, naive(columns, table));
  }
}

TEST(NestedGroups, TheSameInnerNameInAnotherOuterGroupIsAnotherGroup) {
  const Table table = Table::create("g.csv", {"a", "b"}, {{"1", "x"}, {"2", "x"}, {"1", "x"}, {"2", "y"}}).take();
  const auto groups = nested_groups({"a", "b"}, table);
  ASSERT_TRUE(groups.ok());
  EXPECT_EQ((*groups)[0], (Indices{0, 1, 0, 1}));
  EXPECT_EQ((*groups)[1], (Indices{0, 1, 0, 2}));
}

TEST(NestedGroups, RefuseMissingCellsAndUnknownColumns) {
  const Table table = Table::create("g.csv", {"a", "b"}, {{"1", "x"}, {"NA", "x"}}).take();
  const auto missing = nested_groups({"b", "a"}, table);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(describe(missing.error()),
            "g.csv:3:a: the cell is missing, but 'a' groups the rows, so each row needs a value");
  EXPECT_FALSE(nested_groups({"c"}, table).ok());
  EXPECT_EQ(nested_groups({"a"}, table.select({}))->at(0).size(), 0U);
}

}  // namespace
}  // namespace hedgerow::data
