// Reading ratings, what a report holds for which scale, and words for numbers.
#include "review/agreement_report.hpp"

#include <gtest/gtest.h>

#include "review/agreement_bands.hpp"
#include "review/agreement_read.hpp"

namespace hedgerow::review {
namespace {

data::Table table(std::vector<std::string> names, const std::vector<std::vector<std::string>>& rows) {
  auto made = data::Table::create("r.csv", std::move(names), rows);
  EXPECT_TRUE(made.ok());
  return made.take();
}

std::vector<std::string> ids(const std::vector<Coefficient>& coefficients) {
  std::vector<std::string> out;
  for (const Coefficient& c : coefficients) out.push_back(c.id);
  return out;
}

TEST(ReadRatings, long_and_wide_tables_give_the_same) {
  const auto wide = read_ratings(table({"item", "a", "b"}, {{"1", "y", "n"}, {"2", "n", ""}}),
                                 {"item", "rater", "value", {"a", "b"}, {}, ""});
  const auto rows =
      read_ratings(table({"item", "rater", "value"}, {{"1", "a", "y"}, {"1", "b", "n"}, {"2", "a", "n"}}), {});
  ASSERT_TRUE(wide.ok() && rows.ok());
  EXPECT_EQ((*wide)[0].second.codes, (*rows)[0].second.codes);
  EXPECT_EQ((*wide)[0].second.classes, (std::vector<std::string>{"n", "y"}));
  EXPECT_EQ((*rows)[0].second.codes[1], (std::vector<int>{0, kNotRated}));
}

TEST(ReadRatings, makes_groups_with_the_classes_of_the_whole_and_orders_numbers) {
  const auto groups = read_ratings(
      table({"item", "rater", "value", "stage"}, {{"1", "a", "10", "x"}, {"1", "b", "9", "x"}, {"1", "a", "2", "y"}}),
      {"item", "rater", "value", {}, {}, "stage"});
  ASSERT_TRUE(groups.ok());
  ASSERT_EQ(groups->size(), 2U);
  EXPECT_EQ((*groups)[1].first, "y");
  EXPECT_EQ((*groups)[1].second.classes, (std::vector<std::string>{"2", "9", "10"}));
  EXPECT_EQ((*groups)[0].second.values, (std::vector<double>{2, 9, 10}));
}

TEST(ReadRatings, locates_what_is_wrong) {
  const auto twice = read_ratings(table({"item", "rater", "value"}, {{"1", "a", "y"}, {"1", "a", "n"}}), {});
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().where, "r.csv:3:value");
  const auto unknown = read_ratings(table({"item", "rater", "value"}, {{"1", "a", "yess"}}),
                                    {"item", "rater", "value", {}, {"yes", "no"}, ""});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().where, "r.csv:2:value");
  EXPECT_NE(unknown.error().message.find("did you mean 'yes'"), std::string::npos);
  const auto column = read_ratings(table({"item", "rater", "vote"}, {}), {});
  ASSERT_FALSE(column.ok());
  EXPECT_NE(column.error().message.find("'value'"), std::string::npos);
}

Ratings three(bool numbers) {
  Ratings out{{"1", "2", "3"}, {"a", "b", "c"}, {"1", "2"}, {}, {{0, 0, 1}, {1, 1, kNotRated}, {0, 1, 1}}};
  if (numbers) out.values = {1, 2};
  return out;
}

TEST(AgreementReport, holds_what_the_scale_has) {
  AgreementOptions options;
  const auto nominal = agreement(three(false), options, "g");
  ASSERT_TRUE(nominal.ok());
  EXPECT_EQ(ids(nominal->all),
            (std::vector<std::string>{"pa", "fleiss_kappa", "conger_kappa", "uniform_kappa", "ac1", "alpha"}));
  ASSERT_EQ(nominal->pairs.size(), 3U);
  EXPECT_EQ(nominal->pairs[0].n, 3U);
  EXPECT_EQ(nominal->pairs[1].n, 2U);
  EXPECT_EQ(nominal->items_complete, 2U);
  options.weights = WeightKind::linear;
  const auto weighted = agreement(three(false), options);
  ASSERT_TRUE(weighted.ok());
  EXPECT_EQ(weighted->scale, Scale::ordinal);
  options = {};
  options.icc = true;
  EXPECT_FALSE(agreement(three(false), options).ok());
  const auto icc = agreement(three(true), options);
  ASSERT_TRUE(icc.ok());
  EXPECT_EQ(icc->all.size(), 7U);
  EXPECT_EQ(icc->all[1].n, 2U) << "items that all three rated";
}

TEST(AgreementReport, rests_on_nothing_without_ratings) {
  const auto none = agreement(Ratings{}, {});
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->pairs.empty());
  EXPECT_FALSE(none->all.back().estimate.has_value());
}

TEST(Bands, give_the_words_of_their_source) {
  const AgreementBands cochrane = *parse_bands("cochrane");
  EXPECT_EQ(reading(cochrane, 0.39), "");
  EXPECT_EQ(reading(cochrane, 0.40), "fair");
  EXPECT_EQ(reading(cochrane, 0.60), "good");
  EXPECT_EQ(reading(cochrane, 0.75), "excellent");
  EXPECT_EQ(reading(*parse_bands("landis-koch"), 0.20), "slight");
  EXPECT_EQ(reading(*parse_bands("landis-koch"), 0.21), "fair");
  EXPECT_EQ(reading(*parse_bands("none"), 0.9), "");
  EXPECT_EQ(reading(*parse_bands("0=low, 0.5=high"), 0.5), "high");
  EXPECT_FALSE(parse_bands("0.5=high,0.4=low").ok());
  EXPECT_FALSE(parse_bands("cochran").ok());
  EXPECT_EQ(describe_bands(cochrane), "0.4 fair, 0.6 good, 0.75 excellent");
}

}  // namespace
}  // namespace hedgerow::review
