// Claims of a text against tables, statements by their words, and suppressions.
#include <gtest/gtest.h>

#include "audit/audit.hpp"
#include "audit/check.hpp"
#include "audit/detail/words.hpp"
#include "audit/profile.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;

constexpr const char* kClaims = "claim,section,subject,statement,value1,value2,value3\n";

/// A published review in four tables, and the claims.
Subject review_with(const std::string& claims) {
  Subject out;
  out.sheets.push_back(sheet_of(SheetKind::pooled,
                                "outcome,k,n,estimate,ci_lb,ci_ub,egger_t\nstrength,23,377,2.26,1.42,3.11,5.54\n"
                                "bone,7,116,0.15,-0.51,0.80,\n"));
  out.sheets.push_back(
      sheet_of(SheetKind::levels,
               "outcome,moderator,level,estimate,ci_lb,ci_ub\nstrength,sex,Male,1.17,0.80,1.55\n"
               "strength,sex,Female,3.49,1.96,5.02\nstrength,training_volume,60-70days,2.92,1.63,4.21\n"
               "strength,training_volume,90days,1.21,0.80,1.61\n"));
  out.sheets.push_back(sheet_of(SheetKind::grade, "outcome,level\nstrength,High\nbone,Low\n"));
  Sheet appraisal = sheet_of(SheetKind::appraisal, "study,total,category\na,7,high\nb,4,moderate\nc,6,high\n");
  appraisal.set("tool", "PEDro");
  out.sheets.push_back(std::move(appraisal));
  out.sheets.push_back(
      sheet_of(SheetKind::studies,
               "study,n,sex,country,duration,design\na,18,men,Germany,90,RCT\nb,16,women,USA,60,No-RCT\n"
               "c,20,men,USA,20,RCT\n"));
  out.sheets.push_back(sheet_of(SheetKind::claims, kClaims + claims));
  return out;
}

TEST(Text, ValuesOfResults) {
  const std::string right =
      "c1,3.1,strength,\"g, Egger t\",2.26,5.54,\nc2,3.1,strength sex,women,3.49,,\n"
      "c3,3.1,strength training_volume,60–70 days g,2.92,,\nc4,3.1,bone,\"not tested, fewer than 10 effects\",7,10,\n"
      "c5,3.1,weather,sunny,4,,\n";
  EXPECT_TRUE(findings(review_with(right), "RP-01").empty());
  EXPECT_TRUE(findings(review_with("c1,abstract,strength,g,2.3,,\n"), "RP-02").empty());  // rounded
  const auto wrong = findings(review_with("c1,abstract,strength,g,2.62,,\n"), "RP-02");
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_NE(wrong[0].causes[0].find("two digits of 2.26 exchanged"), std::string::npos) << wrong[0].causes[0];
  EXPECT_TRUE(findings(review_with("c1,abstract,strength,g,2.62,,\n"), "RP-01").empty());
  // The statement names the level: the other level's number will not do.
  EXPECT_EQ(findings(review_with("c1,3.1,strength sex,women,1.17,,\n"), "RP-01").size(), 1U);
  EXPECT_TRUE(findings(review_with("c1,3.1,strength sex,one of them,1.17,,\n"), "RP-01").empty());
}

TEST(Text, SignificanceAndCertainty) {
  EXPECT_TRUE(
      findings(review_with("c1,4,strength,significant effect,,,\nc2,4,bone,no significant effect,,,\n"), "RP-16")
          .empty());
  EXPECT_EQ(findings(review_with("c1,4,strength,significant for bone but not for strength,,,\n"), "RP-16").size(), 1U);
  EXPECT_EQ(findings(review_with("c1,4,bone,significant effect,,,\n"), "RP-16").size(), 1U);
  EXPECT_TRUE(
      findings(review_with("c1,3.6,grade,high: strength; low: bone,,,\nc2,5,bone,low-quality evidence,,,\n"), "RP-17")
          .empty());
  EXPECT_EQ(findings(review_with("c1,3.6,grade,high: strength; moderate: bone,,,\n"), "RP-17").size(), 1U);
  EXPECT_EQ(findings(review_with("c2,5,bone,moderate-quality evidence,,,\n"), "RP-17").size(), 1U);
}

TEST(Text, CountsOfStudies) {
  const std::string right =
      "c1,3,country,USA,2,,\nc2,3,sex,male; female,2,1,\nc3,3,duration,lasting 20–90 days,20,90,\n"
      "c4,3,design,randomized; not randomized,2,1,\n";
  EXPECT_TRUE(findings(review_with(right), "RP-15").empty());
  EXPECT_EQ(findings(review_with("c1,3,country,USA,3,,\n"), "RP-15").size(), 1U);
  EXPECT_EQ(findings(review_with("c2,3,sex,male; female,1,2,\n"), "RP-15").size(), 2U);
  EXPECT_EQ(findings(review_with("c3,3,duration,lasting 30–90 days,30,90,\n"), "RP-15").size(), 1U);
  EXPECT_TRUE(findings(review_with("c1,abstract,participants,three studies (54 people),3,54,\n"), "RP-18").empty());
  EXPECT_EQ(findings(review_with("c1,abstract,participants,three studies (56 people),3,56,\n"), "RP-18").size(), 1U);
  EXPECT_TRUE(
      findings(review_with("c1,3,pedro,high; moderate,2,1,\nc2,3,pedro,scores from; to; mean,4,7,5.67\n"), "RP-19")
          .empty());
  EXPECT_EQ(
      findings(review_with("c1,3,pedro,high; moderate,1,2,\nc2,3,pedro,scores from; to; mean,4,7,6.06\n"), "RP-19")
          .size(),
      3U);
}

TEST(Text, WordsOfStatements) {
  const auto said = [](const std::string& statement, const char* id) {
    return findings(review_with("c1,2,methods,\"" + statement + "\",,,\n"), id).size();
  };
  EXPECT_EQ(said("A random-effects model was used if I2 exceeded 50 %, otherwise a fixed-effect model", "MO-01"), 1U);
  EXPECT_EQ(said("A random-effects model was used", "MO-01"), 0U);
  EXPECT_EQ(said("The effect was significant in men but not in women", "MO-13"), 1U);
  EXPECT_EQ(said("Nine of the studies found a significant effect", "MO-24"), 1U);
  EXPECT_EQ(said("There was no evidence of publication bias", "BI-05"), 1U);
  EXPECT_EQ(said("Egger's test showed publication bias", "BI-15"), 1U);
  EXPECT_EQ(said("Egger's test was significant", "BI-15"), 0U);
  EXPECT_EQ(said("They were 3 times more likely to fall (odds ratio 3.0)", "RP-04"), 1U);
  EXPECT_EQ(said("The effect was marginally significant", "RP-08"), 1U);
  EXPECT_EQ(said("The effect was significant", "RP-08"), 0U);
  EXPECT_EQ(said("Exercise reduces bone loss", "RP-10"), 0U);  // one study is randomised
}

TEST(Text, AgreementIsAtMostOne) {
  EXPECT_EQ(findings(review_with("c1,2.4,pedro,intraclass correlation coefficient (%),94.4,,\n"), "RB-16").size(), 1U);
  EXPECT_TRUE(findings(review_with("c1,2.4,pedro,intraclass correlation coefficient,0.94,,\n"), "RB-16").empty());
  EXPECT_TRUE(findings(review_with("c1,2.4,pedro,percent agreement,94.4,,\n"), "RB-16").empty());
}

TEST(Text, WordsAndNumbers) {
  using namespace detail;
  EXPECT_TRUE(names("MV training_type", "training type"));
  EXPECT_FALSE(names("mCSA", "CSA"));
  EXPECT_FALSE(names("female", "male"));
  EXPECT_EQ(one_word("The Netherlands"), one_word("Netherlands"));
  EXPECT_EQ(one_word("Women"), one_word("female"));
  EXPECT_EQ(numbers_in("60–70days"), (std::vector<double>{60, 70}));
}

TEST(Text, AProfileAsksSomeGroupsAndAllowsWhatIsUsual) {
  const Subject subject = review_with("c1,4,bone,significant effect,,,\n");
  Report all = audit(subject, {}), screening = all, table = all;
  const auto has = [](const Report& report, std::string_view letters) {
    return std::any_of(report.runs.begin(), report.runs.end(),
                       [&](const CheckRun& run) { return std::string_view(run.check->id).substr(0, 2) == letters; });
  };
  apply(*find_profile("screening"), screening);
  EXPECT_TRUE(has(screening, "PR"));
  EXPECT_FALSE(has(screening, "AR"));
  EXPECT_EQ(screening.profile, "screening");
  apply(*find_profile("table"), table);
  EXPECT_TRUE(has(table, "AR"));
  EXPECT_FALSE(has(table, "GR"));
  Report large =
      audit(testing::subject_of(sheet_of(SheetKind::rows, "study,measure,yi,vi\nA,SMD,4,0.1\nB,SMD,1,0.1\n")), {});
  const auto open = [](const Report& report) {
    return std::count_if(report.findings.begin(), report.findings.end(),
                         [](const Finding& f) { return f.check == "DA-03" && f.suppressed.empty(); });
  };
  EXPECT_EQ(open(large), 1);
  apply(*find_profile("laboratory"), large);
  EXPECT_EQ(open(large), 0);
  EXPECT_EQ(find_profile("laboratry"), nullptr);
}

TEST(Text, SuppressionsNeedAReasonAndAFinding) {
  const Subject subject = review_with("c1,4,bone,significant effect,,,\nc2,3,country,USA,3,,\n");
  const auto ids = [](const Report& report) {
    std::vector<std::string> out;
    for (const Finding& finding : report.findings)
      if (finding.check.rfind("RP", 0) == 0 && finding.suppressed.empty()) out.push_back(finding.check);
    std::sort(out.begin(), out.end());
    return out;
  };
  EXPECT_EQ(ids(audit(subject, {})), (std::vector<std::string>{"RP-15", "RP-16"}));
  EXPECT_EQ(ids(audit(subject, {{"RP-15", "c2", "counted by site", {}}})), (std::vector<std::string>{"RP-16"}));
  EXPECT_EQ(ids(audit(subject, {{"RP-15", "c2", "", {}}})), (std::vector<std::string>{"RP-12", "RP-15", "RP-16"}));
  EXPECT_EQ(ids(audit(subject, {{"RP-15", "c9", "no such claim", {}}})),
            (std::vector<std::string>{"RP-15", "RP-16", "RP-20"}));
}

}  // namespace
}  // namespace hedgerow::audit
