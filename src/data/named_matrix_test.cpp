#include "data/named_matrix.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::data {
namespace {

NamedMatrix parse(const std::string& text) {
  auto out = parse_named_matrix(text, "R.csv");
  EXPECT_TRUE(out.ok()) << describe(out.error());
  return out.take();
}

std::string failure(const std::string& text) {
  const auto out = parse_named_matrix(text, "R.csv");
  return out.ok() ? "" : describe(out.error());
}

const std::vector<std::string> kNames{"a", "b", "c"};

void expect_example(const NamedMatrix& m, bool named) {
  EXPECT_EQ(m.names, named ? kNames : std::vector<std::string>());
  ASSERT_EQ(m.size(), 3U);
  const double r[3][3] = {{1, .5, .2}, {.5, 1, -.3}, {.2, -.3, 1}};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) EXPECT_EQ(m.values(i, j), r[i][j]) << i << ' ' << j;
}

TEST(NamedMatrix, EveryFormGivesTheSameMatrix) {
  expect_example(parse("id,a,b,c\na,1,.5,.2\nb,.5,1,-.3\nc,.2,-.3,1\n"), true);
  expect_example(parse("\"\",\"a\",\"b\",\"c\"\n\"a\",1,.5,.2\n\"b\",.5,1,-.3\n\"c\",.2,-.3,1\n"), true);
  expect_example(parse("a,b,c\n1,.5,.2\n.5,1,-.3\n.2,-.3,1\n"), true);
  expect_example(parse("a,1,.5,.2\nb,.5,1,-.3\nc,.2,-.3,1\n"), true);
  expect_example(parse("a\tb\tc\na\t1\t.5\t.2\nb\t.5\t1\t-.3\nc\t.2\t-.3\t1\n"), true);
  expect_example(parse("1,.5,.2\n.5,1,-.3\n.2,-.3,1\n"), false);
  expect_example(parse("a;b;c\n1;0,5;0,2\n0,5;1;-0,3\n0,2;-0,3;1\n"), true);
  expect_example(parse("i,j,value\na,a,1\na,b,.5\nb,b,1\na,c,.2\nb,c,-.3\nc,c,1\n"), true);
  expect_example(parse(",a,b,c\na,1,,\nb,.5,1,\nc,.2,-.3,1\n"), true);
}

TEST(NamedMatrix, ALongFormWithoutDiagonalLeavesItOpen) {
  const NamedMatrix m = parse("i,j,value\na,b,.5\n");
  EXPECT_TRUE(std::isnan(m.values(0, 0)));
  EXPECT_EQ(m.values(1, 0), .5);
  EXPECT_EQ(to_correlations(m)->values(0, 0), 1);
}

TEST(NamedMatrix, ErrorsAreLocated) {
  EXPECT_EQ(failure("id,a,b\na,1,.5\nb,.4,1\n"),
            "R.csv:3:column 2: not symmetric: 0.4 here, but 0.5 in line 2, column 3");
  EXPECT_EQ(failure("id,a,b\na,1,.5\nb,x,1\n"), "R.csv:3:column 2: expected a number, found 'x'");
  EXPECT_EQ(failure("id,a,b\na,1,\nb,,1\n"), "R.csv:3:column 2: a number is missing");
  EXPECT_EQ(failure("id,a,b\na,1,.5\nc,.5,1\n"),
            "R.csv:3:column 1: row 2 is named 'c' but column 2 'b'; both must come in one order");
  EXPECT_EQ(failure("id,a,a\na,1,.5\na,.5,1\n"), "R.csv:1:column 3: the name 'a' occurs twice");
  EXPECT_EQ(failure("id,a,\na,1,.5\n,.5,1\n"), "R.csv:1:column 3: row 2 has no name");
  EXPECT_NE(failure("1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n").find("5 rows of 3 cells are no square matrix"),
            std::string::npos);
  EXPECT_EQ(failure("i,j,value\na,b,.5\nb,a,.4\n"), "R.csv:3:column 3: b and a have 0.4 here, but 0.5 in line 2");
  EXPECT_NE(failure("a,b\n1,0\n0,1,2\n"), "");
}

TEST(NamedMatrix, CovariancesBecomeCorrelations) {
  const auto r = to_correlations(parse("a,b\n4,1\n1,9\n"));
  ASSERT_TRUE(r.ok());
  EXPECT_DOUBLE_EQ(r->values(0, 1), 1.0 / 6);
  EXPECT_EQ(r->values(1, 1), 1);
  EXPECT_EQ(describe(to_correlations(parse("a,b\n4,1\n1,0\n")).error()),
            "R.csv: the diagonal entry of 'b' is 0; it must be positive");
  EXPECT_EQ(describe(to_correlations(parse("a,b\n1,2\n2,1\n")).error()),
            "R.csv: the correlation of 'a' and 'b' is 2; it lies between -1 and 1");
}

TEST(NamedMatrix, LevelsAreSelectedByName) {
  const NamedMatrix m = parse("id,a,b,c\na,1,.5,.2\nb,.5,1,-.3\nc,.2,-.3,1\n");
  const std::vector<std::string> levels{"c", "a"};
  const auto part = select_levels(m, levels, "species");
  ASSERT_TRUE(part.ok());
  EXPECT_EQ((*part)(0, 1), .2);
  const std::vector<std::string> wrong{"c", "d"};
  EXPECT_NE(describe(select_levels(m, wrong, "species").error()).find("1 of 2 levels of species have no row"),
            std::string::npos);
  EXPECT_FALSE(select_levels(parse("1,0\n0,1\n"), kNames, "species").ok());
}

}  // namespace
}  // namespace hedgerow::data
