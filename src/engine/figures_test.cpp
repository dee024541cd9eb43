#include "engine/figures.hpp"

#include <gtest/gtest.h>

#include "engine/detail/figure_parts.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

// "outcome" is the beginning of "outcome_group": the figure has to find the column that made the coefficient.
std::shared_ptr<const data::Table> table() {
  auto made = data::Table::create("t.csv", {"outcome", "outcome_group", "yi", "vi", "dose"},
                                  {{"a", "fascicle length", "0.2", "0.1", "1"},
                                   {"b", "range of motion", "0.5", "0.1", "2"},
                                   {"c", "range of motion", "0.4", "0.2", "4"},
                                   {"d", "fascicle length", "0.1", "0.2", "3"},
                                   {"e", "fascicle length", "0.3", "0.1", "5"}});
  EXPECT_TRUE(made.ok());
  return std::make_shared<const data::Table>(made.take());
}

std::string bubble(const std::string& mods) {
  Job job;
  job.data.table = table();
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.model.mods = mods;
  const auto result = run(job);
  EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
  const auto figure = bubble_figure(*result, {});
  EXPECT_TRUE(figure.ok()) << (figure ? "" : describe(figure.error()));
  return scene::dump(*figure);
}

class BubbleOfAFactor : public testing::TestWithParam<const char*> {};

TEST_P(BubbleOfAFactor, NamesItsLevels) {
  const std::string drawn = bubble(GetParam());
  EXPECT_NE(drawn.find("range of motion"), std::string::npos);
  EXPECT_NE(drawn.find("fascicle length"), std::string::npos);
  EXPECT_NE(drawn.find("outcome_group"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Spellings, BubbleOfAFactor,
                         testing::Values("~ outcome_group", "~ factor(outcome_group)",
                                         "~ relevel(factor(outcome_group), ref = \"range of motion\")"));

Expected<scene::Scene> cumulative(const std::string& mods, const CumulativeRequest& request) {
  Job job;
  job.data.table = table();
  job.effect.yi = "yi";
  job.effect.vi = "vi";
  job.effect.slab = "outcome";
  job.model.method = "EE";
  job.model.mods = mods;
  AskCumulative ask;
  ask.order = "dose";
  job.questions = {{"cumulative", ask}};
  const auto result = run(job);
  EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
  return cumulative_figure(*result, request);
}

// By dose: a, b, d, c, e. The first two alone have the mean (0.2 + 0.5) / 2, all five (2 + 5 + 2 + 0.5 + 3) / 40.
TEST(Cumulative, AStepPerEffectInTheOrderOfTheColumn) {
  const auto figure = cumulative("", {});
  ASSERT_TRUE(figure.ok()) << describe(figure.error());
  const std::string drawn = scene::dump(*figure);
  for (const char* text : {"Added", "+ b", "+ d", "0.35 [", "0.31 ["})
    EXPECT_NE(drawn.find(text), std::string::npos) << text << "\n" << drawn;
  EXPECT_EQ(drawn.find("+ a"), std::string::npos);
  EXPECT_LT(drawn.find("+ d"), drawn.find("+ c"));
}

TEST(Cumulative, RefusesModeratorsAndUnknownAnswers) {
  EXPECT_FALSE(cumulative("~ dose", {}).ok());
  EXPECT_FALSE(cumulative("", {"other", "", "", ""}).ok());
}

TEST(FigureParts, ATransformationWithoutAnAxisIsRefused) {
  EXPECT_EQ(*display_of(""), plot::Display::identity);
  EXPECT_EQ(*display_of("ilogit"), plot::Display::ilogit);
  EXPECT_EQ(*display_of("transf.exp"), plot::Display::exp);
  EXPECT_EQ(*display_of("ztor"), plot::Display::tanh);
  EXPECT_FALSE(display_of("nonsense").ok());
}

// A proportion is tested against nothing: no regions of significance, and 50 % need not be in the picture.
TEST(Funnel, MeasuresOfOneGroupHaveNoContours) {
  auto made = data::Table::create("t.csv", {"x", "n", "m"},
                                  {{"3", "80", "90"}, {"5", "70", "60"}, {"9", "120", "110"}, {"2", "60", "70"}});
  ASSERT_TRUE(made.ok());
  const auto table = std::make_shared<const data::Table>(made.take());
  const auto funnel = [&](const std::string& measure, const effect::Arguments& arguments) {
    Job job;
    job.data.table = table;
    job.effect.measure = measure;
    job.effect.arguments = arguments;
    const auto result = run(job);
    EXPECT_TRUE(result.ok()) << (result ? "" : describe(result.error()));
    const auto figure = funnel_figure(*result, {});
    EXPECT_TRUE(figure.ok()) << (figure ? "" : describe(figure.error()));
    return scene::dump(*figure);
  };
  EXPECT_EQ(funnel("PLO", {{"xi", "x"}, {"ni", "n"}}).find("p > 0.1"), std::string::npos);
  EXPECT_NE(funnel("RD", {{"ai", "x"}, {"n1i", "n"}, {"ci", "x"}, {"n2i", "m"}}).find("p > 0.1"), std::string::npos);
}

TEST(Bubble, ANumericModeratorIsAnAxis) {
  const std::string drawn = bubble("~ dose");
  EXPECT_NE(drawn.find("dose"), std::string::npos);
  EXPECT_EQ(drawn.find("range of motion"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::engine
