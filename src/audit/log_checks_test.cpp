// What the log of decisions says about the screening.
#include <fmt/format.h>
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
  LogFacts facts;
  facts.place = {"hedgerow.db", 0, "", ""};
  facts.abstract.decided = 20;
  facts.fulltext.decided = 10;
  facts.counts = {{"records_screened", 20}, {"duplicates", 4}};
  facts.last_search = "2026-01-10";
  facts.last_decision = "2026-06-20";
  out.log = facts;
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
  subject.log->counts[1].second = 5;
  const auto found = findings(subject, "PR-09");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "The log gives duplicates 5, the diagram 4.");
}

TEST(Log, TellsTwinsAndWhetherTheyWereJudgedAlike) {
  Subject subject = screened();
  subject.log->twins = {{3, 9, "DOI 10.1000/a", false}, {4, 8, "PMID 77", true}};
  const auto found = findings(subject, "PR-15");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[1].severity, Severity::error);
}

TEST(Log, TellsWhoScreenedAndWhatWasLeft) {
  Subject subject = screened();
  subject.log->fulltext.by_one = 3;
  subject.log->abstract.unread = 7;
  subject.log->fulltext.without_reason = 2;
  subject.log->last_search = "2025-05-10";
  EXPECT_NE(findings(subject, "PR-17").at(0).message.find("3 of 10"), std::string::npos);
  EXPECT_NE(findings(subject, "PR-18").at(0).message.find("7 documents"), std::string::npos);
  EXPECT_NE(findings(subject, "PR-20").at(0).message.find("2 reports"), std::string::npos);
  EXPECT_NE(findings(subject, "PR-12").at(0).message.find("13 months"), std::string::npos);
  subject.log->fulltext.decided = 0;
  EXPECT_TRUE(findings(subject, "PR-18").empty());  // the first stage goes on
}

std::size_t faults(const std::string& strategy) {
  Subject subject = screened();
  subject.log->strategies = {{"MEDLINE", strategy, {"medline.txt", 0, "", ""}}};
  return findings(subject, "PR-14").size();
}

TEST(Search, FindsMistakesInsideAStrategy) {
  EXPECT_EQ(faults("1. exp Knee/\n2. (knee* or patell*).ti,ab.\n3. 1 or 2\n4. randomi?ed.ti,ab.\n5. 3 and 4\n"), 0U);
  EXPECT_EQ(faults("#1 knee*\n#2 hip*\n#3 #1 OR #2\n"), 0U);
  EXPECT_EQ(faults("(knee OR hip) AND \"resistance training\""), 0U);
  EXPECT_EQ(faults("(knee OR hip AND training"), 1U);
  EXPECT_EQ(faults("knee AND \"resistance training"), 1U);
  EXPECT_EQ(faults("1. knee*\n2. hip*\n3. training\n4. 1 and 3\n"), 1U);  // line 2 is lost
  EXPECT_EQ(faults("1. knee*\n2. hip*\n3. 1 or 7\n"), 2U);                // 7 is none, 2 is lost
  EXPECT_EQ(faults("1. a*\n2. b*\n3. c*\n4. or/1-3\n5. d*\n6. 4 and 5\n"), 0U);
}

TEST(Trials, WhatMakesReadersAsk) {
  Subject subject = screened();
  EXPECT_TRUE(findings(subject, "TR-01").empty());
  subject.log->retracted = {12};
  EXPECT_EQ(findings(subject, "TR-01").size(), 1U);
  const auto rows = [](const std::string& csv, const char* id) {
    return findings(testing::subject_of(sheet_of(SheetKind::rows, csv)), id).size();
  };
  EXPECT_EQ(rows("study,randomised1,lost1,randomised2,lost2\nA,60,0,60,0\nB,60,3,60,0\nC,20,0,20,0\n", "TR-07"), 1U);
  EXPECT_EQ(
      rows("study,n1i,n2i,design\nA,60,60,simple randomisation\nB,60,60,blocks of six\nC,52,68,simple randomisation\n",
           "TR-09"),
      1U);
}

TEST(Ratings, PerOutcomeWithSupportByTwo) {
  const auto with = [](const std::string& csv, const char* id, const std::string& tool) {
    Sheet sheet = sheet_of(SheetKind::appraisal, csv);
    sheet.set("tool", tool);
    Subject subject;
    subject.sheets.push_back(sheet_of(SheetKind::pooled, "outcome,estimate\npain,1\ndeath,2\n"));
    subject.sheets.push_back(std::move(sheet));
    return findings(subject, id).size();
  };
  EXPECT_EQ(with("study,overall\nA,low\n", "RB-05", "RoB 2"), 1U);
  EXPECT_EQ(with("study,outcome,overall\nA,pain,low\n", "RB-05", "RoB 2"), 0U);
  EXPECT_EQ(with("study,total\nA,7\n", "RB-05", "PEDro"), 0U);
  EXPECT_EQ(with("study,overall,support\nA,low,\nB,low,concealed by a pharmacy\n", "RB-07", "RoB 2"), 1U);
  std::string alike = "study,rater,item1,item2,item3,item4\n", apart = alike;
  for (int i = 0; i < 6; ++i) {
    const std::string ratings = i % 2 ? ",1,0,1,0\n" : ",0,1,0,1\n", other = i % 3 ? ",1,1,0,0\n" : ",0,0,1,1\n";
    alike += fmt::format("s{},ann{}s{},bob{}", i, ratings, i, ratings);
    apart += fmt::format("s{},ann{}s{},bob{}", i, ratings, i, other);
  }
  EXPECT_EQ(with(alike, "RB-10", "PEDro"), 0U);
  EXPECT_EQ(with(apart, "RB-10", "PEDro"), 1U);
  EXPECT_EQ(with("study,rater,item1\nA,ann,1\n", "RB-10", "PEDro"), 1U);
}

}  // namespace
}  // namespace hedgerow::audit
