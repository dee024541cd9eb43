// Each check of group AR has a table that it must flag and one beside it, right, that it must not.
#include <gtest/gtest.h>

#include <cmath>

#include "audit/check.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;
using testing::subject_of;

std::vector<Finding> in_arms(const std::string& csv, const std::string& id) {
  return findings(subject_of(sheet_of(SheetKind::arms, csv)), id);
}

std::vector<Finding> in_rows(const std::string& csv, const std::string& id) {
  return findings(subject_of(sheet_of(SheetKind::rows, csv)), id);
}

bool says(const Finding& finding, const std::string& part) {
  std::string all = finding.message + "\n" + finding.repair;
  for (const std::string& line : finding.arithmetic) all += "\n" + line;
  for (const std::string& cause : finding.causes) all += "\n" + cause;
  return all.find(part) != std::string::npos;
}

TEST(Arithmetic, MeansOfWholeNumbers) {
  // 4.74 of 25 is the usual example of a mean that cannot be: 25 * 4.74 = 118.5.
  const std::string head = "study,n,integer,mean,sd\n";
  const auto found = in_arms(head + "A,25,yes,4.74,1.20\nB,32,yes,7.22,1.20\nC,25,no,4.74,1.20\n", "AR-01");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].places[0].text, "4.74");
  EXPECT_TRUE(says(found[0], "4.72, 4.76")) << found[0].arithmetic[0];
  // Two items make 4.74 = 237 / 50 possible.
  EXPECT_TRUE(in_arms("study,n,items,mean\nA,25,2,4.74\n", "AR-01").empty());
  EXPECT_EQ(in_rows("study,n1i,n2i,integer,m1i,m2i\nA,25,25,yes,4.76,4.74\n", "AR-01").size(), 1U);
}

TEST(Arithmetic, SpreadsOfWholeNumbers) {
  // 1 1 2 3 5: mean 2.4, SD 1.6733.
  const std::string head = "study,n,integer,mean,sd\n";
  EXPECT_TRUE(in_arms(head + "A,5,yes,2.40,1.67\n", "AR-02").empty());
  EXPECT_EQ(in_arms(head + "A,5,yes,2.40,1.70\n", "AR-02").size(), 1U);
  const auto population = in_arms(head + "A,5,yes,2.40,1.50\n", "AR-02");  // 1.4967 with divisor n
  ASSERT_EQ(population.size(), 1U);
  EXPECT_TRUE(says(population[0], "divisor n"));
}

TEST(Arithmetic, EndsOfTheScale) {
  const std::string head = "study,n,scale_min,scale_max,mean,sd\n";
  EXPECT_TRUE(in_arms(head + "A,10,0,10,5,5.2\n", "AR-03").empty());  // 5 sqrt(10 / 9) = 5.27
  EXPECT_EQ(in_arms(head + "A,10,0,10,5.0,5.4\n", "AR-03").size(), 1U);
  EXPECT_EQ(in_arms(head + "A,10,0,10,10.3,1\n", "AR-03").size(), 1U);
  EXPECT_EQ(in_arms(head + "A,10,0,10,9.0,3.5\n", "AR-03").size(), 1U);  // sqrt(9 * 1 * 10 / 9) = 3.16
  // A change may be negative, but not larger than the scale.
  EXPECT_TRUE(in_arms("n,scale_min,scale_max,mean_change\n9,0,10,-4\n", "AR-03").empty());
  EXPECT_EQ(in_arms("n,scale_min,scale_max,mean_change\n9,0,10,-14\n", "AR-03").size(), 1U);
}

TEST(Arithmetic, SpreadsOfYesAndNo) {
  const std::string head = "study,n,scale_min,scale_max,integer,mean,sd\n";
  EXPECT_TRUE(in_arms(head + "A,20,0,1,yes,0.40,0.50\n", "AR-06").empty());  // 0.5026
  EXPECT_TRUE(in_arms(head + "A,20,0,1,yes,0.40,0.49\n", "AR-06").empty());  // 0.4899 with divisor n
  EXPECT_EQ(in_arms(head + "A,20,0,1,yes,0.40,0.11\n", "AR-06").size(), 1U);
}

TEST(Arithmetic, ChangeAgainstBeforeAndAfter) {
  const std::string head = "study,arm,outcome,n,sd_pre,sd_post,sd_change\n";
  const auto found = in_arms(head + "Lee,control,VO2max,51,5.1,5.4,0.9\n", "AR-04");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_TRUE(says(found[0], "0.987")) << found[0].arithmetic[0];
  EXPECT_TRUE(says(found[0], "6.43")) << found[0].causes[0];
  EXPECT_EQ(in_arms(head + "A,,x,20,5.1,5.4,0.1\n", "AR-04").at(0).severity, Severity::error);
  EXPECT_EQ(in_arms(head + "A,,x,20,5.1,5.4,11.0\n", "AR-04").at(0).severity, Severity::error);
  EXPECT_TRUE(in_arms(head + "A,,x,20,5.1,5.4,3.2\n", "AR-04").empty());
  // Where every group has r near 1, the measure hardly changes.
  const auto mass =
      in_arms(head + "A,,mass,20,10.1,10.0,1.2\nB,,mass,20,9.1,9.0,1.1\nC,,mass,20,11.1,11.0,1.3\n", "AR-04");
  ASSERT_EQ(mass.size(), 3U);
  EXPECT_EQ(mass[0].severity, Severity::note);
  EXPECT_EQ(in_arms("n,sd_pre,sd_post,sd_change,r\n20,5.1,5.4,3.2,0.40\n", "AR-04").size(), 1U);
  EXPECT_TRUE(in_arms("n,sd_pre,sd_post,sd_change,r\n20,5.1,5.4,3.2,0.81\n", "AR-04").empty());
}

TEST(Arithmetic, ChangeOfMeans) {
  const std::string head = "study,mean_pre,mean_post,mean_change\n";
  EXPECT_TRUE(in_arms(head + "A,10.2,11.4,1.3\n", "AR-05").empty());
  EXPECT_EQ(in_arms(head + "A,10.2,11.4,-1.2\n", "AR-05").at(0).repair, "1.2 instead of -1.2");
  EXPECT_TRUE(says(in_arms(head + "A,10.2,11.4,11.8\n", "AR-05").at(0), "percent"));
}

TEST(Arithmetic, PercentOfCounts) {
  const std::string head = "study,n,events,percent\n";
  EXPECT_TRUE(in_arms(head + "A,37,14,37.8\n", "AR-07").empty());
  const auto found = in_arms(head + "A,37,14,40.0\n", "AR-07");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(says(found[0], "35 people")) << found[0].causes[0];
}

TEST(Arithmetic, PValuesOfStatistics) {
  const std::string head = "study,t,df,p\n";
  EXPECT_TRUE(in_rows(head + "A,2.20,28,.036\n", "AR-08").empty());
  EXPECT_TRUE(in_rows(head + "A,2.20,28,< .05\n", "AR-08").empty());
  EXPECT_EQ(in_rows(head + "A,2.20,28,.010\n", "AR-08").at(0).severity, Severity::warning);
  EXPECT_EQ(in_rows(head + "A,2.20,28,.018\n", "AR-08").at(0).severity, Severity::note);  // one-sided
  const auto flip = in_rows(head + "A,1.20,28,.024\n", "AR-09");
  ASSERT_EQ(flip.size(), 1U);
  EXPECT_EQ(flip[0].severity, Severity::error);
  EXPECT_TRUE(in_rows(head + "A,1.20,28,.024\n", "AR-08").empty());
  EXPECT_EQ(in_rows(head + "A,1.80,28,.041\n", "AR-09").at(0).severity, Severity::note);  // one-sided
  EXPECT_EQ(in_rows("study,f,df1,df2,p\nA,5.10,2,40,.011\n", "AR-08").size(), 0U);
  EXPECT_EQ(in_rows("study,chi2,df,p\nA,5.10,1,.024\n", "AR-08").size(), 0U);
  EXPECT_EQ(in_rows("study,chi2,df,p\nA,5.10,1,.004\n", "AR-08").size(), 1U);
  EXPECT_EQ(in_rows("study,r,ni,p\nA,.40,30,.029\n", "AR-08").size(), 0U);
}

TEST(Arithmetic, PValuesOfMeans) {
  const std::string head = "study,m1i,sd1i,n1i,m2i,sd2i,n2i,p\n";
  EXPECT_TRUE(in_rows(head + "A,10.0,2.0,20,8.5,2.1,20,.026\n", "AR-10").empty());
  EXPECT_EQ(in_rows(head + "A,10.0,2.0,20,8.5,2.1,20,.60\n", "AR-10").at(0).severity, Severity::warning);  // SE for SD
  EXPECT_EQ(in_rows(head + "A,10.0,2.0,20,8.5,2.1,20,.0002\n", "AR-10").at(0).severity, Severity::note);
}

TEST(Arithmetic, PValuesOfCounts) {
  const std::string head = "study,ai,n1i,ci,n2i,p\n";
  // 9/20 against 3/20: Fisher 0.0824, chi2 0.0384, Yates 0.0814.
  for (const char* p : {"0.082", "0.038", "0.081", "0.05"})
    EXPECT_TRUE(in_rows(head + "A,9,20,3,20," + p + "\n", "AR-11").empty()) << p;
  const auto found = in_rows(head + "A,9,20,3,20,0.30\n", "AR-11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(says(found[0], "Fisher: p = 0.0824")) << found[0].arithmetic[2];
}

TEST(Arithmetic, IntervalsOfEffects) {
  const std::string head = "study,yi,ci_lb,ci_ub,sei,p\n";
  EXPECT_TRUE(in_rows(head + "A,0.50,0.11,0.89,0.20,0.012\n", "AR-12").empty());
  EXPECT_EQ(in_rows(head + "A,0.50,0.89,0.11,0.20,0.012\n", "AR-12").at(0).repair, "0.50 [0.11; 0.89]");
  EXPECT_TRUE(in_rows(head + "A,0.50,0.11,0.89,0.20,0.012\n", "AR-13").empty());
  const auto digits = in_rows(head + "A,0.50,0.11,0.98,0.20,0.012\n", "AR-13");
  ASSERT_EQ(digits.size(), 1U);
  EXPECT_EQ(digits[0].repair, "ci_ub = 0.89 instead of 0.98");
  const auto sign = in_rows(head + "A,0.30,0.09,0.69,0.20,0.13\n", "AR-13");
  ASSERT_EQ(sign.size(), 1U);
  EXPECT_EQ(sign[0].repair, "ci_lb = -0.09 instead of 0.09");
  EXPECT_TRUE(in_rows(head + "A,0.50,0.11,0.89,0.20,0.012\n", "AR-14").empty());
  EXPECT_TRUE(in_rows(head + "A,0.50,0.11,0.89,0.20,0.40\n", "AR-14").at(0).decides);
  EXPECT_TRUE(in_rows(head + "A,0.50,0.11,0.89,0.20,0.012\n", "AR-28").empty());
  EXPECT_TRUE(in_rows(head + "A,0.50,0.17,0.83,0.20,0.012\n", "AR-28").empty());  // a 90 % interval is DA-15
  EXPECT_TRUE(says(in_rows(head + "A,0.50,0.11,0.89,0.04,0.012\n", "AR-28").at(0), "a variance"));
}

TEST(Arithmetic, RatiosAreLookedAtOnTheLogScale) {
  const std::string told = "study,measure,estimate,ci_lb,ci_ub\n", untold = "study,estimate,ci_lb,ci_ub\n";
  EXPECT_TRUE(in_rows(told + "A,OR,2.00,1.00,4.00\n", "AR-13").empty());
  EXPECT_EQ(in_rows(told + "A,OR,2.00,1.00,3.00\n", "AR-13").size(), 1U);
  EXPECT_TRUE(in_rows(untold + "A,2.00,1.00,3.00\n", "AR-13").empty());
  EXPECT_TRUE(in_rows(untold + "A,2.00,1.00,4.00\n", "AR-13").empty());
  EXPECT_EQ(in_rows(untold + "A,2.00,1.00,7.00\n", "AR-13").size(), 1U);
}

TEST(Arithmetic, StandardErrorsOfGroups) {
  const std::string head = "study,n,mean,sd,se,ci_lb,ci_ub\n";
  EXPECT_TRUE(in_arms(head + "A,25,10.0,5.0,1.0,7.9,12.1\n", "AR-15").empty());
  EXPECT_TRUE(says(in_arms(head + "A,25,10.0,5.0,5.0,,\n", "AR-15").at(0), "copied"));
  EXPECT_EQ(in_arms(head + "A,25,10.0,5.0,,5.0,15.0\n", "AR-15").size(), 1U);
}

TEST(Arithmetic, EffectsOfCounts) {
  const std::string head = "study,ai,n1i,ci,n2i,or,rr,rd\n";
  // 10/50 against 20/50: OR 0.375, RR 0.5, RD -0.2.
  EXPECT_TRUE(in_rows(head + "A,10,50,20,50,0.38,0.50,-0.20\n", "AR-16").empty());
  EXPECT_TRUE(says(in_rows(head + "A,10,50,20,50,0.50,,\n", "AR-16").at(0), "risk ratio in place"));
  EXPECT_TRUE(says(in_rows(head + "A,10,50,20,50,,2.00,\n", "AR-16").at(0), "groups swapped"));
  EXPECT_EQ(in_rows(head + "A,10,50,20,50,0.41,,\n", "AR-16").at(0).severity, Severity::note);  // adjusted
  EXPECT_EQ(in_rows(head + "A,10,50,20,50,,,0.20\n", "AR-16").at(0).severity, Severity::warning);
}

TEST(Arithmetic, EffectsOfMeans) {
  const std::string head = "study,measure,m1i,sd1i,n1i,m2i,sd2i,n2i,yi\n";
  // d = 0.75, g = 0.735
  for (const char* effect : {"0.75", "0.74", "0.735"})
    EXPECT_TRUE(in_rows(head + "A,SMD,10.00,2.00,20,8.50,2.00,20," + effect + "\n", "AR-17").empty()) << effect;
  EXPECT_TRUE(says(in_rows(head + "A,SMD,10.00,2.00,20,8.50,2.00,20,-0.75\n", "AR-17").at(0), "the sign"));
  EXPECT_TRUE(says(in_rows(head + "A,SMD,10.00,2.00,20,8.50,2.00,20,0.168\n", "AR-17").at(0), "standard errors"));
  EXPECT_EQ(in_rows(head + "A,MD,10.00,2.00,20,8.50,2.00,20,2.50\n", "AR-17").size(), 1U);
  EXPECT_EQ(in_rows("m1i,sd1i,n1i,m2i,sd2i,n2i,t\n10.0,2.0,20,8.5,2.0,20,2.37\n", "AR-18").size(), 0U);
  EXPECT_EQ(in_rows("m1i,sd1i,n1i,m2i,sd2i,n2i,t\n10.0,2.0,20,8.5,2.0,20,3.9\n", "AR-18").size(), 1U);
}

TEST(Arithmetic, FlowOfPeople) {
  const std::string head = "study,n1i,n2i,n_total,randomised1,lost1,analysed1\n";
  EXPECT_TRUE(in_rows(head + "A,18,20,40,20,2,18\n", "AR-19").empty());
  EXPECT_EQ(in_rows(head + "A,18,20,40,20,3,18\n", "AR-19").size(), 1U);
  EXPECT_EQ(in_rows(head + "A,22,20,40,20,0,20\n", "AR-19").size(), 2U);
}

TEST(Arithmetic, Quantiles) {
  const std::string head = "study,n,mean,median,sd,min,q1,q3,max\n";
  EXPECT_TRUE(in_arms(head + "A,30,10.1,10.0,2.0,6,9,11,15\n", "AR-20").empty());
  EXPECT_EQ(in_arms(head + "A,30,10.1,10.0,2.0,6,11,9,15\n", "AR-20").size(), 2U);
  EXPECT_EQ(in_arms(head + "A,30,13.0,10.0,2.0,6,9,11,15\n", "AR-20").size(), 1U);
  EXPECT_TRUE(says(in_arms(head + "A,30,10.1,10.0,0.37,6,9,11,15\n", "AR-20").at(0), "a standard error"));
}

TEST(Arithmetic, StandardErrorsHaveAFloor) {
  const std::string head = "study,measure,yi,sei,n1i,n2i\n";
  EXPECT_TRUE(in_rows(head + "A,SMD,0.5,0.32,20,20\n", "AR-21").empty());
  EXPECT_EQ(in_rows(head + "A,SMD,0.5,0.10,20,20\n", "AR-21").at(0).severity, Severity::warning);
  EXPECT_EQ(in_rows(head + "A,OR,0.5,0.30,20,20\n", "AR-21").at(0).severity, Severity::error);
  EXPECT_TRUE(in_rows("measure,design,yi,sei,n1i,n2i\nSMD,cross-over,0.5,0.10,20,20\n", "AR-21").empty());
  EXPECT_TRUE(in_rows("yi,vi,sei\n0.5,0.040,0.200\n", "AR-22").empty());
  EXPECT_EQ(in_rows("yi,vi,sei\n0.5,0.040,0.250\n", "AR-22").size(), 1U);
}

TEST(Arithmetic, CorrelationsHazardsDiagnosesRates) {
  EXPECT_EQ(in_rows("ri,ni\n1.20,30\n0.99,30\n", "AR-23").size(), 1U);
  EXPECT_TRUE(in_rows("r,ni\n12,30\n", "AR-23").empty());  // responders
  EXPECT_TRUE(in_rows("oe,v,hr,events\n-5.0,12.0,0.66,50\n", "AR-24").empty());
  EXPECT_TRUE(says(in_rows("oe,v,hr,events\n-5.0,12.0,1.52,50\n", "AR-24").at(0), "groups swapped"));
  EXPECT_EQ(in_rows("oe,v,hr,events\n-5.0,14.0,0.70,50\n", "AR-24").size(), 1U);
  EXPECT_TRUE(in_rows("tp,fp,fn,tn,sensitivity,specificity\n45,10,5,40,0.90,80\n", "AR-25").empty());
  EXPECT_EQ(in_rows("tp,fp,fn,tn,sensitivity,specificity\n45,10,5,40,0.80,80\n", "AR-25").size(), 1U);
  EXPECT_TRUE(in_arms("events,person_time,rate\n12,400,30.0\n", "AR-26").empty());  // per 1000
  EXPECT_EQ(in_arms("events,person_time,rate\n12,400,35.0\n", "AR-26").size(), 1U);
  EXPECT_TRUE(says(in_rows("x1i,t1i,x2i,t2i,irr\n12,400,24,4000,50\n", "AR-26").at(0), "unit"));
  EXPECT_TRUE(in_rows("rd,nnt\n-0.20,5\n", "AR-27").empty());
  EXPECT_TRUE(in_rows("rd,nnt\n0.150,7\n", "AR-27").empty());
  EXPECT_EQ(in_rows("rd,nnt\n0.150,15\n", "AR-27").size(), 1U);
}

}  // namespace
}  // namespace hedgerow::audit
