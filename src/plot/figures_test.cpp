// Funnel, bubble and traffic-light figures: layout properties and conventions.
#include <gtest/gtest.h>

#include <cmath>

#include "plot/bubble.hpp"
#include "plot/detail/text_overlap.hpp"
#include "plot/funnel.hpp"
#include "plot/influence.hpp"
#include "plot/traffic_light.hpp"

namespace hedgerow::plot {
namespace {

void expect_clean(const scene::Scene& scene) {
  const std::vector<std::string> problems = detail::layout_problems(scene);
  EXPECT_TRUE(problems.empty()) << problems.size() << " problems, first: " << problems.front();
  EXPECT_TRUE(detail::all_inside(scene.marks, scene.width, scene.height));
}

std::size_t count(const scene::Scene& scene, const std::string& css_class) {
  std::size_t n = 0;
  for (const scene::Mark& mark : scene.marks) n += mark.css_class == css_class ? 1U : 0U;
  return n;
}

TEST(LayoutProblems, are_found_where_there_are_some) {
  scene::Scene page;
  page.width = page.height = 100.0;
  page.marks = {scene::text({10, 20}, "first", {}), scene::text({15, 22}, "second", {})};
  EXPECT_EQ(detail::layout_problems(page).size(), 1U);
  page.marks = {scene::text({90, 20}, "leaves the page", {})};
  EXPECT_EQ(detail::layout_problems(page).size(), 1U);
  page.marks = {scene::text({10, 20}, "first", {}), scene::text({10, 32}, "second", {})};
  EXPECT_TRUE(detail::layout_problems(page).empty());
  EXPECT_FALSE(detail::all_inside({scene::line({0, 0}, {NAN, 1}, {})}, 100.0, 100.0));
  EXPECT_FALSE(detail::all_inside({scene::filled(scene::Circle{{99, 50}, 2}, {})}, 100.0, 100.0));
}

FunnelData funnel_of(std::vector<FunnelPoint> points) {
  FunnelData data;
  data.title = "Funnel plot of the primary outcome";
  data.points = std::move(points);
  data.estimate = data.points.empty() ? 0.0 : data.points.front().yi;
  data.regression = FunnelLine{0.2, 1.4};
  data.adjusted_estimate = data.estimate - 0.1;
  return data;
}

TEST(Funnel, is_clean_for_ordinary_and_extreme_points) {
  const std::vector<std::vector<FunnelPoint>> sets{
      {},
      {{0.5, 0.2}},
      {{0.5, 0.2}, {0.5, 0.2}},
      {{1e6, 1e3}, {-1e6, 1e-3}},
      {{1e-6, 1e-7}, {2e-6, 3e-7}},
      {{0.2, 0.1}, {0.9, 0.4, "Œuvre <&>"}, {-0.5, 0.4, "", true}, {NAN, 0.1}, {0.1, 0.0}}};
  for (const auto& points : sets) {
    for (FunnelAxis axis : {FunnelAxis::sei, FunnelAxis::inverse_sei}) {
      for (Display display : {Display::identity, Display::exp}) {
        FunnelOptions options;
        options.axis = axis;
        options.display = display;
        options.measure = "Standardised mean difference";
        expect_clean(funnel(funnel_of(points), options));
      }
    }
  }
}

TEST(Funnel, counts_observed_and_imputed_points) {
  const scene::Scene drawn = funnel(funnel_of({{0.2, 0.1}, {0.9, 0.4}, {-0.5, 0.4, "", true}, {0.1, -1.0}}));
  EXPECT_EQ(count(drawn, "study"), 2U);
  EXPECT_EQ(count(drawn, "imputed"), 1U);
  EXPECT_NE(drawn.description.find("Left out for want of a standard error: 1"), std::string::npos) << drawn.description;
}

// On the boundary of the 0.05 contour, z = yi / sei is 1.959964; that polygon's lower corner lies at the largest sei.
TEST(Funnel, contour_corners_are_the_critical_values) {
  FunnelData data = funnel_of({{0.0, 1.0}, {0.0, 0.5}});
  data.regression.reset();
  data.adjusted_estimate.reset();
  FunnelOptions options;
  options.contours = {0.05};
  options.triangle = true;
  const scene::Scene drawn = funnel(data, options);
  for (const scene::Mark& mark : drawn.marks) {
    const auto* polygon = std::get_if<scene::Polygon>(&mark.shape);
    if (!polygon) continue;
    double left = HUGE_VAL, right = -HUGE_VAL, top = HUGE_VAL, bottom = -HUGE_VAL;
    for (const scene::Point& p : polygon->points) {
      left = std::min(left, p.x), right = std::max(right, p.x), top = std::min(top, p.y),
      bottom = std::max(bottom, p.y);
    }
    // The x limits are the triangle's ends (the same z) padded by 5 % a side; the y limits are 0 to 1.06.
    EXPECT_NEAR((right - left) / options.width, 1.0 / 1.1, 1e-9);
    EXPECT_NEAR(bottom - top, options.height, 1e-9);
    return;
  }
  FAIL() << "no contour was drawn";
}

BubbleData bubble_of(std::size_t k, double scale) {
  BubbleData data;
  data.title = "Dose and effect";
  for (std::size_t i = 0; i < k; ++i) {
    const double x = static_cast<double>(i);
    data.points.push_back({scale * x, scale * std::sin(x), 1.0 + x, "Study " + std::to_string(i)});
  }
  for (int i = 0; i <= 10; ++i) {
    const double x = scale * static_cast<double>(k) * i / 10.0;
    data.fit.push_back({x, 0.1 * x, 0.1 * x - scale, 0.1 * x + scale, 0.1 * x - 2 * scale, 0.1 * x + 2 * scale});
  }
  return data;
}

TEST(Bubble, is_clean_for_numeric_moderators_of_any_size) {
  for (std::size_t k : {0U, 1U, 2U, 40U}) {
    for (double scale : {1.0, 1e6, 1e-6, 0.0}) {
      SCOPED_TRACE(testing::Message() << k << " points, scale " << scale);
      expect_clean(bubble(bubble_of(k, scale)));
    }
  }
}

TEST(Bubble, is_clean_for_factors_with_long_names) {
  BubbleData data;
  for (std::size_t i = 0; i < 30; ++i)
    data.points.push_back({static_cast<double>(i % 2), 0.1 * static_cast<double>(i), 1.0});
  data.levels = {"Supervised training with a physiotherapist at a clinic",
                 "Unsupervised training at home without any contact"};
  data.fit = {{0.0, 1.0, 0.5, 1.5}, {1.0, 1.5, 1.1, 1.9}};
  const scene::Scene drawn = bubble(data);
  expect_clean(drawn);
  EXPECT_EQ(count(drawn, "study"), 30U);
}

TEST(Bubble, areas_are_proportional_to_weights) {
  BubbleData data;
  data.points = {{1.0, 0.1, 4.0}, {2.0, 0.3, 16.0}};
  std::vector<double> radii;
  const scene::Scene drawn = bubble(data);
  for (const scene::Mark& mark : drawn.marks) {
    if (const auto* circle = std::get_if<scene::Circle>(&mark.shape)) radii.push_back(circle->radius);
  }
  ASSERT_EQ(radii.size(), 2U);
  EXPECT_NEAR(radii[0] / radii[1], 2.0, 1e-9) << "the larger one is drawn first";
}

TrafficData traffic_of(std::size_t rows, std::vector<std::string> items) {
  TrafficData data;
  data.title = "Risk of bias in the included studies (PEDro scale)";
  for (std::string& item : items) data.items.push_back({std::move(item), "The name of a domain, long enough to wrap"});
  data.score_header = "Total score";
  for (std::size_t i = 0; i < rows; ++i) {
    TrafficRow row{"A study with a rather long label that does not fit, number " + std::to_string(i), {}, "7/10"};
    for (std::size_t j = 0; j + 1 < data.items.size(); ++j)
      row.levels.push_back((i + j) % 4 < 3 ? std::optional<std::size_t>((i + j) % 4) : std::nullopt);
    data.rows.push_back(row);
  }
  return data;
}

TEST(TrafficLight, is_clean_for_codes_and_long_names) {
  for (std::size_t rows : {0U, 1U, 30U, 400U}) {
    expect_clean(traffic_light(traffic_of(rows, {"D1", "D2", "D3", "D4", "D5"})));
    expect_clean(traffic_light(traffic_of(rows, {"Concealed allocation", std::string(200, 'W'), "", "Blinding"})));
    expect_clean(traffic_light(traffic_of(rows, {})));
  }
}

TEST(TrafficLight, every_judgement_has_a_symbol_besides_its_colour) {
  TrafficData data;
  data.items = {{"1"}, {"2"}, {"3"}, {"4"}};
  data.rows = {{"A", {0, 1, 2, std::nullopt}}};
  const scene::Scene drawn = traffic_light(data);
  for (const scene::Mark& mark : drawn.marks) {
    const auto* group = std::get_if<scene::Group>(&mark.shape);
    if (!group) continue;
    std::size_t strokes = 0;
    std::size_t questions = 0;
    for (const scene::Mark& inner : group->marks) {
      if (std::holds_alternative<scene::Line>(inner.shape)) ++strokes;
      if (const auto* text = std::get_if<scene::Text>(&inner.shape)) questions += text->text == "?" ? 1U : 0U;
    }
    EXPECT_EQ(strokes, 3U) << "two for plus, one for minus";
    EXPECT_EQ(questions, 1U);
  }
}

TEST(Influence, is_clean_for_few_and_many_units) {
  for (const std::size_t n : {1U, 2U, 13U, 200U}) {
    InfluenceData data;
    data.title = "Influence";
    for (std::size_t i = 0; i < n; ++i) data.labels.push_back("A long name of study " + std::to_string(i));
    data.flagged.assign(n, false);
    data.flagged[n / 2] = true;
    for (int panel = 0; panel < 5; ++panel) {
      std::vector<double> values;
      for (std::size_t i = 0; i < n; ++i)
        values.push_back(std::sin(static_cast<double>(i)) * std::pow(10.0, panel - 2));
      values.back() = std::nan("");
      data.panels.push_back({"measure " + std::to_string(panel), values, {0.5, std::nan("")}});
    }
    const scene::Scene drawn = influence(data);
    expect_clean(drawn);
    EXPECT_EQ(count(drawn, "influential"), n / 2 == n - 1 ? 0U : 5U) << n;
    EXPECT_EQ(count(drawn, "influential") + count(drawn, "unit"), 5 * (n - 1));
  }
}

}  // namespace
}  // namespace hedgerow::plot
