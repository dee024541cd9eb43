#include "report/markdown.hpp"

#include <gtest/gtest.h>

namespace hedgerow::report {
namespace {

TEST(Markdown, TableWithNotes) {
  Table table;
  table.caption = Text("Findings");
  table.columns = {
      {"Outcome", Align::left, "", false}, {"level", Align::right, "", true}, {"n", Align::right, "", false}};
  table.rows = {{{Cell("a|b"), Cell("4"), Cell("1\n2")}, RowClass::plain}, {{Cell("group")}, RowClass::group}};
  table.notes = {Text("a. why")};
  EXPECT_EQ(to_markdown(table),
            "**Findings**\n\n| Outcome | n |\n| --- | ---: |\n| a\\|b | 1<br>2 |\n| group | |\n\na. why\n");
}

TEST(Markdown, WithoutCaption) {
  Table table;
  table.columns = {{"x", Align::center, "", false}};
  EXPECT_EQ(to_markdown(table), "| x |\n| :---: |\n");
}

}  // namespace
}  // namespace hedgerow::report
