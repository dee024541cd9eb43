// Figures of unusual studies: names never overlap, degenerate data give a page.
#include <gtest/gtest.h>

#include <cmath>

#include "plot/baujat.hpp"
#include "plot/detail/labels.hpp"
#include "plot/detail/text_overlap.hpp"
#include "plot/gosh.hpp"
#include "plot/radial.hpp"

namespace hedgerow::plot {
namespace {

void expect_sound(const scene::Scene& drawn) {
  for (const std::string& problem : detail::layout_problems(drawn)) ADD_FAILURE() << problem;
  EXPECT_TRUE(detail::all_inside(drawn.marks, drawn.width, drawn.height));
}

// Forty studies that all want their names in the same corner.
TEST(Labels, NamesNeverOverlap) {
  const scene::Rectangle panel{0, 0, 300, 200};
  const scene::Font font{.size = 9.0};
  std::vector<detail::NamedPoint> points;
  for (int i = 0; i < 40; ++i)
    points.push_back({{150.0 + (i * 37) % 23, 100.0 + (i * 17) % 19}, "Study number " + std::to_string(i)});
  scene::Scene page;
  page.width = panel.width;
  page.height = panel.height;
  page.marks = detail::place_labels(points, 2.0, panel, font);
  expect_sound(page);
  EXPECT_GT(page.marks.size(), 10u);
  // The first one, the most important, has its name right beside it.
  const auto* first = std::get_if<scene::Text>(&page.marks.front().shape);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->text, "Study number 0");
}

TEST(Baujat, ManyStudiesAndFew) {
  for (const int k : {0, 1, 2, 14, 60}) {
    BaujatData data;
    for (int i = 0; i < k; ++i)
      data.points.push_back({0.01 * i * i, 0.001 * ((i * 7) % 11), "Long name of a study " + std::to_string(i)});
    expect_sound(baujat(data));
  }
  BaujatData data;
  for (int i = 0; i < 30; ++i) data.points.push_back({0.1 + 0.001 * i, 0.01, "s" + std::to_string(i)});
  data.points.push_back({5.0, 0.4, "Outlier"});
  data.points.push_back({NAN, 0.4, "Alone"});
  const scene::Scene drawn = baujat(data);
  EXPECT_NE(drawn.description.find("Standing out: Outlier."), std::string::npos) << drawn.description;
  EXPECT_NE(drawn.description.find("Without a value: Alone."), std::string::npos);
  const std::string texts = scene::dump(drawn);
  EXPECT_NE(texts.find("Outlier"), std::string::npos);
}

TEST(Radial, OutliersAreThoseOutsideTheBand) {
  RadialData data;
  for (int i = 1; i <= 20; ++i) data.points.push_back({0.5 * i, 0.25 * i + 0.1 * (i % 3), "s" + std::to_string(i)});
  data.points.push_back({6.0, 9.0, "Outlier"});
  data.estimate = 0.5;
  data.ci_lb = 0.4;
  data.ci_ub = 0.6;
  const scene::Scene drawn = radial(data);
  expect_sound(drawn);
  EXPECT_NE(drawn.description.find("Outside the band: Outlier."), std::string::npos) << drawn.description;
}

TEST(Radial, DegenerateData) {
  RadialData none;
  expect_sound(radial(none));
  RadialData one;
  one.points = {{3.0, 0.0, "only"}};
  expect_sound(radial(one));
  RadialData huge;
  huge.points = {{1e6, -3e8, "a"}, {2e6, 5e8, "b"}, {1.0, 0.0, "c"}};
  huge.estimate = 100;
  huge.ci_lb = 90;
  huge.ci_ub = 110;
  expect_sound(radial(huge));
}

TEST(Gosh, CellsHoldAllSubsetsWithAFit) {
  GoshData data;
  for (int i = 0; i < 5000; ++i) {
    data.x.push_back(0.001 * i);
    data.y.push_back(i % 101);
    data.coloured.push_back(i % 2 == 0);
  }
  data.x.push_back(NAN);
  data.y.push_back(0);
  data.coloured_name = "Study";
  data.level = NAN;
  const scene::Scene drawn = gosh(data);
  expect_sound(drawn);
  EXPECT_NE(drawn.description.find("5000 subsets"), std::string::npos);
  EXPECT_NE(drawn.description.find("1 subsets have no fit"), std::string::npos);
  expect_sound(gosh({}));
}

}  // namespace
}  // namespace hedgerow::plot
