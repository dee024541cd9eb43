// Forest plots: layout properties over many shapes of data, and what each convention means in marks.
#include "plot/forest.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "plot/detail/text_overlap.hpp"

namespace hedgerow::plot {
namespace {

using detail::all_inside;
using detail::layout_problems;

enum class Labels { brief, lengthy, foreign };

std::string label_of(Labels kind, std::size_t i) {
  const std::string number = std::to_string(i + 1);
  switch (kind) {
    case Labels::brief:
      return "Study " + number;
    case Labels::lengthy:
      return "Consortium for the long-term follow-up of eccentric training/stretching in older adults and athletes, " +
             number;
    case Labels::foreign:
      return "Ångström-Œuvre & Łódź <日本語の研究> Χρήστος Иванов 👍 " + number;
  }
  return "";
}

ForestData example(std::size_t k, Labels labels, std::size_t blocks = 1, bool columns = false) {
  ForestData data;
  data.title = "Effect of eccentric exercise on joint flexibility";
  if (columns) {
    for (const char* group : {"Eccentric training", "C"}) {
      for (const char* header : {"n", "Mean", "SD"}) data.left_columns.push_back({header, group});
    }
    data.right_columns.push_back({"Notes of the reviewers", "", false});
  }
  std::size_t i = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    ForestBlock block;
    if (blocks > 1) block.heading = "Subgroup " + label_of(labels, b);
    for (; i < k * (b + 1) / blocks; ++i) {
      const double x = std::sin(static_cast<double>(i) * 1.7);
      ForestRow row{label_of(labels, i), {"12", "34.5", "6.7"}, {"published"}, 0.4 + x, -0.3 + x, 1.1 + x, 2.0 + x};
      block.rows.push_back(row);
    }
    ForestSummary pooled{"Random effects (" + label_of(labels, b) + ")", {"40"}, {}, 0.4, 0.1, 0.7, 50.0};
    if (blocks > 1) block.summaries.push_back(pooled);
    if (blocks > 1) block.notes = {"Heterogeneity: tau² = 0.17; I² = 49.7 %; Q = 67.64, df = 34, p < 0.001"};
    data.blocks.push_back(block);
  }
  data.summaries = {{"Random effects", {}, {}, 0.54, 0.34, 0.74, 100.0, -0.4, 1.5},
                    {"Three-level model with effects in studies", {}, {}, 0.6, 0.3, 0.9, kNotGiven, -0.5, 1.7}};
  data.notes = {"Heterogeneity: tau² = 0.17; I² = 49.7 %; Q = 67.64, df = 34, p < 0.001",
                "Overall: z = 5.25, p < 0.001"};
  return data;
}

ForestOptions full_options() {
  ForestOptions options;
  options.measure = "SMD";
  options.axis_title = "Standardised mean difference (Hedges' g)";
  options.favours_left = "Favours control";
  options.favours_right = "Favours eccentric exercise";
  return options;
}

void expect_clean(const scene::Scene& scene) {
  const std::vector<std::string> problems = layout_problems(scene);
  EXPECT_TRUE(problems.empty()) << problems.size() << " problems, first: " << problems.front();
  EXPECT_TRUE(all_inside(scene.marks, scene.width, scene.height));
}

std::string all_text(const scene::Scene& scene) {
  std::string out;
  for (const auto& placed : scene::placed_texts(scene)) out += placed.text + "\n";
  return out;
}

// The marks of one shape in all groups of a class.
template <class Shape>
std::vector<Shape> shapes(const std::vector<scene::Mark>& marks, const std::string& css_class) {
  std::vector<Shape> out;
  for (const scene::Mark& mark : marks) {
    const auto* group = std::get_if<scene::Group>(&mark.shape);
    if (!group || mark.css_class != css_class) continue;
    for (const scene::Mark& inner : group->marks) {
      if (const auto* shape = std::get_if<Shape>(&inner.shape)) out.push_back(*shape);
    }
  }
  return out;
}

TEST(ForestLayout, no_text_overlaps_for_any_k_and_label) {
  for (std::size_t k : {1U, 2U, 5U, 35U, 56U, 150U, 400U}) {
    for (Labels labels : {Labels::brief, Labels::lengthy, Labels::foreign}) {
      for (std::size_t blocks : {1U, 3U}) {
        for (bool columns : {false, true}) {
          SCOPED_TRACE(testing::Message() << "k " << k << " labels " << int(labels) << " blocks " << blocks << columns);
          expect_clean(forest(example(k, labels, blocks, columns), full_options()));
        }
      }
    }
  }
}

TEST(ForestLayout, no_text_overlaps_with_extreme_values) {
  const double inf = HUGE_VAL;
  const std::vector<std::array<double, 3>> values{{0.1, -1e6, 1e6},  {1e6, 1e6 - 1, 1e6 + 1}, {1e-6, 0.9e-6, 1.1e-6},
                                                  {0.5, 0.5, 0.5},   {1e300, -inf, inf},      {0.5, -inf, 0.6},
                                                  {kNotGiven, 0, 1}, {0.4, kNotGiven, 1},     {-1e-300, -1e-299, 0}};
  for (Display display : {Display::identity, Display::exp, Display::tanh, Display::ilogit}) {
    for (const auto& v : values) {
      for (std::size_t copies : {1U, 5U}) {
        SCOPED_TRACE(testing::Message() << "display " << int(display) << " yi " << v[0] << " x " << copies);
        ForestData data = example(copies, Labels::brief);
        data.notes.clear();
        for (ForestRow& row : data.blocks[0].rows) row.yi = v[0], row.ci_lb = v[1], row.ci_ub = v[2];
        data.summaries = {{"Pooled", {}, {}, v[0], v[1], v[2], 100.0, v[1], v[2]}};
        ForestOptions options = full_options();
        options.display = display;
        expect_clean(forest(data, options));
        options.axis_min = -1.0;
        options.axis_max = 2.0;
        expect_clean(forest(data, options));
      }
    }
  }
}

TEST(ForestLayout, all_texts_may_be_empty_or_absurdly_long) {
  expect_clean(forest(ForestData{}));
  const std::string word(300, 'W');
  ForestData data = example(3, Labels::brief, 3, true);
  data.title = word;
  data.label_header = word;
  for (ForestColumn& c : data.left_columns) c.header = c.group = word;
  for (ForestBlock& b : data.blocks) {
    b.heading = b.notes[0] = word;
    for (ForestRow& r : b.rows) r.label = r.left[1] = r.right[0] = word;
  }
  ForestOptions options;
  options.measure = options.axis_title = options.favours_left = options.favours_right = word;
  expect_clean(forest(data, options));
}

TEST(Forest, squares_have_areas_proportional_to_weights) {
  ForestData data = example(2, Labels::brief);
  data.blocks[0].rows[0].weight = 20.0;
  data.blocks[0].rows[1].weight = 80.0;
  const scene::Scene drawn = forest(data);
  const auto squares = shapes<scene::Rectangle>(drawn.marks, "study");
  ASSERT_EQ(squares.size(), 2U);
  EXPECT_NEAR(squares[1].width * squares[1].height / (squares[0].width * squares[0].height), 4.0, 1e-9);
}

TEST(Forest, marks_stand_where_the_axis_says) {
  ForestData data = example(2, Labels::brief);
  ForestOptions options;
  options.axis_min = -2.0;
  options.axis_max = 2.0;
  options.panel_width = 400.0;
  data.blocks[0].rows[0].yi = 1.0;
  data.blocks[0].rows[1].yi = -1.0;
  const auto squares = shapes<scene::Rectangle>(forest(data, options).marks, "study");
  ASSERT_EQ(squares.size(), 2U);
  const double first = squares[0].x + 0.5 * squares[0].width;
  const double second = squares[1].x + 0.5 * squares[1].width;
  EXPECT_NEAR(first - second, 2.0 * 100.0, 1e-9);
}

TEST(Forest, a_clipped_interval_ends_in_arrows) {
  ForestData data = example(1, Labels::brief);
  ForestOptions options;
  options.axis_min = -1.0;
  options.axis_max = 1.0;
  data.blocks[0].rows[0] = {"Wide", {}, {}, 0.0, -5.0, 5.0, 100.0};
  EXPECT_EQ(shapes<scene::Polygon>(forest(data, options).marks, "study").size(), 2U);
  data.blocks[0].rows[0] = {"Narrow", {}, {}, 0.0, -0.5, 0.5, 100.0};
  EXPECT_EQ(shapes<scene::Polygon>(forest(data, options).marks, "study").size(), 0U);
}

TEST(Forest, one_huge_interval_does_not_flatten_the_others) {
  ForestData data = example(20, Labels::brief);
  const double before = shapes<scene::Line>(forest(data).marks, "study")[0].to.x -
                        shapes<scene::Line>(forest(data).marks, "study")[0].from.x;
  data.blocks[0].rows[5].ci_ub = 500.0;
  const auto lines = shapes<scene::Line>(forest(data).marks, "study");
  EXPECT_GT(lines[0].to.x - lines[0].from.x, 0.4 * before);
}

TEST(Forest, ratios_are_printed_transformed_and_missing_rows_named) {
  ForestData data = example(2, Labels::brief);
  data.blocks[0].rows[0] = {"A", {}, {}, std::log(2.0), std::log(0.5), std::log(8.0), 100.0};
  data.blocks[0].rows[1] = {"B"};
  ForestOptions options;
  options.display = Display::exp;
  options.measure = "RR";
  const std::string text = all_text(forest(data, options));
  EXPECT_NE(text.find("2.00\n[0.50,\n8.00]\n"), std::string::npos) << text;
  EXPECT_NE(text.find("not estimable"), std::string::npos);
  EXPECT_NE(text.find("RR [95% CI]"), std::string::npos);
}

TEST(Forest, shortened_labels_stand_in_full_in_the_tooltip) {
  const ForestData data = example(1, Labels::lengthy);
  const scene::Scene drawn = forest(data);
  EXPECT_NE(all_text(drawn).find("…"), std::string::npos);
  EXPECT_NE(scene::dump(drawn).find("tooltip=\"" + data.blocks[0].rows[0].label), std::string::npos);
}

TEST(Forest, leave_one_out_lists_each_omitted_row_and_the_whole) {
  const scene::Scene drawn = leave_one_out_forest({{"Timmins 2015", 0.489, 0.335, 0.643, {"0.03"}}, {"Abián 2020"}},
                                                  {"All studies", {}, {"0.17"}, 0.541, 0.339, 0.743}, {{"tau²"}}, {});
  expect_clean(drawn);
  const std::string text = all_text(drawn);
  for (const char* part : {"Omitted", "Timmins 2015", "0.49", "All studies", "0.54", "tau²", "0.03", "not estimable"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace hedgerow::plot
