// Figures of appraisal: clean layout for every instrument, nothing cut or turned, panels, weighted shares.
#include "plot/appraisal_figures.hpp"

#include <gtest/gtest.h>

#include "plot/detail/text_overlap.hpp"

namespace hedgerow::plot {
namespace {

void expect_clean(const scene::Scene& scene, const std::string& what) {
  const std::vector<std::string> problems = detail::layout_problems(scene);
  EXPECT_TRUE(problems.empty()) << what << ": " << problems.size() << " problems, first: " << problems.front();
  EXPECT_TRUE(detail::all_inside(scene.marks, scene.width, scene.height)) << what;
}

/// Studies whose ratings go through all words.
std::vector<review::Assessment> studies(const review::Instrument& instrument, std::size_t n) {
  std::vector<review::RatedCell> cells;
  for (std::size_t i = 0; i < n; ++i) {
    review::RatedCell cell;
    cell.study = "A study with a rather long name and many authors, number " + std::to_string(i);
    for (std::size_t k = 0; k < instrument.items.size(); ++k) {
      cell.target = review::Target::item;
      cell.index = k;
      cell.value = instrument.scoring == review::Scoring::stars ? (i + k) % 2 : (i + k) % instrument.answers.size();
      if ((i + k) % 7 != 6) cells.push_back(cell);
    }
    for (std::size_t d = 0; d < instrument.domains.size() && !instrument.judgements.empty(); ++d) {
      cell.target = review::Target::domain;
      cell.index = d;
      cell.value = (i + d) % instrument.judgements.size();
      cells.push_back(cell);
    }
  }
  return review::assess(instrument, cells);
}

std::vector<scene::Text> texts(const scene::Scene& scene) {
  std::vector<scene::Text> out;
  for (const scene::Mark& mark : scene.marks)
    if (const auto* text = std::get_if<scene::Text>(&mark.shape)) out.push_back(*text);
  return out;
}

bool shows(const scene::Scene& scene, const std::string& wanted) {
  for (const scene::Text& text : texts(scene))
    if (text.text == wanted) return true;
  return false;
}

TEST(AppraisalFigures, are_clean_for_every_instrument_and_turn_nothing) {
  for (const std::string& id : review::builtin_instruments()) {
    const review::Instrument instrument = *review::builtin_instrument(id);
    for (const std::size_t n : {1U, 12U}) {
      const TrafficData data = traffic_data(instrument, studies(instrument, n));
      EXPECT_EQ(data.rows.size(), n);
      for (const TrafficRow& row : data.rows) EXPECT_EQ(row.levels.size(), data.items.size()) << id;
      const scene::Scene table = traffic_light(data);
      expect_clean(table, id);
      for (const scene::Text& text : texts(table)) EXPECT_EQ(text.rotation, 0.0);
      for (const TrafficItem& item : data.items) EXPECT_TRUE(shows(table, item.code)) << id << " " << item.code;
      expect_clean(rob_summary(data, {}), id);
    }
  }
}

TEST(AppraisalFigures, of_quadas_have_two_panels_and_the_overall_judgement_stands_with_bias) {
  const review::Instrument quadas = *review::builtin_instrument("quadas-2");
  const TrafficData data = traffic_data(quadas, studies(quadas, 3));
  ASSERT_EQ(data.items.size(), 8U);
  EXPECT_EQ(data.items[4].code, "Overall");
  EXPECT_EQ(data.items[4].panel, "Risk of bias");
  EXPECT_EQ(data.items[5].panel, "Applicability concerns");
  const auto assessed = studies(quadas, 3);
  EXPECT_EQ(data.rows[1].levels[4], assessed[1].overall.judgement());
  EXPECT_EQ(data.rows[1].levels[5], assessed[1].domains[4].judgement());
  EXPECT_TRUE(shows(rob_summary(data, {}), "Applicability concerns"));
}

TEST(RobSummary, shares_follow_the_weights) {
  TrafficData data;
  data.items = {{"D1"}};
  data.rows = {{"a", {0}}, {"b", {2}}, {"c", {std::nullopt}}};
  EXPECT_EQ(level_shares(data, 0, {}), (std::vector<double>{1.0 / 3, 0, 1.0 / 3, 1.0 / 3}));
  EXPECT_EQ(level_shares(data, 0, {2, 1, 1}), (std::vector<double>{0.5, 0, 0.25, 0.25}));
  data.rows.clear();
  EXPECT_EQ(level_shares(data, 0, {}), (std::vector<double>{0, 0, 0, 0}));
}

}  // namespace
}  // namespace hedgerow::plot
