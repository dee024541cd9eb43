// What the log of decisions says about the screening.
#include <gtest/gtest.h>

#include "audit/check.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;

/// Twenty documents read by two people, ten full texts with reasons.
Subject screened() {
  Subject out;
  ScreeningFacts facts;
  facts.place = {"hedgerow.db", 0, "", ""};
  facts.abstract.decided = 20;
  facts.fulltext.decided = 10;
  facts.counts = {{"records_screened", 20}, {"duplicates", 4}};
  facts.last_search = "2026-01-10";
  facts.last_decision = "2026-06-20";
  out.screening = facts;
  out.sheets.push_back(sheet_of(SheetKind::flow, "item,count\nrecords_screened,20\nduplicates,4\nnew_studies,3\n"));
  return out;
}

TEST(Log, AReviewByTwoIsSilent) {
  for (const char* id : {"PR-09", "PR-12", "PR-15", "PR-17", "PR-18", "PR-20"})
    EXPECT_TRUE(findings(screened(), id).empty()) << id;
  for (const char* id : {"PR-09", "PR-15", "PR-17", "PR-20"}) EXPECT_TRUE(findings(Subject(), id).empty()) << id;
}

TEST(Log, TellsWhatTheDiagramHasOtherwise) {
  Subject subject = screened();
  subject.screening->counts[1].second = 5;
  const auto found = findings(subject, "PR-09");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "The log gives duplicates 5, the diagram 4.");
}

TEST(Log, TellsTwinsAndWhetherTheyWereJudgedAlike) {
  Subject subject = screened();
  subject.screening->twins = {{3, 9, "DOI 10.1000/a", false}, {4, 8, "PMID 77", true}};
  const auto found = findings(subject, "PR-15");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[1].severity, Severity::error);
}

TEST(Log, TellsWhoScreenedAndWhatWasLeft) {
  Subject subject = screened();
  subject.screening->fulltext.by_one = 3;
  subject.screening->abstract.unread = 7;
  subject.screening->fulltext.without_reason = 2;
  subject.screening->last_search = "2025-05-10";
  EXPECT_NE(findings(subject, "PR-17").at(0).message.find("3 of 10"), std::string::npos);
  EXPECT_NE(findings(subject, "PR-18").at(0).message.find("7 documents"), std::string::npos);
  EXPECT_NE(findings(subject, "PR-20").at(0).message.find("2 reports"), std::string::npos);
  EXPECT_NE(findings(subject, "PR-12").at(0).message.find("13 months"), std::string::npos);
  subject.screening->fulltext.decided = 0;
  EXPECT_TRUE(findings(subject, "PR-18").empty());  // the first stage goes on
}

}  // namespace
}  // namespace hedgerow::audit
