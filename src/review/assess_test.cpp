// From ratings to assessments: published PEDro rows, the tables of robvis, overrides, consensus, agreement.
#include "review/assess.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/file.hpp"

namespace hedgerow::review {
namespace {

data::Table table(std::vector<std::string> names, const std::vector<std::vector<std::string>>& rows) {
  auto made = data::Table::create("r.csv", std::move(names), rows);
  EXPECT_TRUE(made.ok());
  return made.take();
}

Instrument instrument(const std::string& id) { return *builtin_instrument(id); }

std::vector<RatedCell> cells(const Instrument& instrument, const data::Table& ratings) {
  auto read = read_rated(instrument, ratings);
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : describe(read.error()));
  return read.ok() ? read->cells : std::vector<RatedCell>();
}

std::vector<std::string> pedro_names() {
  std::vector<std::string> names{"study", "rater"};
  for (const Item& item : instrument("pedro").items) names.push_back(item.id);
  names.push_back("total");
  return names;
}

// PMC10105022, table of PEDro ratings (items 1 to 11 and the printed score), rated twice here.
const std::vector<std::vector<std::string>> kPedro{
    {"Chaouachi", "a", "1", "1", "0", "1", "0", "0", "0", "1", "1", "1", "1", "6"},
    {"Cornu", "a", "1", "0", "0", "0", "0", "0", "0", "1", "1", "1", "1", "4"},
    {"Houghton", "a", "1", "0", "0", "0", "0", "0", "0", "1", "0", "1", "1", "3"},
    {"Chaouachi", "b", "1", "1", "0", "1", "0", "0", "0", "1", "1", "1", "1", "6"},
    {"Cornu", "b", "1", "1", "0", "0", "0", "0", "0", "1", "1", "1", "1", "5"},
    {"Houghton", "b", "0", "0", "0", "0", "0", "0", "0", "1", "0", "1", "1", "3"}};

TEST(Pedro, has_the_published_scores_and_item_one_does_not_count) {
  const Instrument pedro = instrument("pedro");
  const auto all = assess(pedro, cells(pedro, table(pedro_names(), kPedro)));
  ASSERT_EQ(all.size(), 6U);
  const int scores[6] = {6, 4, 3, 6, 5, 3};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(all[i].score, scores[i]) << i;
  EXPECT_EQ(all[0].band, "good");
  EXPECT_TRUE(remarks(pedro, all).empty());
  EXPECT_TRUE(low_risk(pedro, all[0], default_cut(pedro)));
  EXPECT_FALSE(low_risk(pedro, all[1], default_cut(pedro)));
  EXPECT_EQ(default_cut(pedro), 6);
}

TEST(Pedro, two_raters_agree_by_item_and_by_total_and_a_third_decides) {
  const Instrument pedro = instrument("pedro");
  auto rated = cells(pedro, table(pedro_names(), kPedro));
  Agreed agreed = consensus(pedro, rated);
  ASSERT_EQ(agreed.open.size(), 2U);
  EXPECT_EQ(agreed.open[0].study, "Cornu");
  EXPECT_EQ(agreed.open[0].index, 1U);
  EXPECT_EQ(agreed.open[0].ratings[0].second, "No");
  EXPECT_EQ(agreed.assessments[1].score, 4) << "an item without consensus does not count";
  const auto third = cells(pedro, table({"study", "rater", "item", "rating", "support"},
                                        {{"Cornu", "Consensus", "random", "yes", "p. 3: drawn by lot"}}));
  rated.insert(rated.end(), third.begin(), third.end());
  agreed = consensus(pedro, rated);
  EXPECT_EQ(agreed.open.size(), 1U);
  EXPECT_EQ(agreed.assessments[1].score, 5);
  EXPECT_EQ(agreed.assessments[1].support[1], "p. 3: drawn by lot");
  const auto reports = rater_agreement(pedro, assess(pedro, rated));
  ASSERT_TRUE(reports.ok());
  ASSERT_EQ(reports->size(), 12U);
  EXPECT_EQ(reports->back().group, "total score");
  EXPECT_EQ((*reports)[1].pairs[0].n, 3U);
  EXPECT_NEAR(*(*reports)[1].pairs[0].coefficients[0].estimate, 2.0 / 3.0, 1e-12);
}

TEST(RobTables, of_robvis_are_read_with_their_instruments) {
  const std::vector<std::tuple<std::string, std::string, std::size_t, std::size_t>> files{
      {"data_rob2", "rob2", 9, 5},          {"data_rob2_cluster", "rob2-cluster", 9, 6},
      {"data_rob1", "rob1", 9, 7},          {"data_robins_i", "robins-i", 10, 7},
      {"data_robins_e", "robins-e", 10, 7}, {"data_quadas", "quadas-2", 12, 4},
      {"data_quips", "quips", 12, 6},       {"bias_direction", "bias-direction", 20, 7}};
  for (const auto& [file, id, studies, domains] : files) {
    const std::string path = std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/rob/" + file + ".csv";
    const Instrument tool = instrument(id);
    const auto read = read_rated_csv(tool, *read_file(path), file + ".csv");
    ASSERT_TRUE(read.ok()) << describe(read.error());
    const auto all = assess(tool, read->cells);
    EXPECT_EQ(all.size(), studies) << file;
    std::set<std::size_t> seen;
    for (const RatedCell& cell : read->cells)
      if (cell.target == Target::domain) seen.insert(cell.index);
    EXPECT_EQ(seen.size(), domains) << file;
    for (const Assessment& a : all) EXPECT_TRUE(a.overall.given.has_value()) << file << " " << a.study;
  }
}

TEST(Rob2, keeps_the_proposal_beside_an_override_and_asks_for_its_reason) {
  const Instrument rob2 = instrument("rob2");
  const std::vector<std::string> names{"study", "result", "rater", "item", "rating", "support"};
  const auto all = assess(rob2, cells(rob2, table(names, {{"A", "pain", "x", "1.1", "Y", ""},
                                                          {"A", "pain", "x", "1.2", "Probably yes", ""},
                                                          {"A", "pain", "x", "1.3", "N", ""},
                                                          {"A", "pain", "x", "D1", "Some concerns", ""},
                                                          {"A", "pain", "x", "3.1", "N", ""},
                                                          {"A", "strength", "x", "D1", "High", "no list"}})));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].domains[0].proposed, std::optional<std::size_t>(0));
  EXPECT_EQ(all[0].domains[0].judgement(), std::optional<std::size_t>(1));
  EXPECT_TRUE(all[0].domains[0].overridden());
  EXPECT_EQ(all[0].domains[2].needs, "3.2");
  const auto notes = remarks(rob2, all);
  EXPECT_EQ(notes[0], "A, pain (x): D1 is set to Some concerns where the rules propose Low, without a reason");
  EXPECT_NE(notes[2].find("question 3.2 needs an answer"), std::string::npos);
}

TEST(Rob2, raters_on_two_paths_to_one_judgement_agree_on_the_domain) {
  const Instrument rob2 = instrument("rob2");
  const std::vector<std::string> names{"study", "rater", "item", "rating"};
  const Agreed agreed = consensus(
      rob2, cells(rob2, table(names, {{"A", "x", "3.1", "Y"}, {"A", "y", "3.1", "N"}, {"A", "y", "3.2", "Y"}})));
  EXPECT_EQ(agreed.assessments[0].domains[2].judgement(), std::optional<std::size_t>(0));
  ASSERT_EQ(agreed.open.size(), 1U);
  EXPECT_EQ(agreed.open[0].target, Target::item);
}

TEST(Nos, caps_the_stars_of_items_and_domains) {
  const Instrument nos = instrument("nos-cohort");
  const auto all = assess(nos, cells(nos, table({"study", "s1", "s2", "c1", "o1"}, {{"A", "1", "1", "2", "0"}})));
  EXPECT_EQ(all[0].score, 4);
  const auto wrong = read_rated(nos, table({"study", "s1"}, {{"A", "2"}}));
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find("0 to 1 stars"), std::string::npos);
}

TEST(ReadRated, errors_name_cell_word_and_words) {
  const Instrument rob2 = instrument("rob2");
  const auto wrong = read_rated(rob2, table({"Study", "D1"}, {{"A", "Hihg"}}));
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().where, "r.csv:2:D1");
  EXPECT_NE(wrong.error().message.find("'Hihg'"), std::string::npos);
  EXPECT_NE(wrong.error().message.find("Low, Some concerns, High"), std::string::npos);
  EXPECT_NE(wrong.error().message.find("did you mean 'High'"), std::string::npos);
  const auto twice = read_rated(rob2, table({"Study", "D1"}, {{"A", "Low"}, {"A", "High"}}));
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().where, "r.csv:3:D1");
  EXPECT_FALSE(read_rated(rob2, table({"Study", "x"}, {{"A", "Low"}})).ok());
  EXPECT_FALSE(read_rated(rob2, table({"D1"}, {{"Low"}})).ok());
  EXPECT_FALSE(read_rated(rob2, table({"study", "item", "rating"}, {{"A", "9.9", "Y"}})).ok());
}

TEST(RatingForm, can_be_read_when_it_was_filled) {
  for (const std::string& id : builtin_instruments()) {
    const Instrument tool = instrument(id);
    const std::string text = rating_form(tool, {"A, 2020", "B"}, {"x"});
    const auto read = read_rated_csv(tool, text, "f.csv");
    ASSERT_TRUE(read.ok()) << id << ": " << describe(read.error());
    EXPECT_TRUE(read->cells.empty()) << "nothing is filled in yet";
  }
}

}  // namespace
}  // namespace hedgerow::review
