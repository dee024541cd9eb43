#include "data/xlsx_writer.hpp"

#include <gtest/gtest.h>

#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

std::vector<Sheet> sheets() {
  Sheet sheet;
  sheet.name = "Muscle";
  sheet.columns = {{"study", "", CellRule::any, {}},
                   {"outcome", "one of two", CellRule::choice, {"mass", "strength"}},
                   {"mean", "in kg", CellRule::number, {}}};
  sheet.rows = {{"Smith 2015", "mass", "12.5"}, {"Lee", "", "1.50"}};
  sheet.fill_rows = 200;
  return {sheet};
}

TEST(XlsxWriter, WritesWhatTheReaderReads) {
  const auto bytes = to_xlsx(sheets());
  ASSERT_TRUE(bytes.ok()) << describe(bytes.error());
  const auto table = parse_xlsx(*bytes, "form.xlsx", "Muscle");
  ASSERT_TRUE(table.ok()) << describe(table.error());
  ASSERT_EQ(table->rows(), 2U);
  EXPECT_EQ(table->names(), (std::vector<std::string>{"study", "outcome", "mean"}));
  EXPECT_EQ(table->cell(0, 0), "Smith 2015");
  EXPECT_EQ(table->cell(0, 2), "12.5");
  EXPECT_EQ(table->cell(1, 2), "1.50");  // the digits as typed, which a number would lose
  EXPECT_TRUE(table->missing(1, 1));
}

TEST(XlsxWriter, GivesTheSameBytesAgain) { EXPECT_EQ(to_xlsx(sheets()).take(), to_xlsx(sheets()).take()); }

TEST(XlsxWriter, RefusesNamesThatASheetCannotHave) {
  for (const char* name : {"", "a/b", "a name that is longer than a sheet may have"}) {
    auto wrong = sheets();
    wrong[0].name = name;
    EXPECT_FALSE(to_xlsx(wrong).ok()) << name;
  }
}

}  // namespace
}  // namespace hedgerow::data
