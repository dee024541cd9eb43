// Bad input: each is refused with a located message, or leaves a row without an estimate and says why.

#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"
#include "effect/mixed.hpp"

namespace hedgerow::effect {
namespace {

const char* kHeader = "m1i,sd1i,n1i,m2i,sd2i,n2i\n10,2,20,8,2,20\n";

const Arguments kArguments = {{"m1i", "m1i"}, {"sd1i", "sd1i"}, {"n1i", "n1i"},
                              {"m2i", "m2i"}, {"sd2i", "sd2i"}, {"n2i", "n2i"}};

Expected<Effects> smd(const std::string& row, const Options& options = {}) {
  const auto table = data::parse_csv(kHeader + row, "bad.csv");
  EXPECT_TRUE(table.ok());
  return compute("SMD", *table, kArguments, options);
}

void expect_refused(const Expected<Effects>& effects, ErrorCode code, const std::string& where,
                    const std::string& part) {
  ASSERT_FALSE(effects.ok());
  EXPECT_EQ(effects.error().code, code);
  EXPECT_EQ(effects.error().where, where);
  EXPECT_NE(effects.error().message.find(part), std::string::npos) << effects.error().message;
  EXPECT_EQ(exit_code(effects.error().code), 2);
}

TEST(Errors, ImpossibleCells) {
  expect_refused(smd("10,-2,20,8,2,20\n"), ErrorCode::input, "bad.csv:3:sd1i", "sd1i = -2");
  expect_refused(smd("10,2,20,8,2,1\n"), ErrorCode::input, "bad.csv:3:n2i", "n2i = 1");
  expect_refused(smd("10,2,0,8,2,20\n"), ErrorCode::input, "bad.csv:3:n1i", "n1i = 0");
  expect_refused(smd("10,two,20,8,2,20\n"), ErrorCode::input, "bad.csv:3:sd1i", "two");
}

TEST(Errors, CorrelationsOutsideTheirRange) {
  const auto table = data::parse_csv("r,n\n0.3,20\n1.2,20\n", "r.csv");
  expect_refused(compute("ZCOR", *table, {{"ri", "r"}, {"ni", "n"}}, {}), ErrorCode::input, "r.csv:3:r", "ri = 1.2");
  Options options;
  options.r = -1.5;
  expect_refused(smd("", options), ErrorCode::usage, "", "r = -1.5");
}

TEST(Errors, EventsAboveTheGroup) {
  const auto table = data::parse_csv("a,n1,c,n2\n12,10,3,10\n", "t.csv");
  const Arguments arguments = {{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
  expect_refused(compute("OR", *table, arguments, {}), ErrorCode::input, "t.csv:2:a", "12 events among n1i = 10");
  const auto one = data::parse_csv("x,n\n7,5\n", "t.csv");
  expect_refused(compute("PLO", *one, {{"xi", "x"}, {"ni", "n"}}, {}), ErrorCode::input, "t.csv:2:x", "7 events");
}

TEST(Errors, RequestsThatNameWhatDoesNotExist) {
  const auto table = data::parse_csv(kHeader, "t.csv");
  expect_refused(compute("SMDD", *table, kArguments, {}), ErrorCode::usage, "", "'SMD'");
  Arguments unknown = kArguments;
  unknown["sd3i"] = "sd1i";
  expect_refused(compute("SMD", *table, unknown, {}), ErrorCode::usage, "", "no argument 'sd3i'");
  Arguments lacking = kArguments;
  lacking.erase("sd2i");
  expect_refused(compute("SMD", *table, lacking, {}), ErrorCode::usage, "", "sd2i");
  Arguments column = kArguments;
  column["sd2i"] = "sd22i";
  const auto effects = compute("SMD", *table, column, {});
  ASSERT_FALSE(effects.ok());
  EXPECT_NE(effects.error().message.find("sd2i"), std::string::npos) << effects.error().message;
  Options vtype;
  vtype.vtype = "LS9";
  expect_refused(compute("SMD", *table, kArguments, vtype), ErrorCode::usage, "", "LS2");
  Options to;
  to.to = "onlyO";
  expect_refused(compute("SMD", *table, kArguments, to), ErrorCode::usage, "", "'only0'");
}

TEST(Errors, MissingCellsLeaveARowOutAndSayWhich) {
  const auto effects = smd("10,NA,20,8,2,.\n");
  ASSERT_TRUE(effects.ok());
  EXPECT_TRUE(std::isnan(effects->yi[1]));
  EXPECT_TRUE(std::isnan(effects->vi[1]));
  EXPECT_EQ(effects->records[1].note, "no estimate: sd1i, n2i missing");
  EXPECT_FALSE(std::isnan(effects->yi[0]));
}

TEST(Errors, UndefinedEstimatesAreMissingNotInfinite) {
  const auto effects = smd("10,0,20,8,0,20\n");
  ASSERT_TRUE(effects.ok());
  EXPECT_TRUE(std::isnan(effects->yi[1]));
  EXPECT_NE(effects->records[1].note.find("not defined"), std::string::npos);
}

TEST(Errors, ArgumentsMayBeExpressions) {
  const auto table = data::parse_csv("m,s,n\n10,4,20\n", "t.csv");
  const auto effects =
      compute("MD", *table,
              {{"m1i", "m"}, {"sd1i", "s / 2"}, {"n1i", "n"}, {"m2i", "m - 3"}, {"sd2i", "s"}, {"n2i", "n * 2"}}, {});
  ASSERT_TRUE(effects.ok()) << describe(effects.error());
  EXPECT_DOUBLE_EQ(effects->yi[0], 3);
  EXPECT_DOUBLE_EQ(effects->vi[0], 4.0 / 20 + 16.0 / 40);
  const auto negative = compute(
      "MD", *table, {{"m1i", "m"}, {"sd1i", "s - 5"}, {"n1i", "n"}, {"m2i", "m"}, {"sd2i", "s"}, {"n2i", "n"}}, {});
  ASSERT_FALSE(negative.ok());
  EXPECT_EQ(negative.error().where, "t.csv:2");
}

TEST(Errors, TheRecordLetsARowBeRedoneByHand) {
  const auto effects = smd("");
  ASSERT_TRUE(effects.ok());
  const Record& record = effects->records[0];
  EXPECT_EQ(record.method, "SMD: (m1i - m2i) over the pooled SD; J exact; vtype LS");
  ASSERT_EQ(record.inputs.size(), 6u);
  EXPECT_EQ(record.inputs[1].name, "sd1i");
  std::string names;
  for (const Quantity& step : record.steps) names += step.name + " ";
  EXPECT_EQ(names, "sd_pooled d df J g ");
}

}  // namespace
}  // namespace hedgerow::effect
