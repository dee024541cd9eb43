#include "r_expr.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "r_value.hpp"

namespace hedgerow::check {
namespace {

std::string round_trip(std::string_view text) {
  const auto parsed = parse_r(text);
  return parsed ? to_text(*parsed) : "error: " + parsed.error().message;
}

TEST(ParseR, KeepsPrecedence) {
  EXPECT_EQ(round_trip("1/(vi + .1)"), "1 / (vi + 0.1)");
  EXPECT_EQ(round_trip("-x^2"), "-x^2");
  const auto sum = parse_r("a + b * c");
  ASSERT_TRUE(sum);
  EXPECT_TRUE(sum->is_call("+"));
  EXPECT_TRUE(sum->args[1].is_call("*"));
  const auto power = parse_r("-2^2");
  ASSERT_TRUE(power);
  EXPECT_TRUE(power->is_call("-"));
}

TEST(ParseR, ReadsFormulasAsR) {
  const auto formula = parse_r("~ 1 | district/school");
  ASSERT_TRUE(formula);
  EXPECT_TRUE(formula->is_call("~"));
  EXPECT_TRUE(formula->args[0].is_call("|"));
  EXPECT_EQ(to_text(*formula), "~ 1 | district / school");
  EXPECT_EQ(round_trip("list(~ 1 | a, ~ 1 | b)"), "list(~ 1 | a, ~ 1 | b)");
}

TEST(ParseR, ReadsNamedArguments) {
  const auto call = parse_r("rma(yi, vi, data=dat, subset=alloc==\"alternate\", control=list(tol=1e-14))");
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(call->positional().size(), 2u);
  ASSERT_NE(call->argument("subset"), nullptr);
  EXPECT_TRUE(call->argument("subset")->is_call("=="));
  EXPECT_EQ(call->argument("control")->argument("tol")->number, 1e-14);
}

TEST(ParseR, ReadsMembersIndicesAndPackages) {
  EXPECT_EQ(round_trip("mean(dat$yi, na.rm=TRUE)"), "mean(dat$yi, na.rm = TRUE)");
  EXPECT_EQ(round_trip("dat$vi[2]"), "dat$vi[2]");
  EXPECT_EQ(round_trip("splines::ns(year, df=3)"), "splines::ns(year, df = 3)");
  EXPECT_EQ(round_trip("!is.na(yi) & x %in% c(1, 2)"), "!is.na(yi) & x %in% c(1, 2)");
}

TEST(ParseR, RefusesWhatItDoesNotCover) {
  for (const char* text : {"", "f(", "a b", "function(x) x", "{a; b", "\"open", "1 +"})
    EXPECT_FALSE(parse_r(text)) << text;
}

stats::Vector numbers(std::string_view text) {
  const auto parsed = parse_r(text);
  const auto value = parsed ? evaluate_r(*parsed) : Expected<RValue>(parsed.error());
  return value ? value->numbers : stats::Vector{};
}

TEST(EvaluateR, GivesValuesWrittenOut) {
  EXPECT_EQ(numbers("c(1, -2, 0.5)"), (stats::Vector{1, -2, 0.5}));
  EXPECT_EQ(numbers("rbind(c(1,2), c(3,4))"), (stats::Vector{1, 3, 2, 4}));
  EXPECT_EQ(numbers("cbind(c(1,2), c(3,4))"), (stats::Vector{1, 2, 3, 4}));
  EXPECT_EQ(numbers("diag(2)"), (stats::Vector{1, 0, 0, 1}));
  EXPECT_EQ(numbers("rep(0.7, 3)"), (stats::Vector{0.7, 0.7, 0.7}));
  EXPECT_EQ(numbers("2:4"), (stats::Vector{2, 3, 4}));
  EXPECT_TRUE(std::isnan(numbers("c(NA)").at(0)));
}

TEST(EvaluateR, RefusesData) {
  for (const char* text : {"vi", "c(1, vi)", "sqrt(2)", "list(1)", "rbind(c(1,2), c(3))"})
    EXPECT_TRUE(numbers(text).empty()) << text;
}

TEST(EvaluateR, MatrixByRows) {
  const auto value = evaluate_r(*parse_r("rbind(c(1,2,3), c(4,5,6))"));
  ASSERT_TRUE(value);
  const stats::Matrix m = as_rows(*value);
  EXPECT_EQ(m.rows(), 2u);
  EXPECT_EQ(m(1, 2), 6);
}

}  // namespace
}  // namespace hedgerow::check
