// CSV: dialects, lines as an editor counts them, and the located refusals.
#include <gtest/gtest.h>

#include <cmath>

#include "base/file.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

Table parse(const std::string& text) {
  auto table = parse_csv(text, "t.csv");
  EXPECT_TRUE(table.ok()) << (table.ok() ? "" : describe(table.error()));
  return table.ok() ? table.take() : Table();
}

std::string refusal(const std::string& text) {
  const auto table = parse_csv(text, "t.csv");
  return table.ok() ? "accepted" : describe(table.error());
}

std::vector<std::string> cells(const Table& t) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < t.rows(); ++i)
    for (std::size_t j = 0; j < t.cols(); ++j) out.emplace_back(t.cell(i, j));
  return out;
}

using Texts = std::vector<std::string>;

TEST(Csv, ReadsPlainCellsAndTheirPlaces) {
  const Table t = parse("study,yi\nA, 0.5 \nB,-1\n");
  EXPECT_EQ(t.names(), (Texts{"study", "yi"}));
  EXPECT_EQ(cells(t), (Texts{"A", "0.5", "B", "-1"}));
  EXPECT_EQ(t.where(1, 1), "t.csv:3:yi");
}

TEST(Csv, UndoesQuotes) {
  const Table t = parse("a,b\n\"x, y\",\"say \"\"no\"\" twice\"\n \"q\" ,5\" pipe\n\"\",\"\"\"\"\n");
  EXPECT_EQ(cells(t), (Texts{"x, y", "say \"no\" twice", "q", "5\" pipe", "", "\""}));
}

TEST(Csv, CountsLinesInsideQuotes) {
  const Table t = parse("a,b\n\"one\ntwo\r\nthree\",1\nx,2\n");
  EXPECT_EQ(t.cell(0, 0), "one\ntwo\r\nthree");
  EXPECT_EQ(t.line(0), 2U);
  EXPECT_EQ(t.line(1), 5U);
}

TEST(Csv, TakesEveryLineEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Table t = parse("a,b" + end + "1,2" + end + "3,4");
    EXPECT_EQ(cells(t), (Texts{"1", "2", "3", "4"}));
    EXPECT_EQ(t.line(1), 3U);
  }
}

TEST(Csv, SkipsMarkBlankLinesAndEmptyRowsAtTheEnd) {
  const Table t = parse("\xEF\xBB\xBF\na,b\n1,2\n\n3,4\n,\n\n\n");
  EXPECT_EQ(t.names()[0], "a");
  EXPECT_EQ(cells(t), (Texts{"1", "2", "3", "4"}));
  EXPECT_EQ(t.line(1), 5U);
}

TEST(Csv, KeepsMissingCellsOfASingleColumn) {
  const Table t = parse("a\n1\n\n3\n\n");
  EXPECT_EQ(cells(t), (Texts{"1", "", "3"}));
}

TEST(Csv, HeaderAloneIsATableWithoutRows) {
  const Table t = parse("a,b\n");
  EXPECT_EQ(t.rows(), 0U);
  EXPECT_EQ(t.cols(), 2U);
  EXPECT_TRUE(t.numbers("b").ok());
}

TEST(Csv, RecognisesSeparators) {
  EXPECT_EQ(cells(parse("a;b\n1,5;2\n")), (Texts{"1,5", "2"}));
  EXPECT_EQ(cells(parse("a\tb\n1\tx y\n\t2\n")), (Texts{"1", "x y", "", "2"}));
  EXPECT_EQ(cells(parse("\"a;b;c\",d\n1,2\n")), (Texts{"1", "2"}));
  EXPECT_EQ(cells(parse("sep=;\r\na;b\r\n1;2\r\n")), (Texts{"1", "2"}));
  EXPECT_EQ(parse("sep=;\na;b\n1;2\n").line(0), 3U);
  EXPECT_EQ(cells(parse("a,b (x; y; z)\n1,2\n")), (Texts{"1", "2"}));
}

TEST(Csv, ReadsDecimalCommas) {
  const Table t = parse("x;n;id\n0,5;10;1.1\n-1,25e2;20;2.1\nNA;30;.\n");
  const auto x = t.numbers("x");
  ASSERT_TRUE(x.ok());
  EXPECT_EQ((*x)[0], 0.5);
  EXPECT_EQ((*x)[1], -125);
  EXPECT_TRUE(std::isnan((*x)[2]));
  EXPECT_EQ((*t.numbers("id"))[1], 2.1);  // the mark is a property of the column
}

TEST(Csv, RefusesPointAndCommaInOneColumn) {
  const auto x = parse("x;y\n0,5;1\n1.234;1\n").numbers("x");
  ASSERT_FALSE(x.ok());
  EXPECT_EQ(describe(x.error()),
            "t.csv:3:x: '1.234' is not a number with a decimal comma, as '0,5' in line 2 is; column 'x' must hold "
            "numbers (missing: empty, NA or .)");
  EXPECT_FALSE(parse("x,y\n\"0,5\",1\n").numbers("x").ok());
  EXPECT_FALSE(parse("x;y\n1.234,5;1\n").numbers("x").ok());
}

TEST(Csv, ReadsWindows1252) {
  const Table t = parse("a\nM\xFCller \x80\n");
  EXPECT_EQ(t.cell(0, 0), "Müller €");
}

TEST(Csv, RefusesWithThePlace) {
  EXPECT_EQ(refusal(""), "t.csv: the file is empty; the first line must name the columns");
  EXPECT_EQ(refusal("\n\r\n"), "t.csv: the file is empty; the first line must name the columns");
  EXPECT_EQ(refusal("a,b\n1,2\n3\n"),
            "t.csv:3: row has 1 cell, but the header names 2 columns; write a missing value as an empty cell between "
            "separators");
  EXPECT_EQ(refusal("a,b\n1,2,3\n"),
            "t.csv:2: row has 3 cells, but the header names 2 columns; quote cells that contain the separator");
  EXPECT_EQ(refusal("a,b\nü,\"open\n2,3\n"), "t.csv:2:3: the quote that opens here is never closed");
  EXPECT_EQ(refusal("a,b\n1,\"x\"y\n"),
            "t.csv:2:6: 'y' follows a closing quote; a quote inside a quoted cell is written twice");
  EXPECT_EQ(refusal("a,b,a\n1,2,3\n"), "t.csv:1: columns 1 and 3 are both named 'a'; names must differ");
  EXPECT_EQ(refusal("a,,c\n1,2,3\n"), "t.csv:1: column 2 of 3 has no name; each column needs one in the header");
}

TEST(Csv, RefusesWhatIsNoText) {
  EXPECT_NE(refusal(std::string("\xFF\xFE\x61\x00", 4)).find("UTF-16"), std::string::npos);
  EXPECT_NE(refusal("PK\x03\x04...").find("zip"), std::string::npos);
  EXPECT_NE(refusal(std::string("a,b\n1\0,2", 9)).find("byte 6 is zero"), std::string::npos);
}

TEST(Csv, WritesWhatItReads) {
  const std::string text = "a,\"b\"\"c\"\n\"x, y\",\"two\nlines\"\n,-0.5\n";
  EXPECT_EQ(to_csv(parse(text)), text);
  EXPECT_EQ(to_csv(parse("a;b\nNA;.\n1;2\n")), "a,b\n,\n1,2\n");
}

TEST(Csv, ReadsAsManyRowsAsThereAre) {
  std::string text = "g,x\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(i / 7) + "," + std::to_string(i) + ".5\n";
  const Table t = parse(text);
  ASSERT_EQ(t.rows(), 5000U);
  const auto x = t.numbers("x");
  ASSERT_TRUE(x.ok());
  for (std::size_t i = 0; i < 5000; ++i) ASSERT_EQ((*x)[i], static_cast<double>(i) + 0.5);
}

TEST(ReadTable, NamesWhatItCanNotRead) {
  EXPECT_EQ(read_table("/nowhere/x.csv").error().code, ErrorCode::io);
  EXPECT_EQ(read_table("x.sav").error().code, ErrorCode::usage);
  EXPECT_EQ(read_table("x.csv#Sheet").error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace hedgerow::data
