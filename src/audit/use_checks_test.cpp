// What became of ratings, extractions, votes and plans. Each check flags one table and leaves one alone.
#include <gtest/gtest.h>

#include "audit/check.hpp"
#include "audit/detail/repeated_looks.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::declared;
using testing::findings;
using testing::in;
using testing::sheet_of;
using testing::subject_of;

const std::string kEffects = "study,yi,vi\nA,0.50,0.02\nB,0.40,0.02\nC,0.45,0.02\nD,1.40,0.02\n";

Subject rated(const std::string& csv) {
  Subject subject = declared(kEffects, "SMD");
  subject.sheets.push_back(sheet_of(SheetKind::appraisal, csv));
  return subject;
}

TEST(Ratings, OverrideWithoutReason) {
  const std::string head = "study,domain1,proposed1,overall,proposed_overall,support\n";
  EXPECT_TRUE(
      findings(rated(head + "A,low,Low,low,low,\nB,high,low,high,low,\"attrition of 40 %\"\n"), "RB-02").empty());
  EXPECT_EQ(findings(rated(head + "A,low,high,low,low,\n"), "RB-02").size(), 1U);
}

TEST(Ratings, ScoresAndBlinding) {
  Subject subject = rated("study,tool,total\nA,PEDro,6\n");
  subject.analyses[0].covariates = {"age", "dose"};
  EXPECT_TRUE(findings(subject, "RB-03").empty());
  subject.analyses[0].covariates = {"age", "total"};
  EXPECT_EQ(findings(subject, "RB-03").size(), 1U);
  Subject levels =
      subject_of(sheet_of(SheetKind::levels, "outcome,moderator,level\nx,PEDro score,high\nx,PEDro score,low\n"));
  levels.sheets.push_back(sheet_of(SheetKind::appraisal, "study,tool,total\nA,PEDro,6\n"));
  EXPECT_EQ(findings(levels, "RB-03").size(), 1U);
  const std::string head = "study,masking,reported_by,domain4\n";
  EXPECT_EQ(findings(rated(head + "A,open label,participants,low\n"), "RB-06").size(), 1U);
  EXPECT_TRUE(
      findings(rated(head + "A,double blind,participants,low\nB,open label,assessor,low\nC,open label,patients,high\n"),
               "RB-06")
          .empty());
}

TEST(Ratings, HighRiskAndDoubtsNeedAConsequence) {
  const std::string ratings =
      "study,overall,trust\nA,low,none\nB,low,none\nC,some concerns,none\nD,high,serious concerns\n";
  const auto found = findings(rated(ratings), "RB-08");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].effect.find("without them"), std::string::npos);
  Subject answered = rated(ratings);
  answered.analyses[0].by_risk = true;
  EXPECT_TRUE(findings(answered, "RB-08").empty());
  EXPECT_EQ(findings(rated(ratings), "RB-11").size(), 1U);
  EXPECT_EQ(findings(rated(ratings), "TR-11").at(0).severity, Severity::info);
  for (const char* id : {"RB-08", "RB-11", "TR-11"})
    EXPECT_TRUE(findings(rated("study,overall,trust\nA,low,none\nD,low,none\n"), id).empty()) << id;
  // All at high risk: there is nothing to compare with.
  EXPECT_TRUE(findings(rated("study,overall\nA,high\nB,high\nC,high\nD,high\n"), "RB-08").empty());
}

TEST(Extraction, TwoPeopleAndTheSourceItself) {
  Subject subject;
  subject.log.emplace();
  subject.log->extraction = ExtractionFacts{"anna", "ben", 340, 12, 3, 2, {}};
  const auto open = findings(subject, "DA-22");
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].message,
            "anna and ben differ in 12 of 340 values, 3 of which change the pooled effect; 2 are undecided.");
  EXPECT_TRUE(open[0].decides);
  subject.log->extraction->undecided = 0;
  EXPECT_EQ(findings(subject, "DA-22").at(0).severity, Severity::info);
  subject.log->extraction->different = 0;
  EXPECT_TRUE(findings(subject, "DA-22").empty());
  const std::string head = "study,yi,vi,reported\n";
  EXPECT_TRUE(findings(declared(head + "A,0.50,0.02,0.55\nB,0.40,0.02,\n", "SMD"), "MA-08").empty());
  EXPECT_EQ(findings(declared(head + "A,0.92,0.02,0.62\nB,0.40,0.02,\n", "SMD"), "MA-08").size(), 1U);
  EXPECT_EQ(findings(declared(head + "A,0.50,0.02,-0.50\nB,0.40,0.02,\n", "SMD"), "MA-08").at(0).causes.at(0),
            "a sign reversed");
  EXPECT_TRUE(findings(declared(head + "A,9.2,0.02,6.2\nB,0.40,0.02,\n", "MD"), "MA-08").empty());
}

TEST(Extraction, GroupsExchanged) {
  const std::string head = "study,m1_pre,m2_pre,m1_post,m2_post,yi,vi\n";
  std::string rows;
  for (const char* name : {"A", "B", "C", "D", "E", "F", "G"}) rows += std::string(name) + ",50,49,58,50,0.8,0.02\n";
  EXPECT_TRUE(in(SheetKind::rows, head + rows, "DA-18").empty());
  EXPECT_EQ(in(SheetKind::rows, head + rows + "H,50,49,49,58,-0.8,0.02\n", "DA-18").size(), 1U);
  // An opposite result whose groups stay near their own earlier means.
  EXPECT_TRUE(in(SheetKind::rows, head + rows + "H,44,49,45,58,-0.8,0.02\n", "DA-18").empty());
}

TEST(Votes, KappaOfTheFlow) {
  const std::string votes =
      "item,count\nvotes_include_include,20\nvotes_include_exclude,5\nvotes_exclude_include,10\n"
      "votes_exclude_exclude,15\n";
  EXPECT_TRUE(in(SheetKind::flow, votes + "kappa,0.40\npabak,0.4\nagreement,70\n", "PR-16").empty());
  const auto found = in(SheetKind::flow, votes + "kappa,0.70\n", "PR-16");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "The votes give kappa 0.400, printed is 0.70.");
}

TEST(Votes, KappaOfTheText) {
  const auto told = [](const char* statement, const char* value) {
    Subject out = subject_of(
        sheet_of(SheetKind::claims, std::string("claim,statement,value1\nc1,\"") + statement + "\"," + value + "\n"));
    out.log.emplace();
    out.log->abstract.votes = {20, 5, 10, 15};
    return out;
  };
  EXPECT_TRUE(findings(told("Cohen's kappa for titles and abstracts", "0.40"), "PR-16").empty());
  const auto found = findings(told("Cohen's kappa for titles and abstracts", "0.70"), "PR-16");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].causes.at(0), "the share of agreement told as kappa");
  EXPECT_TRUE(findings(told("Cohen's kappa for full texts", "0.70"), "PR-16").empty()) << "no votes of that stage";
}

TEST(Protocol, DaysOutcomesKnownStudies) {
  Subject subject = subject_of(sheet_of(SheetKind::pooled, "outcome,estimate\nlean mass,0.5\n"));
  subject.protocol = Protocol{"2025-05-01", {"lean mass", "bone density"}, {}, {}};
  subject.log.emplace();
  subject.log->first_search = "2025-06-01";
  subject.log->known = {{"10.1000/a", true}};
  EXPECT_TRUE(findings(subject, "PR-10").empty());
  EXPECT_TRUE(findings(subject, "PR-19").empty());
  const auto missing = findings(subject, "PR-11");
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].message, "'bone density' was planned and is not analysed.");
  subject.protocol->registered = "2025-10-01";
  subject.protocol->analysed = {"Bone density of the hip"};
  subject.log->known.emplace_back("10.1000/b", false);
  EXPECT_EQ(findings(subject, "PR-10").size(), 1U);
  EXPECT_TRUE(findings(subject, "PR-11").empty());
  EXPECT_EQ(findings(subject, "PR-19").at(0).subject, "study \"10.1000/b\"");
}

TEST(Protocol, LooksAndData) {
  // Armitage, McPherson and Rowe (1969), table 2: 2, 3, 4, 5 and 10 looks.
  EXPECT_NEAR(detail::chance_of_crossing(1), 0.050, 5e-5);
  EXPECT_NEAR(detail::chance_of_crossing(2), 0.083, 5e-4);
  EXPECT_NEAR(detail::chance_of_crossing(3), 0.107, 5e-4);
  EXPECT_NEAR(detail::chance_of_crossing(4), 0.126, 5e-4);
  EXPECT_NEAR(detail::chance_of_crossing(5), 0.142, 5e-4);
  EXPECT_NEAR(detail::chance_of_crossing(10), 0.193, 5e-4);
  EXPECT_TRUE(in(SheetKind::pooled, "outcome,estimate,looks\na,0.5,2\n", "MO-26").empty());
  EXPECT_EQ(in(SheetKind::pooled, "outcome,estimate,looks\na,0.5,5\n", "MO-26").at(0).message,
            "Look 5 at growing data: a test at 5 % errs in 14 % by now.");
  const std::string head = "claim,subject,statement\n";
  EXPECT_EQ(
      in(SheetKind::claims, head + "c,data availability,\"The data are available upon request.\"\n", "RP-11").size(),
      1U);
  EXPECT_TRUE(in(SheetKind::claims, head + "c,data availability,\"Data and code are at osf.io.\"\n", "RP-11").empty());
}

}  // namespace
}  // namespace hedgerow::audit
