#include "data/random.hpp"

#include <gtest/gtest.h>

#include "data/expression.hpp"
#include "data/formula.hpp"

namespace hedgerow::data {
namespace {

using Texts = std::vector<std::string>;

Table table(const std::vector<Texts>& rows) { return *Table::create("t.csv", {"arm", "time", "x"}, rows); }

TEST(RandomFormula, TakesBothFormsApart) {
  const auto nested = parse_random_formula("~ 1 | district/school");
  ASSERT_TRUE(nested.ok());
  EXPECT_FALSE(nested->is_structured());
  EXPECT_EQ(nested->nested, (Texts{"district", "school"}));
  const auto inner = parse_random_formula("~outcome|trial");
  ASSERT_TRUE(inner.ok());
  EXPECT_TRUE(inner->is_structured());
  EXPECT_EQ(inner->inner, Texts{"outcome"});
  EXPECT_EQ(inner->outer, "trial");
  const auto spatial = parse_random_formula("~ lat + I(long/2) | const");
  ASSERT_TRUE(spatial.ok());
  EXPECT_EQ(spatial->inner, (Texts{"lat", "I(long/2)"}));
  EXPECT_EQ(spatial->inner_text(), "lat + I(long/2)");
  EXPECT_EQ(parse_random_formula("~ 1 + dose | study")->inner, (Texts{"1", "dose"}));
}

TEST(RandomFormula, RefusesOthers) {
  for (const char* text : {"~ outcome", "outcome | trial", "~ a | b/c", "~ a | b + c", "y ~ a | b", "~ a | 1"})
    EXPECT_FALSE(parse_random_formula(text).ok()) << text;
  const auto nested_outer = parse_random_formula("~ a | b/c");
  EXPECT_NE(nested_outer.error().message.find("one grouping column"), std::string::npos);
}

TEST(FactorLevels, FollowTheOrderOfFactors) {
  const Table t = table({{"b", "10", ""}, {"A", "9", ""}, {"a", "2.5", ""}, {"b", "10", ""}});
  const auto arm = factor_levels("arm", t);
  ASSERT_TRUE(arm.ok());
  EXPECT_EQ(arm->levels, (Texts{"a", "A", "b"}));
  EXPECT_EQ(arm->codes, (std::vector<std::uint32_t>{2, 1, 0, 2}));
  // Numbers are sorted by size, not as texts.
  const auto time = factor_levels("time", t);
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(time->levels, (Texts{"2.5", "9", "10"}));
  EXPECT_EQ(time->codes, (std::vector<std::uint32_t>{2, 1, 0, 2}));
  // A factor keeps its own order.
  const auto other = factor_levels("relevel(factor(arm), ref = \"b\")", t);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->levels.front(), "b");
}

TEST(FactorLevels, DeclaredOrderWins) {
  const Table table = Table::create("t.csv", {"group"}, {{"1"}, {"2"}, {"1"}})->with_levels("group", {"2", "1"}).take();
  const auto factor = factor_levels("group", table);
  ASSERT_TRUE(factor.ok());
  EXPECT_EQ(factor->levels, (std::vector<std::string>{"2", "1"}));
  EXPECT_EQ(factor->codes, (std::vector<std::uint32_t>{1, 0, 1}));
  EXPECT_EQ(design_matrix("~ group", table)->names, (std::vector<std::string>{"intrcpt", "group1"}));
  EXPECT_EQ(evaluate_numbers("group", table).take(), (stats::Vector{1, 2, 1}));
  EXPECT_EQ(evaluate_condition("group == 1", table).take(), (std::vector<std::size_t>{0, 2}));
}

TEST(FactorLevels, MissingValuesNameTheirRow) {
  const Table t = table({{"b", "1", ""}, {"", "2", ""}});
  const auto arm = factor_levels("arm", t);
  ASSERT_FALSE(arm.ok());
  EXPECT_EQ(arm.error().where, "t.csv:3");
}

TEST(CompleteNumbers, GiveColumnsOrNameTheRow) {
  const Table t = table({{"a", "1", "2"}, {"b", "3", ""}});
  const auto times = complete_numbers({"time", "time * 2"}, t);
  ASSERT_TRUE(times.ok());
  EXPECT_EQ((*times)(1, 1), 6);
  const auto x = complete_numbers({"x"}, t);
  ASSERT_FALSE(x.ok());
  EXPECT_EQ(x.error().where, "t.csv:3");
}

}  // namespace
}  // namespace hedgerow::data
