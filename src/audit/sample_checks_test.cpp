// Samples that several studies share: each check on a table that must be named and on clean ones that must be silent.
#include <fmt/format.h>

#include <cmath>
#include <random>

#include "audit/detail/samples.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;

constexpr const char* kHeader = "study,n,age_mean,age_sd,height_mean,height_sd,mass_mean,mass_sd,outcomes\n";

/// Studies of made-up people, one line each: no two alike.
std::string clean_table() {
  return std::string(kHeader) +
         "A,18,31.2,4.2,174.6,6.1,71.1,9.2,pain\n"
         "B,22,28.4,5.6,171.3,7.4,68.9,10.7,pain;sleep\n"
         "C,16,35.9,3.8,168.2,5.5,64.0,8.1,pain\n"
         "D,40,44.7,6.9,177.1,8.0,80.3,12.9,sleep\n"
         "E,25,39.3,5.1,169.9,6.6,73.7,11.4,sleep\n"
         "F,30,25.8,4.7,180.4,7.1,77.2,9.9,pain\n";
}

Subject with(const std::string& studies) {
  Subject out;
  out.sheets.push_back(sheet_of(SheetKind::studies, studies));
  return out;
}

TEST(Audit, studies_of_different_people_are_silent) {
  for (const char* id : {"DE-08", "DE-09", "DE-17", "DE-18"})
    EXPECT_TRUE(findings(with(clean_table()), id).empty()) << id;
}

TEST(Audit, one_sample_in_two_studies) {
  const auto found = findings(with(clean_table() + "G,16,35.9,3.8,168,5.5,64.0,8.1,pain\n"), "DE-08");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[0].subject, "studies \"C\" and \"G\"");
  EXPECT_EQ(found[0].places[0].line, 8U);
  EXPECT_NE(found[0].message.find("age_mean 35.9"), std::string::npos) << found[0].message;
}

TEST(Audit, a_declared_sample_and_equal_sizes_are_silent) {
  EXPECT_TRUE(findings(with("study,n,age_mean,age_sd,mass_mean,mass_sd,sample\n"
                            "A,16,35.9,3.8,64.0,8.1,one\nB,16,35.9,3.8,64.0,8.1,one\nC,20,31.1,4.4,71.2,9.0,\n"),
                       "DE-08")
                  .empty());
  // The same size and the same rounded age are no sample.
  EXPECT_TRUE(findings(with("study,n,age_mean,age_sd\nA,20,30,5\nB,20,30,5\nC,22,35,7\nD,18,41,6\n"), "DE-08").empty());
}

TEST(Audit, studies_with_one_registration) {
  const auto found = findings(with("study,registry\nA,NCT01\nB,NCT02\nC,nct01\n"), "DE-08");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "studies \"A\" and \"C\"");
}

TEST(Audit, spreads_in_the_ratio_of_a_root) {
  // D's people again, with the standard errors of 20 of them.
  const std::string copy = fmt::format("G,40,44.7,{:.2f},177.1,{:.2f},80.3,{:.2f},pain\n", 6.9 / std::sqrt(20),
                                       8.0 / std::sqrt(20), 12.9 / std::sqrt(20));
  const auto found = findings(with(clean_table() + copy), "DE-17");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].repair, "in \"G\": age_sd 6.9, height_sd 8.0, mass_sd 12.9");
  EXPECT_NE(found[0].message.find("sqrt(20)"), std::string::npos);
  EXPECT_EQ(found[0].places[0].line, 8U);
  // Another ratio for each is no root.
  EXPECT_TRUE(findings(with(clean_table() + "G,40,44.7,3.1,177.1,2.0,80.3,4.4,pain\n"), "DE-17").empty());
}

TEST(Audit, standard_errors_among_the_spreads_of_samples) {
  const auto found = findings(with(clean_table() + "G,25,33.0,1.0,172.0,1.4,70.1,2.1,pain\n"), "DE-18");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].places[0].line, 8U);
  EXPECT_NE(found[0].message.find("25 people"), std::string::npos) << found[0].message;
}

TEST(Audit, more_participants_than_people) {
  Subject subject = with(clean_table());
  subject.sheets.push_back(sheet_of(SheetKind::pooled, "outcome,k,n\npain,4,86\nsleep,6,174\n"));
  const auto found = findings(subject, "DE-09");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "174 participants are counted, but its 3 studies have 87 people in all.");
  EXPECT_EQ(found[0].arithmetic[0], "22 + 40 + 25 = 87");
}

TEST(Audit, stated_participants_against_the_studies) {
  const auto stated = [](const std::string& studies, const std::string& count) {
    Subject subject = with(studies);
    subject.sheets.push_back(sheet_of(SheetKind::flow, "item,count\nstudies_included,6\nparticipants," + count + "\n"));
    return findings(subject, "DE-09");
  };
  EXPECT_TRUE(stated(clean_table(), "151").empty());
  EXPECT_EQ(stated(clean_table(), "161").size(), 1U);
  const auto twice = stated(clean_table() + "G,16,35.9,3.8,168.2,5.5,64.0,8.1,pain\n", "167");
  ASSERT_EQ(twice.size(), 1U);
  EXPECT_NE(twice[0].message.find("with each sample once they are 151"), std::string::npos) << twice[0].message;
}

TEST(Audit, unrelated_samples_rarely_look_alike) {
  std::mt19937 engine(20250101);
  std::normal_distribution<double> normal;
  std::size_t warnings = 0, notes = 0, ratios = 0, spreads = 0;
  for (int table = 0; table < 200; ++table) {
    std::string csv = kHeader;
    for (int study = 0; study < 15; ++study)
      csv += fmt::format(
          "S{},{:.0f},{:.1f},{:.1f},{:.1f},{:.1f},{:.1f},{:.1f},x\n", study, 20 + 8 * std::abs(normal(engine)),
          32 + 4 * normal(engine), 5 * std::exp(0.25 * normal(engine)), 174 + 4 * normal(engine),
          6 * std::exp(0.25 * normal(engine)), 71 + 5 * normal(engine), 9 * std::exp(0.25 * normal(engine)));
    const Subject subject = with(csv);
    for (const Finding& finding : findings(subject, "DE-08")) ++(finding.severity == Severity::note ? notes : warnings);
    ratios += findings(subject, "DE-17").size();
    spreads += findings(subject, "DE-18").size();
  }
  EXPECT_EQ(warnings, 0U);
  EXPECT_LE(notes, 10U);
  EXPECT_EQ(ratios, 0U);
  EXPECT_LE(spreads, 6U);  // 0.2 % of 3000 studies
}

TEST(Audit, the_chance_of_a_match_is_that_of_the_formula) {
  const Sheet sheet =
      sheet_of(SheetKind::studies,
               "study,n,age_mean,age_sd,mass_mean,mass_sd\n"
               "A,20,30.1,5.1,70.1,9\nB,31,30.1,5.1,70.1,9\nC,44,38.7,6.3,80.2,13\nD,52,25.2,4.0,61.5,7\n");
  const auto matches = detail::sample_matches(sheet, 1e9);
  ASSERT_EQ(matches.size(), 1U);
  // u / (2 s sqrt(pi)) with s = 1.4826 times the median deviation from the median.
  const auto p = [](double unit, double deviation) { return unit / (2 * 1.4826 * deviation * std::sqrt(M_PI)); };
  const double product = p(0.1, 2.45) * p(0.1, 0.55) * p(0.1, 4.3) * p(1, 1);
  EXPECT_NEAR(matches[0].chance, 6 * 5 * product, 1e-9);
  EXPECT_FALSE(matches[0].same_size);
}

}  // namespace
}  // namespace hedgerow::audit
