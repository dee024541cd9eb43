// Models, networks, selection, figures and conclusions. Each check flags one table and leaves one alone.
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

Subject four() { return declared("study,yi,vi\nA,0.50,0.02\nB,0.40,0.02\nC,0.45,0.02\nD,0.60,0.02\n", "SMD"); }

Pooled result(double lower, double upper) {
  Pooled out;
  out.estimate = 0.5 * (lower + upper);
  out.ci_lb = lower;
  out.ci_ub = upper;
  return out;
}

TEST(Fits, AssumedCorrelation) {
  Subject subject = four();
  EXPECT_TRUE(findings(subject, "DE-05").empty());
  subject.analyses[0].by_r = {{0.3, result(0.1, 0.5)}, {0.9, result(0.2, 0.4)}};
  EXPECT_TRUE(findings(subject, "DE-05").empty());
  subject.analyses[0].by_r[0].second = result(-0.1, 0.7);
  const auto found = findings(subject, "DE-05");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].arithmetic.at(0), "r = 0.3: 0.30 [-0.10; 0.70]");
}

TEST(Fits, DegreesEigenvaluesWeights) {
  Subject subject = four();
  for (const char* id : {"DE-13", "DE-14"}) EXPECT_TRUE(findings(subject, id).empty()) << id;
  subject.analyses[0].robust_df = 6.0;
  subject.analyses[0].smallest_eigenvalue = 0.01;
  for (const char* id : {"DE-13", "DE-14"}) EXPECT_TRUE(findings(subject, id).empty()) << id;
  subject.analyses[0].robust_df = 2.7;
  subject.analyses[0].smallest_eigenvalue = -0.01;
  for (const char* id : {"DE-13", "DE-14"}) EXPECT_EQ(findings(subject, id).size(), 1U) << id;
  EXPECT_EQ(in(SheetKind::pooled, "outcome,estimate,weighting\na,0.5,sample size\n", "MO-10").size(), 1U);
  EXPECT_TRUE(in(SheetKind::pooled, "outcome,estimate,weighting\na,0.5,inverse variance\n", "MO-10").empty());
}

TEST(Fits, BaselineAsModerator) {
  Subject subject = declared(
      "study,ai,n1i,ci,n2i,trial,weight\nA,5,100,10,100,0.10,3\nB,8,100,20,100,0.20,1\nC,9,100,30,100,0.30,2\n", "RR");
  ASSERT_FALSE(subject.analyses.empty());
  subject.analyses[0].covariates = {"weight"};
  EXPECT_TRUE(findings(subject, "MO-15").empty());
  subject.analyses[0].covariates = {"trial"};
  EXPECT_EQ(findings(subject, "MO-15").size(), 1U);
}

TEST(Fits, LikelihoodWithTwoMaxima) {
  EXPECT_TRUE(findings(four(), "MO-20").empty());
  EXPECT_TRUE(
      findings(declared("study,yi,vi\nA,0.1,0.02\nB,0.9,0.02\nC,0.45,0.02\nD,1.6,0.02\n", "SMD"), "MO-20").empty());
  // One very precise study far from the others: at tau2 = 0 it alone counts, at a large tau2 all do.
  const auto found = findings(
      declared(
          "study,yi,vi\nA,0,0.0001\nB,0.02,0.0001\nC,-0.01,0.0001\nD,4,3.0\nE,5,3.0\nF,4.5,3.0\nG,5.5,3.0\nH,4.4,3\n",
          "MD"),
      "MO-20");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].arithmetic.size(), 2U);
}

TEST(Networks, TrialsCloseAndNetworksJoin) {
  const std::string head = "study,arm_1,arm_2,yi,sei\n";
  EXPECT_TRUE(in(SheetKind::rows, head + "T,a,b,0.50,0.20\nT,b,c,0.30,0.21\nT,a,c,0.80,0.22\n", "DE-15").empty());
  EXPECT_TRUE(in(SheetKind::rows, head + "T,a,b,0.50,0.20\nT,c,b,-0.30,0.21\nT,c,a,-0.80,0.22\n", "DE-15").empty());
  EXPECT_EQ(in(SheetKind::rows, head + "T,a,b,0.50,0.20\nT,b,c,0.30,0.21\nT,a,c,0.20,0.22\n", "DE-15").size(), 1U);
  EXPECT_EQ(in(SheetKind::rows, head + "T,a,b,0.50,0.20\nT,b,c,0.30,0.21\nT,a,c,0.80,0.90\n", "DE-15").size(), 1U);
  const auto network = [&](const std::string& rows) {
    Sheet sheet = sheet_of(SheetKind::rows, head + rows);
    sheet.set("network", "yes");
    return findings(subject_of(std::move(sheet)), "MO-25");
  };
  EXPECT_TRUE(network("S,a,b,1,1\nT,b,c,1,1\nU,a,c,1,1\n").empty());
  const auto line = network("S,a,b,1,1\nT,b,c,1,1\n");
  ASSERT_EQ(line.size(), 1U);
  EXPECT_EQ(line[0].severity, Severity::note);
  EXPECT_EQ(network("S,a,b,1,1\nT,c,d,1,1\n").at(0).severity, Severity::error);
  EXPECT_TRUE(network("S,a,b,1,1\nT,b,c,1,1\nU,a,c,1,1\nV,b,a,1,1\n").empty());
}

TEST(Networks, OverlapOfReviews) {
  const std::string head = "study,review1,review2,review3\n";
  // 4 studies, 3 reviews, 5 marks: (5 - 4) / (12 - 4) = 12.5 %.
  const auto found = in(SheetKind::overlap, head + "A,x,x,\nB,x,,\nC,,x,\nD,,,x\n", "DE-16");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].message.find("12.5 %, high overlap"), std::string::npos) << found[0].message;
  EXPECT_TRUE(in(SheetKind::overlap, head + "A,x,,\nB,x,,\nC,,x,\nD,,,x\n", "DE-16").empty());
}

std::vector<Finding> with_setting(const std::string& csv, const char* name, const char* value, const char* id) {
  Sheet sheet = sheet_of(SheetKind::rows, csv);
  sheet.set(name, value);
  return findings(subject_of(std::move(sheet)), id);
}

TEST(Selection, MethodsNeedData) {
  std::string many = "study,yi,vi\n", few = many;
  for (int i = 0; i < 24; ++i) {
    const std::string row = fmt::format("S{},{},{}\n", i, 0.5 + 0.01 * (i % 5), 0.004 * (1 + i));
    many += row;
    if (i < 4) few += row;
  }
  EXPECT_TRUE(with_setting(many, "bias_methods", "PET-PEESE; p-curve", "BI-08").empty());
  EXPECT_EQ(with_setting(few, "bias_methods", "PET-PEESE", "BI-08").size(), 1U);
  EXPECT_TRUE(with_setting(many, "bias_methods", "p-curve", "BI-10").empty());
  EXPECT_EQ(with_setting(few, "bias_methods", "p-curve", "BI-10").size(), 1U);
  EXPECT_EQ(in(SheetKind::pooled, "outcome,estimate,k,i2,bias_methods\na,0.5,30,80,p-uniform\n", "BI-10").size(), 1U);
  EXPECT_EQ(with_setting(few, "selection_steps", "0.025; 0.5", "BI-09").size(), 2U);
  EXPECT_EQ(with_setting(few, "selection_steps", "0.025; 0.5", "BI-09").at(0).severity, Severity::error);
  const std::string spread =
      "study,yi,vi\nA,0.9,0.01\nB,0.8,0.01\nC,0.7,0.01\nD,0.1,0.01\nE,0.05,0.01\nF,0.08,0.01\nG,-0.1,0.01\nH,-0.2,0."
      "01\n"
      "I,-0.3,0.01\n";
  EXPECT_TRUE(with_setting(spread, "selection_steps", "0.025; 0.5", "BI-09").empty());
}

TEST(Selection, RegisteredAndNotReported) {
  const std::string head = "study,outcomes,registered_outcomes\n";
  EXPECT_TRUE(in(SheetKind::studies, head + "A,pain; walking speed,pain; walking speed\nB,pain,\n", "BI-14").empty());
  EXPECT_EQ(in(SheetKind::studies, head + "A,pain,pain; walking speed\n", "BI-14").at(0).message,
            "Registered and not reported: walking speed.");
}

TEST(Figures, AxesAndSides) {
  const std::string ratios = "study,measure,estimate,ci_lb,ci_ub\nA,OR,2.0,1.0,4.0\nB,OR,1.5,0.8,2.8\n";
  EXPECT_EQ(with_setting(ratios, "axis", "linear", "RP-05").size(), 1U);
  EXPECT_TRUE(with_setting(ratios, "axis", "log", "RP-05").empty());
  const auto sides = [&](const char* left, const char* right, const char* better) {
    Sheet sheet = sheet_of(SheetKind::rows, "study,yi,vi\nA,0.5,0.1\nB,0.4,0.1\n");
    sheet.set("favours_left", left);
    sheet.set("favours_right", right);
    sheet.set("better", better);
    return findings(subject_of(std::move(sheet)), "RP-06");
  };
  EXPECT_TRUE(sides("favours exercise", "favours control", "lower").empty());
  EXPECT_TRUE(sides("favours control", "favours exercise", "higher").empty());
  EXPECT_EQ(sides("favours control", "favours exercise", "lower").at(0).severity, Severity::error);
  EXPECT_EQ(sides("favours exercise", "favours usual care", "higher").size(), 1U);
  Subject named = declared("study,instrument,yi,vi\nA,PHQ-9,-0.5,0.1\nB,PHQ-9,-0.4,0.1\n", "SMD");
  named.analyses[0].favours_left = "Favours control";
  named.analyses[0].favours_right = "Favours exercise";
  EXPECT_EQ(findings(named, "RP-06").at(0).severity, Severity::warning);
  std::swap(named.analyses[0].favours_left, named.analyses[0].favours_right);
  EXPECT_TRUE(findings(named, "RP-06").empty());
}

Subject claimed(const std::string& statement, const std::string& about, const std::string& section) {
  Subject out = subject_of(sheet_of(SheetKind::grade,
                                    "outcome,estimate,ci_lb,ci_ub,threshold,measure\n"
                                    "pain,0.20,-0.10,0.50,0.4,SMD\nsleep,0.00,-0.10,0.10,0.4,SMD\n"));
  out.sheets.push_back(sheet_of(
      SheetKind::claims, "claim,section,subject,statement\nc1," + section + "," + about + ",\"" + statement + "\"\n"));
  return out;
}

TEST(Conclusions, AgainstTheirNumbers) {
  EXPECT_EQ(findings(claimed("Exercise had no effect on pain", "pain", "results"), "RP-03").size(), 1U);
  EXPECT_TRUE(findings(claimed("Exercise had no effect on sleep", "sleep", "results"), "RP-03").empty());
  EXPECT_TRUE(findings(claimed("Exercise may reduce pain", "pain", "results"), "RP-03").empty());
  EXPECT_EQ(findings(claimed("Meta-regression: older participants gain less", "pain", "results"), "MO-14").size(), 1U);
  EXPECT_TRUE(
      findings(claimed("Meta-regression: studies with older samples gain less", "pain", "results"), "MO-14").empty());
  Subject spun = claimed("Sleep improved", "sleep", "abstract");
  EXPECT_TRUE(findings(spun, "RP-13").empty());
  spun.sheets[0].set("primary", "pain");
  EXPECT_EQ(findings(spun, "RP-13").size(), 1U);
  Subject told = claimed("Pain improved", "pain", "abstract");
  told.sheets[0].set("primary", "pain");
  EXPECT_TRUE(findings(told, "RP-13").empty());
}

TEST(Pooled, AgainstItsRows) {
  Subject subject =
      subject_of(sheet_of(SheetKind::rows, "study,outcome,yi,vi\nA,x,0.5,0.1\nA,x,0.4,0.1\nB,x,0.3,0.1\n"));
  subject.sheets.push_back(sheet_of(SheetKind::pooled, "outcome,estimate,k,studies\nx,0.4,3,2\n"));
  EXPECT_TRUE(findings(subject, "MA-04").empty());
  subject.sheets[1] = sheet_of(SheetKind::pooled, "outcome,estimate,k,studies\nx,0.4,4,2\n");
  EXPECT_EQ(findings(subject, "MA-04").at(0).message, "The table has 3 rows of this outcome, printed is 4.");
  Subject parts = subject_of(sheet_of(SheetKind::pooled, "outcome,model,q\nx,common effect,12.5\n"));
  const std::string levels =
      "outcome,moderator,level,estimate,q,q_between\nx,sex,men,0.5,4.1,3.2\nx,sex,women,0.1,5.2,\n";
  parts.sheets.push_back(sheet_of(SheetKind::levels, levels));
  EXPECT_TRUE(findings(parts, "MA-05").empty());
  parts.sheets[0] = sheet_of(SheetKind::pooled, "outcome,model,q\nx,common effect,15.2\n");
  EXPECT_EQ(findings(parts, "MA-05").size(), 1U);
  parts.sheets[0] = sheet_of(SheetKind::pooled, "outcome,model,q\nx,random,15.2\n");
  EXPECT_TRUE(findings(parts, "MA-05").empty());
}

}  // namespace
}  // namespace hedgerow::audit
