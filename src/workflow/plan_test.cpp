#include "workflow/plan.hpp"

#include <gtest/gtest.h>

namespace hedgerow::workflow {
namespace {

TEST(Plan, ReadsExportsAndRulesAndLeavesOtherPartsAlone) {
  const auto plan = read_plan(
      "title = \"T\"\n[effects]\nfile = \"e.csv\"\n"
      "[[records]]\nfile = \"a.ris\"\ndatabase = \"Scopus\"\n[[records]]\nfile = \"b.nbib\"\norigin = \"citations\"\n"
      "[screening]\nfile = \"s.csv\"\nvotes_needed = 1\nreferee_may_vote = true\nfulltext_reasons = [\"design\", "
      "\"population\"]\n",
      "review.toml");
  ASSERT_TRUE(plan.ok()) << describe(plan.error());
  ASSERT_EQ(plan->imports.size(), 2U);
  EXPECT_EQ(plan->imports[0].database, "Scopus");
  EXPECT_EQ(plan->imports[0].origin, Origin::database);
  EXPECT_EQ(plan->imports[1].origin, Origin::citations);
  EXPECT_EQ(plan->decisions, "s.csv");
  EXPECT_TRUE(plan->referee_may_vote);
  EXPECT_EQ(plan->abstract.votes_needed, 1U);
  EXPECT_EQ(plan->fulltext.reasons, (std::vector<std::string>{"design", "population"}));
}

TEST(Plan, NamesWhatIsWrongWithItsLine) {
  const auto origin = read_plan("[[records]]\nfile = \"a.ris\"\norigin = \"citation\"\n", "review.toml");
  ASSERT_FALSE(origin.ok());
  EXPECT_NE(origin.error().where.find("review.toml:3"), std::string::npos) << origin.error().where;
  const auto key = read_plan("[screening]\nvotes = 2\n", "review.toml");
  ASSERT_FALSE(key.ok());
  EXPECT_NE(key.error().message.find("votes_needed"), std::string::npos) << key.error().message;
  EXPECT_FALSE(read_plan("[screening]\nvotes_needed = 0\n", "review.toml").ok());
}

TEST(Plan, ReadsHowAnExportWasSearched) {
  const auto plan =
      read_plan("[[records]]\nfile = \"a.ris\"\nplatform = \"Ovid\"\nsearched = \"2024-02-29\"\nstrategy = \"a.txt\"\n",
                "review.toml");
  ASSERT_TRUE(plan.ok()) << describe(plan.error());
  EXPECT_EQ(plan->imports[0].platform, "Ovid");
  EXPECT_EQ(plan->imports[0].searched, "2024-02-29");
  EXPECT_EQ(plan->imports[0].strategy, "a.txt");
  for (const char* day : {"2023-02-29", "2024-2-29", "29.02.2024", "2024-13-01", "2024-01-0x"}) {
    const auto wrong =
        read_plan(std::string("[[records]]\nfile = \"a.ris\"\nsearched = \"") + day + "\"\n", "review.toml");
    ASSERT_FALSE(wrong.ok()) << day;
    EXPECT_NE(wrong.error().message.find("2026-01-31"), std::string::npos) << wrong.error().message;
  }
}

TEST(Plan, NamesOfOriginsReadBack) {
  for (const Origin origin :
       {Origin::database, Origin::registry, Origin::website, Origin::organisation, Origin::citations, Origin::previous})
    EXPECT_EQ(origin_named(name(origin)).take(), origin);
  EXPECT_FALSE(origin_named("databse").ok());
}

}  // namespace
}  // namespace hedgerow::workflow
