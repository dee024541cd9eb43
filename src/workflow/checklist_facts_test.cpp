// Facts of a log of a few events, and of counts alone.
#include "workflow/checklist_facts.hpp"

#include <gtest/gtest.h>

#include "workflow/prisma_step.hpp"
#include "workflow/test_log.hpp"

namespace hedgerow::workflow {
namespace {

using review::Fact;
using review::ProjectFacts;
using Texts = std::vector<std::string>;

/// Two databases and a register with four documents; ana and bo screen them and leave one open.
TestLog log_of_four() {
  TestLog log;
  log.add("reviewer").value = "ana";
  log.add("reviewer").value = "bo";
  log.import(3);
  log.import(1, "database", "PubMed");
  log.import(1, "registry", "CTG");
  log.pair("link", 1, 4, "automatic");
  for (const char* who : {"ana", "bo"})
    for (const std::int64_t record : {1, 2, 3}) log.vote(who, record, record == 1 ? "include" : "exclude");
  return log;
}

ProjectFacts facts_of(const TestLog& log, bool dated) {
  const auto state = fold(log.events, log.heads);
  EXPECT_TRUE(state);
  ProjectFacts facts;
  add_log_facts(*state, log.events, dated, facts);
  add_flow_facts(prisma_of(*state, log.events), facts);
  return facts;
}

TEST(ChecklistFacts, a_log_tells_sources_duplicates_and_screening) {
  ProjectFacts facts = facts_of(log_of_four(), true);
  EXPECT_EQ(facts.known[Fact::sources].have, (Texts{"Scopus", "PubMed"}));
  EXPECT_EQ(facts.known[Fact::registers].have, (Texts{"CTG"}));
  EXPECT_EQ(facts.known[Fact::import_dates].have.at(1), "PubMed was imported on 2026-01-01");
  EXPECT_EQ(facts.known[Fact::duplicates].have,
            (Texts{"hedgerow dedup: 5 records are 4 documents; 1 link made by the program, 0 by people"}));
  EXPECT_EQ(facts.known[Fact::screening].have.at(0),
            "titles and abstracts: 2 votes needed of each, 2 reviewers voted, 3 of 4 decided");
  EXPECT_EQ(facts.known[Fact::screening].lack.at(0), "decisions on 1 titles and abstracts (hedgerow screen)");
  EXPECT_EQ(facts.known[Fact::agreement].have.size(), 1U);
  EXPECT_FALSE(facts.known[Fact::flow].lack.empty());  // one record is not decided
  EXPECT_EQ(facts.known.count(Fact::automation), 0U);
  EXPECT_EQ(facts.known.count(Fact::extraction), 0U);
}

TEST(ChecklistFacts, a_log_made_from_files_tells_no_dates) {
  EXPECT_EQ(facts_of(log_of_four(), false).known.count(Fact::import_dates), 0U);
}

TEST(ChecklistFacts, ratings_and_values_are_counted_by_people) {
  TestLog log = log_of_four();
  for (const char* who : {"ana", "bo"}) {
    log.say("extract", 0, "form", "12", who);
    log.say("rating", 0, "Smith 2015", "yes", who).detail = R"({"instrument": "pedro", "item": "random"})";
  }
  ProjectFacts facts = facts_of(log, true);
  EXPECT_EQ(facts.known[Fact::extraction].have, (Texts{"2 values extracted by 2 people, 0 settled by a third person"}));
  EXPECT_EQ(facts.known[Fact::appraisal_tool].have, (Texts{"pedro; 2 raters in the log"}));
}

TEST(ChecklistFacts, searches_are_told_by_platform_day_and_strategy) {
  Plan plan;
  plan.imports = {{"a.ris", "Embase", Origin::database, "Ovid", "2024-05-01", "embase.txt"},
                  {"b.ris", "Scopus", Origin::database, "", "", "gone.txt"},
                  {"c.ris", "Citations", Origin::citations},
                  {"d.ris", "Review of 2010", Origin::previous}};
  ProjectFacts facts;
  add_search_facts(plan, {"gone.txt"}, facts);
  EXPECT_EQ(facts.known[Fact::platforms].have, (Texts{"Embase: Ovid"}));
  EXPECT_EQ(facts.known[Fact::platforms].lack, (Texts{"the platform of Scopus in [[records]]"}));
  EXPECT_EQ(facts.known[Fact::search_dates].have, (Texts{"Embase: 2024-05-01"}));
  EXPECT_EQ(facts.known[Fact::search_dates].lack,
            (Texts{"the day of the search (searched) of Scopus in [[records]]",
                   "the day of the search (searched) of Citations in [[records]]"}));
  EXPECT_EQ(facts.known[Fact::strategies].have, (Texts{"Embase: embase.txt"}));
  EXPECT_EQ(facts.known[Fact::strategies].lack, (Texts{"the file gone.txt, which review.toml names for Scopus"}));
}

TEST(ChecklistFacts, counts_alone_tell_the_flow) {
  review::Prisma prisma;
  prisma.counts = {{"database_results", 10}, {"duplicates", 2}, {"records_screened", 9}, {"dbr_assessed", 5}};
  prisma.databases = {{"PubMed", 10}};
  prisma.dbr_excluded = {{"wrong design", 1}};
  ProjectFacts facts;
  add_flow_facts(prisma, facts);
  EXPECT_EQ(facts.known[Fact::sources].have, (Texts{"PubMed"}));
  EXPECT_EQ(facts.known[Fact::records].have, (Texts{"PubMed: 10 records"}));
  EXPECT_EQ(facts.known[Fact::exclusions].have, (Texts{"wrong design: 1 report"}));
  const Texts& lack = facts.known[Fact::flow].lack;
  ASSERT_EQ(lack.size(), 2U);  // no included studies, and 9 is not 10 - 2
  EXPECT_NE(lack[0].find("total_studies"), std::string::npos);
  EXPECT_NE(lack[1].find("counts that agree"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::workflow
