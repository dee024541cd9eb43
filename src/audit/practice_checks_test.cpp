// What is pooled, how it is modelled, judged and reported: each check flags one table and leaves one alone.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "audit/check.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::declared;
using testing::findings;
using testing::in;
using testing::sheet_of;
using testing::subject_of;

TEST(Scales, SkewLevelsQuantiles) {
  EXPECT_TRUE(in(SheetKind::arms, "n,scale_min,mean,sd\n20,0,10,4\n", "DA-05").empty());
  EXPECT_EQ(in(SheetKind::arms, "n,scale_min,mean,sd\n20,0,6,4\n", "DA-05").at(0).severity, Severity::note);
  EXPECT_EQ(in(SheetKind::arms, "n,scale_min,mean,sd\n20,0,3.0,4.0\n", "DA-05").at(0).severity, Severity::warning);
  EXPECT_TRUE(in(SheetKind::arms, "n,mean,sd\n20,3,4\n", "DA-05").empty());
  EXPECT_TRUE(in(SheetKind::rows, "yi,ci_lb,ci_ub,sei\n0.50,0.11,0.89,0.20\n", "DA-15").empty());
  const auto ninety = in(SheetKind::rows, "yi,ci_lb,ci_ub,sei\n0.50,0.17,0.83,0.20\n", "DA-15");
  ASSERT_EQ(ninety.size(), 1U);
  EXPECT_NE(ninety[0].message.find("90 %"), std::string::npos) << ninety[0].message;
  EXPECT_TRUE(in(SheetKind::arms, "n,median,q1,q3\n40,10,8,12\n", "DA-16").empty());
  EXPECT_EQ(in(SheetKind::arms, "n,median,q1,q3\n40,8.2,8,12\n", "DA-16").size(), 1U);
  EXPECT_EQ(in(SheetKind::arms, "n,sd,q1,q3\n40,4.1,8.0,12.1\n", "DA-17").size(), 1U);
  EXPECT_TRUE(in(SheetKind::arms, "n,sd,q1,q3\n40,3.1,8.0,12.1\n", "DA-17").empty());
}

TEST(Scales, WeightsFollowPrecision) {
  const std::string head = "study,yi,vi,n1i,n2i,weight\n";
  EXPECT_TRUE(in(SheetKind::rows,
                 head + "A,0.2,0.10,20,20,16.1\nB,0.3,0.05,40,40,32.3\nC,0.4,0.20,10,10,8.1\nD,0.1,0.037,55,55,43.5\n",
                 "MA-03")
                  .empty());
  const auto equal =
      in(SheetKind::rows,
         head + "A,0.2,0.10,20,20,40\nB,0.3,0.05,40,40,20\nC,0.4,0.20,10,10,30\nD,0.1,0.037,55,55,10\n", "MA-03");
  ASSERT_EQ(equal.size(), 1U);
  EXPECT_NE(equal[0].message.find("rank correlation"), std::string::npos);
  EXPECT_EQ(
      in(SheetKind::rows,
         head + "A,0.2,0.10,20,20,16.1\nB,0.3,0.05,40,40,32.3\nC,0.4,0.20,10,10,8.1\nD,0.1,0.037,55,55,48.5\n", "MA-03")
          .size(),
      1U);
}

TEST(Units, WhatIsPooledTogether) {
  const std::string head = "study,measure,yi,vi\n";
  EXPECT_EQ(findings(declared(head + "A,SMCC,0.2,0.1\nB,SMD,0.3,0.1\n", "SMD"), "DE-06").size(), 1U);
  EXPECT_TRUE(findings(declared(head + "A,SMD,0.2,0.1\nB,SMD,0.3,0.1\n", "SMD"), "DE-06").empty());
  const std::string kinds = "study,yi,vi,m1_post,m1_change\n";
  EXPECT_EQ(findings(declared(kinds + "A,0.2,0.1,5,\nB,0.3,0.1,,1\n", "SMD"), "DE-07").at(0).severity,
            Severity::warning);
  EXPECT_EQ(findings(declared(kinds + "A,0.2,0.1,5,\nB,0.3,0.1,,1\n", "MD"), "DE-07").at(0).severity, Severity::note);
  EXPECT_TRUE(findings(declared(kinds + "A,0.2,0.1,5,1\nB,0.3,0.1,4,1\n", "SMD"), "DE-07").empty());
  const std::string groups = "study,group,yi,vi\n";
  EXPECT_EQ(findings(declared(groups + "A,all,0.2,0.1\nA,men,0.3,0.1\nB,all,0.1,0.1\n", "SMD"), "DE-10").size(), 1U);
  EXPECT_TRUE(findings(declared(groups + "A,women,0.2,0.1\nA,men,0.3,0.1\nB,all,0.1,0.1\n", "SMD"), "DE-10").empty());
  const std::string counts = "study,outcome,ai,n1i,ci,n2i\n";
  EXPECT_EQ(in(SheetKind::rows, counts + "A,asthma attacks,5,40,9,40\nB,asthma attacks,6,40,9,40\n", "DE-12").size(),
            1U);
  EXPECT_TRUE(in(SheetKind::rows, counts + "A,death,5,40,9,40\nB,death,6,40,9,40\n", "DE-12").empty());
}

TEST(Designs, MeasuresOutsideTheirRange) {
  const std::string head = "study,measure,ai,n1i,ci,n2i\n";
  EXPECT_TRUE(
      findings(subject_of(sheet_of(SheetKind::rows, head + "A,PETO,2,200,4,200\nB,PETO,3,200,4,200\n")), "MO-07")
          .empty());
  EXPECT_EQ(
      findings(subject_of(sheet_of(SheetKind::rows, head + "A,PETO,2,800,4,200\nB,PETO,60,200,80,200\n")), "MO-07")
          .size(),
      2U);
  EXPECT_EQ(in(SheetKind::rows,
               "study,yi,vi,ai,n1i,ci,n2i,measure\nA,0.1,0.1,2,20,4,20,OR\nB,,,0,20,0,20,OR\nC,0.2,0.1,3,20,4,20,OR\n",
               "MO-08")
                .size(),
            1U);
  EXPECT_EQ(findings(declared("study,group,yi,vi\nA,exercise,0.5,0.1\nA,control,0.1,0.1\n", "SMCR"), "MO-11").size(),
            1U);
  EXPECT_TRUE(findings(declared("study,group,yi,vi\nA,exercise,0.5,0.1\nA,control,0.1,0.1\n", "SMD"), "MO-11").empty());
  EXPECT_EQ(findings(declared("study,ni,yi,vi\nA,20,0.5,0.1\nB,400,0.1,0.1\n", "PFT"), "MO-16").size(), 1U);
}

TEST(Designs, FewStudiesPerModerator) {
  std::string csv = "study,yi,vi\n";
  for (int i = 0; i < 12; ++i) csv += fmt::format("S{},0.{},0.1\n", i, i);
  Subject subject = declared(csv, "SMD");
  for (const auto& [coefficients, expected] :
       {std::pair(std::size_t{0}, 0U), std::pair(std::size_t{1}, 0U), std::pair(std::size_t{2}, 1U)}) {
    subject.analyses[0].coefficients = coefficients;
    EXPECT_EQ(findings(subject, "MO-12").size(), expected);
  }
  subject.analyses[0].coefficients = 3;
  EXPECT_EQ(findings(subject, "MO-12").at(0).severity, Severity::warning);
}

TEST(Reporting, WhatIsLeftOut) {
  const std::string head = "outcome,k,model,method,test,estimate,ci_lb,ci_ub,i2,pi_lb,pi_ub,tau2\n";
  const std::string whole = "a,12,random,REML,knha,0.50,0.20,0.80,40,-0.10,1.10,0.05\n";
  const std::string bare = "a,12,random,,,0.50,0.20,0.80,40,,,0.05\n";
  for (const char* id : {"MO-05", "RP-07"}) {
    EXPECT_TRUE(in(SheetKind::pooled, head + whole, id).empty()) << id;
    EXPECT_EQ(in(SheetKind::pooled, head + bare, id).size(), 1U) << id;
  }
  EXPECT_EQ(in(SheetKind::pooled, "outcome,k,estimate,ci_lb,ci_ub,i2\na,5,0.5,0.2,0.8,0\n", "MO-21").size(), 1U);
  EXPECT_TRUE(in(SheetKind::pooled, "outcome,k,estimate,ci_lb,ci_ub,i2\na,40,0.5,0.2,0.8,0\n", "MO-21").empty());
  std::string many = "outcome,estimate,ci_lb,ci_ub,p\n", few = many;
  for (int i = 0; i < 12; ++i) (i < 5 ? few : many) += fmt::format("o{},0.5,0.2,0.8,0.001\n", i);
  EXPECT_TRUE(in(SheetKind::pooled, few, "MO-23").empty());
  for (int i = 0; i < 5; ++i) many += fmt::format("q{},0.5,0.2,0.8,0.001\n", i);
  EXPECT_EQ(in(SheetKind::pooled, many, "MO-23").size(), 1U);
}

TEST(Reporting, UnitsAndDigits) {
  EXPECT_EQ(in(SheetKind::grade, "outcome,measure,estimate\na,SMD,0.44\nb,SMD,0.30\n", "RP-09").size(), 1U);
  EXPECT_TRUE(in(SheetKind::grade, "outcome,measure,estimate,absolute\na,SMD,0.44,4.9\nb,MD,4.1,\n", "RP-09").empty());
  EXPECT_EQ(in(SheetKind::pooled, "outcome,estimate\na,0.4381\n", "RP-14").size(), 1U);
  EXPECT_TRUE(in(SheetKind::pooled, "outcome,estimate\na,0.438\nb,0.0004\n", "RP-14").empty());
}

TEST(Reporting, RatiosAndSides) {
  const std::string head = "outcome,measure,estimate,ci_lb,ci_ub\n";
  EXPECT_TRUE(in(SheetKind::pooled, head + "a,OR,2.0,1.0,4.0\nb,OR,1.5,0.8,2.8\nc,OR,0.5,0.2,1.3\n", "MA-09").empty());
  EXPECT_EQ(in(SheetKind::pooled, head + "a,OR,-0.4,-0.8,0.0\n", "MA-09").size(), 1U);
  EXPECT_EQ(in(SheetKind::pooled, head + "a,OR,2.0,1.0,3.0\nb,OR,1.5,0.5,2.5\nc,OR,1.2,0.2,2.2\n", "MA-09").size(), 1U);
  const std::string filled = "outcome,estimate,ci_lb,ci_ub,tf_side,tf_missing\n";
  EXPECT_TRUE(in(SheetKind::pooled, filled + "a,0.5,0.2,0.8,left,3\n", "BI-13").empty());
  EXPECT_EQ(in(SheetKind::pooled, filled + "a,0.5,0.2,0.8,right,3\n", "BI-13").size(), 1U);
  EXPECT_TRUE(in(SheetKind::pooled, filled + "a,0.5,0.2,0.8,right,0\n", "BI-13").empty());
}

TEST(Reporting, BiasQuestions) {
  std::string csv = "study,yi,vi\n";
  // Just significant everywhere, around a mean that gives a power of one half.
  for (int i = 0; i < 14; ++i) csv += fmt::format("S{},{},0.04\n", i, 0.40 + 0.005 * i);
  Subject subject = declared(csv, "SMD");
  EXPECT_EQ(findings(subject, "BI-11").size(), 1U);
  EXPECT_TRUE(findings(subject, "BI-07").empty());
  subject.analyses[0].asked = {"fail_safe"};
  EXPECT_EQ(findings(subject, "BI-07").size(), 1U);
}

TEST(Judgements, ReasonsThresholdsWords) {
  const auto grade = [](const std::string& csv, const char* id) { return in(SheetKind::grade, csv, id); };
  const std::string notes = "outcome,imprecision,inconsistency,footnotes\n";
  EXPECT_EQ(grade(notes + "a,serious,,\"Imprecision: the result is not significant.\"\n", "GR-04").size(), 1U);
  EXPECT_TRUE(grade(notes + "a,serious,,\"Imprecision: fewer than 400 people.\"\n", "GR-04").empty());
  const std::string limits = "outcome,imprecision,ci_lb,ci_ub,threshold,measure\n";
  EXPECT_EQ(grade(limits + "a,not serious,-0.1,0.5,0.2,SMD\n", "GR-06").size(), 1U);
  EXPECT_TRUE(grade(limits + "a,serious,-0.1,0.5,0.2,SMD\n", "GR-06").empty());
  EXPECT_TRUE(grade(limits + "a,not serious,0.3,0.5,0.2,SMD\n", "GR-06").empty());
  EXPECT_EQ(grade(limits + "a,not serious,0.7,1.1,1.25,RR\n", "GR-06").size(), 1U);
  EXPECT_EQ(grade(notes + "a,serious,serious,\"Inconsistency: I2 80 %. Imprecision: wide because of heterogeneity.\"\n",
                  "GR-09")
                .size(),
            1U);
  EXPECT_TRUE(
      grade(notes + "a,serious,serious,\"Inconsistency: I2 80 %. Imprecision: 120 people.\"\n", "GR-09").empty());
  const std::string words = "outcome,level,statement\n";
  EXPECT_EQ(grade(words + "a,Low,Exercise reduces pain\n", "GR-14").size(), 1U);
  EXPECT_EQ(grade(words + "a,Very low,Exercise may reduce pain\n", "GR-14").size(), 1U);
  EXPECT_TRUE(
      grade(
          words +
              "a,Low,Exercise may reduce pain\nb,High,Exercise reduces pain\nc,Moderate,Exercise likely reduces pain\n",
          "GR-14")
          .empty());
  const std::string weights = "outcome,risk_of_bias,high_risk_weight\n";
  EXPECT_EQ(grade(weights + "a,not serious,63\n", "GR-15").size(), 1U);
  EXPECT_EQ(grade(weights + "a,serious,5\n", "GR-15").size(), 1U);
  EXPECT_TRUE(grade(weights + "a,serious,63\nb,not serious,20\n", "GR-15").empty());
  const std::string risks = "outcome,baseline_risk,footnotes\n";
  EXPECT_EQ(grade(risks + "a,250,Few people.\n", "GR-17").size(), 1U);
  EXPECT_TRUE(grade(risks + "a,250,Baseline risk of the largest trial.\n", "GR-17").empty());
  std::string seven = "outcome\n", eight;
  for (char c = 'a'; c < 'h'; ++c) seven += std::string(1, c) + "\n";
  eight = seven + "h\n";
  EXPECT_TRUE(grade(seven, "GR-16").empty());
  EXPECT_EQ(grade(eight, "GR-16").size(), 1U);
}

}  // namespace
}  // namespace hedgerow::audit
