#include "diagnose/cumulative.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::diagnose {
namespace {

using stats::Vector;

model::Problem problem(model::Spec spec) {
  model::Data data;
  data.yi = {-0.89, -1.59, -1.35, -1.44, -0.22};
  data.vi = {0.33, 0.19, 0.42, 0.02, 0.05};
  data.x = stats::Matrix(5, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  data.slab = {"a", "b", "c", "d", "e"};
  auto made = model::Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(made.ok());
  return made.take();
}

model::Fit two_level() { return model::fit(problem(model::Univariate{})).take(); }

TEST(Cumulative, EachStepIsARefitOnItsRows) {
  const model::Fit fit = two_level();
  CumulativeOptions options;
  options.order = {{{"1980", "1948", "1960", "1977", "1973"}, {1980, 1948, 1960, 1977, 1973}}};
  const auto found = cumulative(fit, options);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->steps.size(), 5u);
  const std::vector<std::string> labels{"b", "c", "e", "d", "a"};
  const std::vector<std::size_t> order{1, 2, 4, 3, 0};
  std::vector<std::size_t> rows;
  for (std::size_t j = 0; j < 5; ++j) {
    rows.push_back(order[j]);
    EXPECT_EQ(found->steps[j].label, labels[j]);
    EXPECT_EQ(found->steps[j].k, j + 1);
    const auto part = fit.problem.subset(rows);
    const auto refit = model::fit(*part);
    ASSERT_TRUE(refit.ok());
    EXPECT_NEAR(found->steps[j].beta[0], refit->beta[0], 1e-9);
    EXPECT_NEAR(found->steps[j].tau2, refit->tau2, 1e-9);
  }
  EXPECT_NEAR(found->steps.back().se[0], std::sqrt(fit.vb(0, 0)), 1e-9);
}

TEST(Cumulative, TextsSortAsTextsAndDecreasingTurnsTheOrder) {
  CumulativeOptions options;
  options.order = {{{"x", "x", "w", "y", "w"}}};
  auto found = cumulative(two_level(), options);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->steps[0].label, "c");  // ties in the order of the data
  EXPECT_EQ(found->steps[1].label, "e");
  options.decreasing = true;
  found = cumulative(two_level(), options);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->steps[0].label, "d");
  EXPECT_EQ(found->steps[1].label, "a");
}

TEST(Cumulative, TiesEnterTogetherWhenCollapsed) {
  CumulativeOptions options;
  options.order = {{{"x", "x", "w", "y", "w"}}};
  options.collapse = true;
  const auto found = cumulative(two_level(), options);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->steps.size(), 3u);
  EXPECT_EQ(found->steps[0].k, 2u);
  EXPECT_EQ(found->steps[1].k, 4u);
  EXPECT_EQ(found->steps[2].k, 5u);
}

TEST(Cumulative, StudiesOfAMultilevelModelEnterWhole) {
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {{0, 0, 1, 1, 2}, {0, 1, 2, 3, 4}};
  spec.sigma2 = {std::nullopt, std::nullopt};
  const auto fit = model::fit(problem(spec));
  ASSERT_TRUE(fit.ok());
  CumulativeOptions options;
  options.by = Unit::study;
  const auto found = cumulative(*fit, options);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->steps.size(), 3u);
  EXPECT_EQ(found->steps[0].k, 2u);
  EXPECT_NEAR(found->steps[2].beta[0], fit->beta[0], 1e-8);
}

TEST(Cumulative, AStepWithoutAFitSaysWhy) {
  model::Data data = two_level().problem.data();
  data.x = stats::Matrix(5, 2, 1.0);
  for (std::size_t i = 0; i < 5; ++i) data.x(i, 1) = i < 2 ? 0.0 : static_cast<double>(i);
  data.names = {"intrcpt", "dose"};
  data.term = {0, 1};
  const auto made = model::Problem::create(data, model::Univariate{model::Tau2Method::ee});
  ASSERT_TRUE(made.ok());
  const auto found = cumulative(*model::fit(*made));
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->steps[1].error.empty());
  EXPECT_TRUE(found->steps[1].beta.empty());
  EXPECT_TRUE(found->steps[3].error.empty());
}

TEST(Cumulative, KeysOfTheWrongLengthAreRefused) {
  CumulativeOptions options;
  options.order = {{{"1", "2"}}};
  EXPECT_FALSE(cumulative(two_level(), options).ok());
}

}  // namespace
}  // namespace hedgerow::diagnose
