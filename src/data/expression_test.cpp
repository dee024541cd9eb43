// Expressions: values checked by hand against R's rules.
#include "data/expression.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/detail/ast.hpp"

namespace hedgerow::data {
namespace {

using Texts = std::vector<std::string>;
using stats::Vector;

Table sample() {
  return Table::create("s.csv", {"x", "y", "g", "ok", "a name", "SA.type"},
                       {{"1", "4", "b", "TRUE", "7", "u"},
                        {"2", "", "A", "FALSE", "8", "v"},
                        {"3", "9", "", "TRUE", "9", "u"},
                        {"-4", "16", "a", "NA", "10", "v"}})
      .take();
}

void expect_values(const std::string& expression, const Vector& expected) {
  const auto values = evaluate_numbers(expression, sample());
  ASSERT_TRUE(values.ok()) << expression << ": " << (values.ok() ? "" : describe(values.error()));
  ASSERT_EQ(values->size(), expected.size()) << expression;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan((*values)[i])) << expression << " row " << i;
    } else {
      EXPECT_DOUBLE_EQ((*values)[i], expected[i]) << expression << " row " << i;
    }
  }
}

const double kNA = NAN;

TEST(Expression, HasThePrecedenceOfR) {
  expect_values("-2^2", {-4, -4, -4, -4});
  expect_values("2^3^2", {512, 512, 512, 512});
  expect_values("2^-1*4", {2, 2, 2, 2});
  expect_values("1 + 2 * 3 - 4 / 2", {5, 5, 5, 5});
  expect_values("7 %% 4 * 2", {6, 6, 6, 6});
  expect_values("-7 %% 4", {1, 1, 1, 1});
  expect_values("!x > 1 & TRUE", {1, 0, 0, 1});
  expect_values("x < 2 | x > 2 & x < 0", {1, 0, 0, 1});
}

TEST(Expression, ComputesWithColumns) {
  expect_values("1/(x + .1)", {1 / 1.1, 1 / 2.1, 1 / 3.1, 1 / -3.9});
  expect_values("sqrt(y) + log(exp(x))", {3, kNA, 6, 0});
  expect_values("log(8, base = 2) + log2(8) + log10(100)", {8, 8, 8, 8});
  expect_values("`a name` - mean(`a name`)", {-1.5, -0.5, 0.5, 1.5});
  expect_values("a.name", {7, 8, 9, 10});
  expect_values("a name", {7, 8, 9, 10});
  expect_values("mean(y, na.rm = TRUE)", {29.0 / 3, 29.0 / 3, 29.0 / 3, 29.0 / 3});
  expect_values("mean(y)", {kNA, kNA, kNA, kNA});
  expect_values("round(x / 2)", {0, 1, 2, -2});
  expect_values("ifelse(x > 1, x, 0)", {0, 2, 3, 0});
  expect_values("abs(x)^2", {1, 4, 9, 16});
  expect_values("median(x) + max(x) + min(x)", {0.5, 0.5, 0.5, 0.5});
}

TEST(Expression, ComparesTextsAndNumbers) {
  expect_values("g == \"b\"", {1, 0, kNA, 0});
  expect_values("g != 'b'", {0, 1, kNA, 1});
  expect_values("g %in% c(\"a\", \"A\")", {0, 1, 0, 1});
  expect_values("x %in% c(1, 3)", {1, 0, 1, 0});
  expect_values("x %in% 2:3", {0, 1, 1, 0});
  expect_values("x == \"3\"", {0, 0, 1, 0});
  expect_values("g > \"a\"", {1, 1, kNA, 0});  // a < A < b
  expect_values("ok", {1, 0, 1, kNA});
  expect_values("ok & x > 0", {1, 0, 1, 0});
}

TEST(Expression, SpreadsMissingValuesAsR) {
  expect_values("is.na(y)", {0, 1, 0, 0});
  expect_values("!is.na(g)", {1, 1, 0, 1});
  expect_values("y > 5 | TRUE", {1, 1, 1, 1});
  expect_values("y > 5 & FALSE", {0, 0, 0, 0});
  expect_values("y > 5 | FALSE", {0, kNA, 1, 1});
  expect_values("NA + x", {kNA, kNA, kNA, kNA});
}

TEST(Expression, MakesFactors) {
  const Column g = evaluate("factor(g)", sample()).take();
  EXPECT_EQ(g.levels, (Texts{"a", "A", "b"}));
  EXPECT_EQ(std::get<Texts>(g.values), (Texts{"b", "A", "", "a"}));
  EXPECT_EQ(evaluate("factor(x)", sample())->levels, (Texts{"-4", "1", "2", "3"}));
  EXPECT_EQ(evaluate("relevel(factor(g), ref = \"b\")", sample())->levels, (Texts{"b", "a", "A"}));
  EXPECT_EQ(evaluate("relevel(g, 'A')", sample())->levels, (Texts{"A", "a", "b"}));
  EXPECT_EQ(evaluate("relevel(factor(x), ref = 2)", sample())->levels, (Texts{"2", "-4", "1", "3"}));
  const Column some = evaluate("factor(g, levels = c(\"b\", \"a\"))", sample()).take();
  EXPECT_EQ(some.levels, (Texts{"b", "a"}));
  EXPECT_EQ(std::get<Texts>(some.values), (Texts{"b", "", "", "a"}));
}

TEST(Expression, SelectsRows) {
  EXPECT_EQ(*evaluate_condition("y > 5", sample()), (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(*evaluate_condition("g == \"zzz\"", sample()), (std::vector<std::size_t>{}));
}

TEST(Expression, PointsToTheMistake) {
  const auto message = [](const std::string& e) { return describe(evaluate_numbers(e, sample()).error()); };
  EXPECT_EQ(message("x + "), "the expression ends too early: a value is missing here\n  x + \n      ^");
  EXPECT_EQ(message("log(x"), "the bracket that opens here is never closed\n  log(x\n     ^");
  EXPECT_EQ(message("x = 3"), "'=' is not a comparison; write ==\n  x = 3\n    ^");
  EXPECT_EQ(message("x $ 3"), "'$' has no meaning here\n  x $ 3\n    ^");
  EXPECT_EQ(message("g == \"b"), "the quote that opens here is never closed\n  g == \"b\n       ^");
  EXPECT_EQ(message("2 * okk"), "s.csv: there is no column 'okk' (did you mean 'ok'?)\n  2 * okk\n      ^");
  EXPECT_EQ(message("1 + g"), "s.csv:2:g: 'b' is not a number; column 'g' must hold numbers (missing: empty, NA or .)");
  EXPECT_EQ(message("\"u\" * 2"), "'\"u\"' is text, but numbers are needed here\n  \"u\" * 2\n  ^");
  EXPECT_NE(message("cut(x, 3)").find("there is no function cut()"), std::string::npos);
  EXPECT_NE(message("poly(x, 2) + 1").find("stands alone as a term"), std::string::npos);
  EXPECT_NE(message("c(1, 2)").find("this gives 2 values, but the table has 4 rows"), std::string::npos);
  EXPECT_NE(message("relevel(g, 'c') == 1").find("'c' is not a level"), std::string::npos);
  EXPECT_EQ(message(""), "the expression is empty");
  EXPECT_NE(message(std::string(5000, '(')).find("nested too deeply"), std::string::npos);
  EXPECT_NE(message(std::string(5000, '-') + "x").find("nested too deeply"), std::string::npos);
}

TEST(Deparse, WritesAsR) {
  const auto text = [](const char* source) { return deparse(*parse_expression(source)); };
  EXPECT_EQ(text("I(year-1990)"), "I(year - 1990)");
  EXPECT_EQ(text("poly( ablat,2,raw=TRUE )"), "poly(ablat, 2, raw = TRUE)");
  EXPECT_EQ(text("splines::ns(x,df=3)"), "splines::ns(x, df = 3)");
  EXPECT_EQ(text("I(a / b*c ^2%%3)"), "I(a/b * c^2%%3)");
  EXPECT_EQ(text("!a&b|-c==+d"), "!a & b | -c == +d");
  EXPECT_EQ(text("`a b`%in%c('x',\"y\")"), "`a b` %in% c(\"x\", \"y\")");
  EXPECT_EQ(text("I(.5*100000+1e-4+123456+0.1+1e15)"), "I(0.5 * 1e+05 + 1e-04 + 123456 + 0.1 + 1e+15)");
}

}  // namespace
}  // namespace hedgerow::data
