// Trials: registration, size, speed, days, groups before treatment. Each check flags one table and leaves one alone.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "audit/check.hpp"
#include "audit/detail/days.hpp"
#include "audit/test_sheets.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::in;
using testing::sheet_of;
using testing::subject_of;

std::vector<Finding> study(const std::string& csv, const char* id) { return in(SheetKind::studies, csv, id); }

TEST(Days, AreMomentsOrSpans) {
  const auto day = [](const char* text) { return *detail::day_of(text); };
  EXPECT_TRUE(detail::after(day("2021-03-02"), day("2021-03-01")));
  EXPECT_FALSE(detail::after(day("2021-03"), day("2021-03-01")));
  EXPECT_FALSE(detail::after(day("2021"), day("2021-12")));
  EXPECT_TRUE(detail::after(day("2022"), day("2021-12-31")));
  EXPECT_NEAR(detail::months_between(day("2020-11-01"), day("2021-02-01")), 3, 1e-9);
  EXPECT_EQ(detail::months_between(day("2020"), day("2020-12")), 0);
  EXPECT_NEAR(detail::months_between(day("2021-02-01"), day("2020-11-01")), -3, 1e-9);
  for (const char* other : {"", "03/04/2021", "2021-13", "2021-00-01", "spring 2021", "21-03-01", "2021-3-1"})
    EXPECT_FALSE(detail::day_of(other)) << other;
}

TEST(Trials, Registration) {
  const std::string head = "study,year,registry,registered,started\n";
  EXPECT_TRUE(study(head + "A,2019,NCT01,2015-01-10,2015-02-01\nB,2001,,,\n", "TR-02").empty());
  const auto late = study(head + "A,2019,NCT01,2016-04-01,2015-02-01\n", "TR-02");
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].message, "Registered 14 months after the first people entered.");
  const auto none = study(head + "A,2019,,,\nB,2020,,,\n", "TR-02");
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].message, "2 studies begun since 2010 without a registration.");
  // Without a column for it nobody was asked.
  EXPECT_TRUE(study("study,year\nA,2019\n", "TR-02").empty());
}

TEST(Trials, SizeSpeedDays) {
  EXPECT_TRUE(study("study,n,planned_n\nA,172,200\n", "TR-03").empty());
  EXPECT_EQ(study("study,n,planned_n\nA,120,200\n", "TR-03").at(0).message,
            "200 people were planned, 120 entered (-40 %).");
  std::string usual = "study,n,recruitment_months,sites\n";
  for (int i = 0; i < 11; ++i) usual += fmt::format("S{},{},{},{}\n", i, 40 + 5 * i, 20 + i, 1 + i % 2);
  EXPECT_TRUE(study(usual, "TR-08").empty());
  EXPECT_EQ(study(usual + "fast,240,2,1\n", "TR-08").size(), 1U);
  EXPECT_TRUE(study("study,n,recruitment_months\nfast,240,2\n", "TR-08").empty());
  const std::string head = "study,started,last_follow_up,submitted\n";
  EXPECT_TRUE(study(head + "A,2015-01-01,2016-06-30,2016-07\nB,2015,2015,2015-06-01\n", "TR-10").empty());
  EXPECT_EQ(study(head + "A,2015-01-01,2016-06-30,2016-05-01\n", "TR-10").size(), 1U);
  EXPECT_EQ(study(head + "A,2017-01-01,2016-06-30,\n", "TR-10").size(), 1U);
}

/// A study with groups of 50 by simulated randomisation; `decimals` of the printed means; `scale` of the differences.
std::string randomised(std::uint64_t seed, int variables, int decimals, double scale, double common) {
  RandomStream random(seed, 0);
  std::string out = "study,outcome,n1i,m1_pre,sd1_pre,n2i,m2_pre,sd2_pre\n";
  const double f1 = random.normal(), f2 = random.normal();
  for (int j = 0; j < variables; ++j) {
    const double sd = 5 + j, mean = 40 + 3 * j, error = scale * sd / std::sqrt(50);
    const auto group = [&](double f) {
      return mean + error * (std::sqrt(common) * f + std::sqrt(1 - common) * random.normal());
    };
    const double one = group(f1), other = group(f2);
    out += fmt::format("A,v{},50,{},{},50,{},{}\n", j, format_fixed(one, decimals), format_fixed(sd, 1),
                       format_fixed(other, decimals), format_fixed(sd, 1));
  }
  return out;
}

TEST(Trials, GroupsBeforeTreatmentByRandomisationAreSilent) {
  // With means in whole numbers p-values recomputed from the table would flag nearly all of them.
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    for (const int decimals : {0, 2}) {
      EXPECT_TRUE(in(SheetKind::rows, randomised(seed, 10, decimals, 1, 0), "TR-04").empty()) << seed;
      EXPECT_TRUE(in(SheetKind::rows, randomised(seed, 10, decimals, 1, 0.3), "TR-04").empty()) << seed;
    }
}

TEST(Trials, GroupsBeforeTreatmentTooAlikeOrUnlike) {
  const auto alike = in(SheetKind::rows, randomised(1, 10, 2, 0.03, 0), "TR-04");
  ASSERT_EQ(alike.size(), 1U);
  EXPECT_NE(alike[0].message.find("more alike"), std::string::npos);
  const auto unlike = in(SheetKind::rows, randomised(1, 10, 2, 5, 0), "TR-04");
  ASSERT_EQ(unlike.size(), 1U);
  EXPECT_NE(unlike[0].message.find("more unlike"), std::string::npos);
  EXPECT_TRUE(in(SheetKind::rows, randomised(1, 7, 2, 0.03, 0), "TR-04").empty()) << "fewer than 8 variables";
}

TEST(Trials, SimilarSpreads) {
  const std::string head = "study,outcome,time,arm,n,mean,sd\n";
  const std::string usual = head +
                            "A,x,baseline,a,30,10.1,4.02\nA,x,baseline,b,31,10.9,4.51\nA,x,baseline,c,29,9.7,3.77\n"
                            "A,x,baseline,d,30,10.4,4.90\nA,x,baseline,e,30,10.2,4.33\n";
  EXPECT_TRUE(in(SheetKind::arms, usual, "TR-05").empty());
  const std::string equal = head +
                            "A,x,baseline,a,30,10.1,4.31\nA,x,baseline,b,31,10.9,4.31\nA,x,baseline,c,29,9.7,4.30\n"
                            "A,x,baseline,d,30,10.4,4.31\nA,x,baseline,e,30,10.2,4.31\n";
  EXPECT_EQ(in(SheetKind::arms, equal, "TR-05").size(), 1U);
  // In whole numbers five equal SDs are nothing.
  const std::string rough = head +
                            "A,x,baseline,a,30,10.1,4\nA,x,baseline,b,31,10.9,4\nA,x,baseline,c,29,9.7,4\n"
                            "A,x,baseline,d,30,10.4,4\nA,x,baseline,e,30,10.2,4\n";
  EXPECT_TRUE(in(SheetKind::arms, rough, "TR-05").empty());
}

TEST(Trials, RepeatedCells) {
  const std::string head = "study,outcome,arm,n,mean,sd\n";
  EXPECT_EQ(in(SheetKind::arms, head + "A,x,a,30,23.4,5.61\nA,y,a,30,23.4,5.61\n", "TR-06").size(), 1U);
  EXPECT_TRUE(in(SheetKind::arms, head + "A,x,a,30,23.4,5.61\nA,x,b,30,23.4,5.61\n", "TR-06").empty());
  EXPECT_TRUE(in(SheetKind::arms, head + "A,x,a,30,23,5.6\nA,y,a,30,23,5.6\n", "TR-06").empty());
}

}  // namespace
}  // namespace hedgerow::audit
