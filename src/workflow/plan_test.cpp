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

TEST(Plan, NamesOfOriginsReadBack) {
  for (const Origin origin :
       {Origin::database, Origin::registry, Origin::website, Origin::organisation, Origin::citations, Origin::previous})
    EXPECT_EQ(origin_named(name(origin)).take(), origin);
  EXPECT_FALSE(origin_named("databse").ok());
}

}  // namespace
}  // namespace hedgerow::workflow
