// Golden dumps of small figures: tests/golden/scene/*.txt. UPDATE_GOLDEN=1 rewrites them; read the difference before
// accepting it.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <tuple>

#include "base/file.hpp"
#include "plot/baujat.hpp"
#include "plot/bubble.hpp"
#include "plot/coverage.hpp"
#include "plot/detail/text_overlap.hpp"
#include "plot/forest.hpp"
#include "plot/funnel.hpp"
#include "plot/gosh.hpp"
#include "plot/influence.hpp"
#include "plot/prisma_flow.hpp"
#include "plot/radial.hpp"
#include "plot/sensitivity_grid.hpp"
#include "plot/traffic_light.hpp"

namespace hedgerow::plot {
namespace {

/// Counts of every box, long names, and as many reasons of exclusion as are asked for.
review::Prisma full_flow(std::size_t reasons) {
  review::Prisma out;
  long count = 1;
  for (const review::PrismaName& name : review::prisma_names()) out.counts.emplace_back(name.name, 7 * count++);
  out.databases = {{"PubMed", 168}, {"ClinicalTrials.gov", 21}, {"Web of Science Core Collection", 99}};
  for (std::size_t i = 0; i < reasons; ++i) out.dbr_excluded.emplace_back("reason number " + std::to_string(i + 1), 3);
  out.other_excluded = {{"not a randomised comparison", 2}};
  return out;
}

PrismaFlowOptions template_options(bool updated, bool other_methods) {
  PrismaFlowOptions options;
  options.form.emplace();
  options.form->updated = updated;
  options.form->other_methods = other_methods;
  return options;
}

void expect_golden(const scene::Scene& drawn, const std::string& name) {
  const std::string path = std::string(HEDGEROW_SOURCE_DIR) + "/tests/golden/scene/" + name + ".txt";
  const std::string now = scene::dump(drawn);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, now).ok()) << path;
    return;
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden.ok()) << describe(golden.error());
  EXPECT_EQ(*golden, now) << "UPDATE_GOLDEN=1 rewrites " << path;
}

TEST(Golden, forest_with_subgroups_and_columns) {
  ForestData data;
  data.title = "Flexibility";
  data.left_columns = {{"n", "Eccentric"}, {"n", "Control"}};
  data.blocks = {{"Lower limb",
                  {{"Alonso 2019", {"25", "20"}, {}, 0.12, -0.46, 0.71, 40.0},
                   {"Timmins 2015", {"14", "14"}, {}, 3.1, 1.9, 4.2, 20.0}},
                  {{"Random effects", {"39", "34"}, {}, 0.57, 0.34, 0.79, 60.0}},
                  {"tau² = 0.17; I² = 52.1 %"}},
                 {"Upper limb", {{"Blume 2015", {"15", "15"}, {}, 0.37, 0.0, 0.74, 40.0}, {"Missing 2001"}}}};
  data.summaries = {{"Random effects", {}, {}, 0.54, 0.34, 0.74, 100.0, -0.36, 1.44}};
  data.notes = {"Q = 67.64, df = 34, p < 0.001"};
  ForestOptions options;
  options.measure = "SMD";
  options.favours_left = "Favours control";
  options.favours_right = "Favours eccentric";
  expect_golden(forest(data, options), "forest_subgroups");
}

TEST(Golden, forest_of_ratios_with_clipped_interval) {
  ForestData data;
  data.blocks = {
      {"", {{"Aronson 1948", {}, {}, -0.89, -2.0, 0.23, 30.0}, {"Ferguson 1949", {}, {}, -1.59, -9.0, -0.72, 70.0}}}};
  data.summaries = {{"Random effects", {}, {}, -0.71, -1.07, -0.36, 100.0}};
  ForestOptions options;
  options.display = Display::exp;
  options.measure = "Risk ratio";
  options.axis_min = std::log(0.05);
  options.axis_max = std::log(2.0);
  expect_golden(forest(data, options), "forest_ratio");
}

TEST(Golden, funnel_with_imputed_points) {
  FunnelData data;
  data.points = {{0.2, 0.1, "A"}, {0.9, 0.4, "B"}, {-0.5, 0.4, "", true}};
  data.estimate = 0.4;
  data.adjusted_estimate = 0.3;
  data.regression = FunnelLine{0.1, 1.5};
  expect_golden(funnel(data), "funnel");
}

TEST(Golden, bubble_with_bands) {
  BubbleData data;
  data.points = {{1.0, 0.1, 4.0, "A"}, {2.0, 0.3, 16.0, "B"}, {4.0, 0.2, 8.0, "C"}};
  data.fit = {{1.0, 0.15, -0.1, 0.4, -0.3, 0.6}, {4.0, 0.25, 0.0, 0.5, -0.2, 0.7}};
  expect_golden(bubble(data), "bubble");
}

TEST(Golden, influence_with_a_flagged_unit_and_a_gap) {
  InfluenceData data;
  data.labels = {"Aronson 1948", "Ferguson & Simes 1949", "Hart & Sutherland 1977"};
  data.flagged = {false, true, false};
  data.panels = {{"rstudent", {-0.2, 2.4, std::nan("")}, {-1.96, 1.96}},
                 {"Cook's distance", {0.01, 0.9, 0.2}, {0.455}},
                 {"tau²", {0.31, 0.12, 0.3}}};
  expect_golden(influence(data), "influence");
}

TEST(Golden, sensitivity_grid_with_a_failure_and_two_components) {
  const double nan = std::nan("");
  GridData data{"Flexibility", "Assumed correlation rho", {0, 0.3, 0.6, 0.9}, 0.6, {"", "", "", "V is singular"}, {}};
  data.panels = {
      {"Effect", {{"intrcpt", {0.5, 0.45, 0.4, nan}, {0.2, 0.15, 0.1, nan}, {0.8, 0.75, 0.7, nan}}}, true},
      {"Variance components", {{"sigma2.1", {0.1, 0.11, 0.12, nan}}, {"sigma2.2", {0.3, 0.2, 0.1, nan}}}, false}};
  expect_golden(sensitivity_grid(data), "sensitivity_grid");
}

TEST(Golden, traffic_light_table) {
  TrafficData data;
  data.items = {{"1", "Random allocation"}, {"2", "Blinding"}};
  data.score_header = "Total";
  data.rows = {{"Alonso 2019", {0, 2}, "5/10"}, {"Blume 2015", {1}, "8/10"}};
  expect_golden(traffic_light(data), "traffic_light");
}

TEST(Golden, coverage_in_four_panels_with_a_gap) {
  CoverageData data;
  data.title = "Coverage of 95% intervals";
  data.sizes = {"5", "20"};
  data.series = {"z", "CR2"};
  data.columns = {"Small", "Large"};
  data.rows = {"Mean", "Moderator"};
  data.panels = {{{{{0.88, 0.93}, {0.01, 0.01}}, {{0.96, 0.95}, {0.008, 0.009}}}},
                 {{{{0.85, 0.92}, {0.01, 0.01}}, {{0.97, 0.95}, {0.008, 0.009}}}},
                 {{{{0.89, 0.93}, {0.01, 0.01}}, {{std::nan(""), 0.96}, {std::nan(""), 0.009}}}},
                 {{{{0.86, 0.94}, {0.01, 0.01}}, {{0.965, 0.955}, {0.008, 0.009}}}}};
  expect_golden(coverage(data), "coverage");
}

TEST(Golden, gosh_with_two_clouds) {
  GoshData data;
  data.x = {0.1, 0.12, 0.5, 0.52, std::nan("")};
  data.y = {10.0, 12.0, 60.0, 62.0, 0.0};
  data.coloured = {false, false, true, true, true};
  data.coloured_name = "Hart 1977";
  data.estimate = 0.3;
  data.level = 55.0;
  expect_golden(gosh(data), "gosh");
}

TEST(Golden, baujat_with_an_outlier) {
  BaujatData data;
  data.points = {{0.1, 0.01, "Aronson 1948"}, {0.3, 0.02, "Ferguson 1949"}, {0.32, 0.021, "Rosenthal 1960"},
                 {9.0, 0.8, "Hart 1977"},     {0.2, 0.0, "Frimodt 1973"},   {std::nan(""), 0.1, "Without a refit"}};
  expect_golden(baujat(data), "baujat");
}

TEST(Golden, radial_of_ratios) {
  RadialData data;
  data.points = {{2.0, -1.6, "Aronson 1948"}, {9.0, -2.0, "Hart 1977"}, {5.0, -4.5, "Coetzee 1968"}};
  data.estimate = -0.43;
  data.ci_lb = -0.6;
  data.ci_ub = -0.25;
  RadialOptions options;
  options.display = Display::exp;
  options.measure = "Risk ratio (log scale)";
  expect_golden(radial(data, options), "radial");
}

TEST(Golden, prisma_flow_in_four_templates) {
  for (const auto& [updated, other, name] :
       {std::tuple(false, false, "new"), std::tuple(false, true, "new_other"), std::tuple(true, false, "updated"),
        std::tuple(true, true, "updated_other")}) {
    const scene::Scene drawn = prisma_flow(full_flow(2), template_options(updated, other));
    EXPECT_EQ(detail::layout_problems(drawn), std::vector<std::string>()) << name;
    expect_golden(drawn, std::string("prisma_") + name);
  }
}

TEST(Golden, prisma_flow_with_forty_reasons_or_no_counts_keeps_its_texts_apart) {
  for (const bool other : {false, true})
    for (const review::Prisma& counts : {full_flow(40), review::Prisma()}) {
      const scene::Scene drawn = prisma_flow(counts, template_options(true, other));
      EXPECT_EQ(detail::layout_problems(drawn), std::vector<std::string>());
    }
}

TEST(Golden, a_long_word_in_a_flow_is_not_broken) {
  const scene::Scene drawn = prisma_flow(full_flow(1), template_options(true, true));
  EXPECT_NE(scene::dump(drawn).find("ClinicalTrials.gov"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::plot
