// Table: cells, columns, selections, messages.
#include "data/table.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::data {
namespace {

using Texts = std::vector<std::string>;

Table sample() {
  return Table::create("s.csv", {"study", "yi", "note"},
                       {{"A", "0.5", "ok"}, {"B", "NA", "\"odd\""}, {"C", " -2e-3 ", ""}})
      .take();
}

TEST(Table, ReadsCells) {
  const Table t = sample();
  EXPECT_EQ(t.rows(), 3U);
  EXPECT_EQ(t.cell(1, 2), "\"odd\"");
  EXPECT_EQ(t.cell(2, 1), "-2e-3");
  EXPECT_EQ(t.where(0, 0), "s.csv:2:study");
}

TEST(Table, GivesColumnsAsNumbersAndTexts) {
  const Table t = sample();
  const auto yi = t.numbers("yi");
  ASSERT_TRUE(yi.ok());
  EXPECT_EQ((*yi)[0], 0.5);
  EXPECT_TRUE(std::isnan((*yi)[1]));
  EXPECT_EQ((*yi)[2], -0.002);
  EXPECT_EQ(*t.texts("yi"), (Texts{"0.5", "", "-2e-3"}));
  EXPECT_TRUE(t.is_numeric(1));
  EXPECT_FALSE(t.is_numeric(0));
}

TEST(Table, AMissingColumnIsNotNumeric) {
  const Table t = Table::create("s.csv", {"a"}, {{"NA"}, {"."}, {""}, {"NaN"}, {"#N/A"}}).take();
  EXPECT_FALSE(t.is_numeric(0));
  for (std::size_t i = 0; i < t.rows(); ++i) EXPECT_TRUE(t.missing(i, 0));
  EXPECT_TRUE(t.numbers("a").ok());
}

TEST(Table, UnderstandsNumbersAsPeopleWriteThem) {
  const Table t = Table::create("s.csv", {"a"},
                                {{"+1.5"},
                                 {"\xE2\x88\x92"
                                  "2"},
                                 {".5"},
                                 {"1e3"},
                                 {"-0"}})
                      .take();
  const auto a = t.numbers("a");
  ASSERT_TRUE(a.ok());
  EXPECT_EQ(*a, (stats::Vector{1.5, -2, 0.5, 1000, 0}));
  for (const char* text :
       {"1,5", "0x10", "inf", "Infinity", "nan(1)", "1 2", "1e", "--1", "+-1", "1_000", "<0.05", "5%"})
    EXPECT_FALSE(Table::create("s.csv", {"a"}, {{text}})->numbers("a").ok()) << text;
}

TEST(Table, SaysWhichCellIsText) {
  const auto numbers = sample().numbers("note");
  ASSERT_FALSE(numbers.ok());
  EXPECT_EQ(describe(numbers.error()),
            "s.csv:2:note: 'ok' is not a number; column 'note' must hold numbers (missing: empty, NA or .)");
}

TEST(Table, NamesTheNearestColumn) {
  EXPECT_EQ(describe(sample().column("studdy").error()), "s.csv: there is no column 'studdy' (did you mean 'study'?)");
  EXPECT_EQ(describe(sample().column("zzzzzzzz").error()),
            "s.csv: there is no column 'zzzzzzzz'; the columns are study, yi, note");
}

TEST(Table, SelectKeepsLines) {
  const std::vector<std::size_t> rows{2, 0, 2};
  const Table t = sample().select(rows);
  ASSERT_EQ(t.rows(), 3U);
  EXPECT_EQ(t.cell(0, 0), "C");
  EXPECT_EQ(t.line(0), 4U);
  EXPECT_EQ(t.line(1), 2U);
  EXPECT_EQ(t.select({}).rows(), 0U);
}

TEST(Table, WithColumnKeepsTheRest) {
  const std::vector<std::size_t> rows{1, 2};
  const auto t = sample().select(rows).with_column("es", {"1", "2"});
  ASSERT_TRUE(t.ok());
  EXPECT_EQ(t->names().back(), "es");
  EXPECT_EQ(t->cell(0, 2), "\"odd\"");
  EXPECT_EQ(t->cell(1, 3), "2");
  EXPECT_EQ(t->line(0), 3U);
  EXPECT_FALSE(sample().with_column("yi", {"1", "2", "3"}).ok());
}

TEST(Table, DeclaredLevelsAreKept) {
  const auto t = Table::create("s.csv", {"group", "yi"}, {{"1", "0.1"}, {"2", "0.2"}, {"NA", "0.3"}})
                     ->with_levels("group", {"2", "1"});
  ASSERT_TRUE(t.ok());
  const std::vector<std::size_t> rows{1};
  for (const Table& each : {*t, t->select(rows)}) {
    ASSERT_EQ(each.levels(0).size(), 2U);
    EXPECT_EQ(each.levels(0)[0], "2");
    EXPECT_TRUE(each.levels(1).empty());
  }
  EXPECT_EQ(t->with_column("es", {"1", "2", "3"})->levels(0).size(), 2U);
  EXPECT_TRUE(sample().levels(0).empty());
}

TEST(Table, RefusesLevelsThatDoNotFit) {
  EXPECT_EQ(describe(sample().with_levels("study", {"A", "B"}).error()),
            "s.csv:4:study: 'C' is none of the levels of 'study': A, B");
  EXPECT_EQ(describe(sample().with_levels("study", {"A", "B", "C", "A"}).error()),
            "s.csv: level 'A' of 'study' is named twice");
  EXPECT_FALSE(sample().with_levels("zzz", {"A"}).ok());
}

TEST(Table, RefusesRaggedRowsAndBadNames) {
  EXPECT_EQ(describe(Table::create("s", {"a", "b"}, {{"1", "2"}, {"1"}}).error()),
            "s:3: row has 1 cells, but the table has 2 columns");
  EXPECT_FALSE(Table::create("s", {"a", "a"}, {}).ok());
  EXPECT_FALSE(Table::create("s", {"a", ""}, {}).ok());
}

}  // namespace
}  // namespace hedgerow::data
