#include <gtest/gtest.h>

#include <numeric>

#include "review/appraisal.hpp"
#include "review/prisma.hpp"

namespace hedgerow::review {
namespace {

data::Table table(std::vector<std::string> names, const std::vector<std::vector<std::string>>& rows) {
  auto made = data::Table::create("t.csv", std::move(names), rows);
  EXPECT_TRUE(made.ok());
  return made.take();
}

AppraisalColumns pedro_columns(bool with_total = true) {
  AppraisalColumns columns;
  columns.study = "study";
  for (int i = 1; i <= 11; ++i) columns.items.push_back("i" + std::to_string(i));
  if (with_total) columns.declared_total = "total";
  return columns;
}

std::vector<std::string> pedro_names() {
  std::vector<std::string> names{"study"};
  for (int i = 1; i <= 11; ++i) names.push_back("i" + std::to_string(i));
  names.push_back("total");
  return names;
}

// PMC10105022, table of PEDro ratings (items 1 to 11 and the printed score).
TEST(Pedro, GivesThePublishedScores) {
  const data::Table ratings =
      table(pedro_names(), {{"Chaouachi", "1", "1", "0", "1", "0", "0", "0", "1", "1", "1", "1", "6"},
                            {"Cornu", "1", "0", "0", "0", "0", "0", "0", "1", "1", "1", "1", "4"},
                            {"Houghton", "1", "0", "0", "0", "0", "0", "0", "1", "0", "1", "1", "3"}});
  const auto rated = appraise(pedro(), ratings, pedro_columns());
  ASSERT_TRUE(rated.ok());
  const std::vector<int> scores{6, 4, 3};
  const std::vector<std::string> bands{"good", "fair", "poor"};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*rated)[i].score, scores[i]);
    EXPECT_EQ((*rated)[i].declared, scores[i]);
    EXPECT_EQ((*rated)[i].band, bands[i]);
  }
}

TEST(Pedro, ItemOneAloneScoresNothingAndUnclearDoesNotCount) {
  const data::Table ratings =
      table(pedro_names(), {{"a", "yes", "?", "", "no", "0", "n", "-", "0", "0", "0", "0", "1"}});
  const auto rated = appraise(pedro(), ratings, pedro_columns());
  ASSERT_TRUE(rated.ok());
  EXPECT_EQ((*rated)[0].score, 0);
  EXPECT_EQ((*rated)[0].declared, 1);
  EXPECT_EQ((*rated)[0].ratings[1], Rating::unclear);
  EXPECT_EQ((*rated)[0].ratings[2], Rating::missing);
}

TEST(Pedro, HasTenCountedItemsAndBandsThatCoverThem) {
  EXPECT_EQ(max_score(pedro()), 10);
  EXPECT_EQ(pedro().items.size(), 11U);
  EXPECT_TRUE(check_bands(pedro()).ok());
  EXPECT_EQ(band_of(pedro(), 9), "excellent");
}

TEST(Appraisal, RefusesBandsWithGapsAndOverlaps) {
  Instrument instrument = pedro();
  instrument.bands = {{0, 3, "low"}, {5, 10, "high"}};
  ASSERT_FALSE(check_bands(instrument).ok());
  EXPECT_NE(check_bands(instrument).error().message.find("4 is covered by none"), std::string::npos);
  instrument.bands = {{0, 5, "low"}, {5, 10, "high"}};
  EXPECT_NE(check_bands(instrument).error().message.find("5 is covered more than once"), std::string::npos);
}

TEST(Appraisal, LocatesWrongRatingsAndRepeatedStudies) {
  const std::vector<std::string> good{"a", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "10"};
  std::vector<std::string> bad = good;
  bad[3] = "2";
  const auto wrong = appraise(pedro(), table(pedro_names(), {bad}), pedro_columns());
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().where, "t.csv:2:i3");
  const auto twice = appraise(pedro(), table(pedro_names(), {good, good}), pedro_columns());
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().where, "t.csv:3:study");
}

Prisma consistent() {
  Prisma prisma;
  prisma.databases = {{"PubMed", 60}, {"Scopus", 40}};
  prisma.dbr_excluded = {{"design", 5}, {"outcome", 3}};
  prisma.counts = {{"database_results", 100}, {"duplicates", 20},         {"records_screened", 80},
                   {"records_excluded", 60},  {"dbr_sought_reports", 20}, {"dbr_notretrieved_reports", 2},
                   {"dbr_assessed", 18},      {"new_reports", 10},        {"new_studies", 9},
                   {"total_studies", 9},      {"total_studies_ma", 8}};
  return prisma;
}

TEST(Prisma, AcceptsConsistentCounts) {
  EXPECT_TRUE(check(consistent()).empty());
  EXPECT_EQ(checked_identities(consistent()), 8);
}

TEST(Prisma, FindsEachBrokenIdentity) {
  for (const char* name : {"records_screened", "dbr_assessed", "new_reports", "total_studies"}) {
    Prisma prisma = consistent();
    for (auto& [key, count] : prisma.counts)
      if (key == name) count += 1;
    EXPECT_FALSE(check(prisma).empty()) << name;
  }
  Prisma prisma = consistent();
  for (auto& [key, count] : prisma.counts)
    if (key == "new_studies") count = 11;
  ASSERT_FALSE(check(prisma).empty());
  EXPECT_EQ(check(prisma)[0].message, "new_studies is 11, more than new_reports (10)");
}

// The counts of a published review of bed rest: three databases add up to 4916, the text says 3575 records in total.
TEST(Prisma, FindsAPublishedContradiction) {
  Prisma prisma;
  prisma.databases = {{"PubMed", 3416}, {"Web of Science", 851}, {"Scopus", 649}};
  prisma.counts = {{"database_results", 3575}};
  ASSERT_EQ(check(prisma).size(), 1U);
  EXPECT_EQ(check(prisma)[0].message, "database_results is 3575, but databases (4916) gives 4916");
}

TEST(Prisma, DoesNotCheckWhatIsUnknown) {
  Prisma prisma;
  prisma.counts = {{"total_studies_ma", 8}, {"records_screened", 80}};
  EXPECT_EQ(checked_identities(prisma), 0);
  EXPECT_TRUE(check(prisma).empty());
}

TEST(Prisma, ReadsATableAndLocatesMistakes) {
  const auto good = read_prisma(table({"item", "count"}, {{"database: PubMed", "10"}, {"duplicates", "2"}}));
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->databases.at(0).second, 10);
  EXPECT_EQ(good->find("duplicates"), 2);
  const auto unknown = read_prisma(table({"item", "count"}, {{"duplicate", "2"}}));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().where, "t.csv:2:item");
  EXPECT_NE(unknown.error().message.find("'duplicates'"), std::string::npos);
  EXPECT_EQ(read_prisma(table({"item", "count"}, {{"duplicates", "-2"}})).error().where, "t.csv:2:count");
  EXPECT_EQ(read_prisma(table({"item", "count"}, {{"duplicates", "2.5"}})).error().where, "t.csv:2:count");
}

}  // namespace
}  // namespace hedgerow::review
