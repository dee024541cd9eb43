// Checks of dependence, of the model and of asymmetry tests, on declared analyses.
#include <fmt/format.h>

#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;
using testing::subject_of;

/// One declared analysis of effects with their studies.
Subject declared(const std::vector<double>& yi, const std::vector<double>& vi, const std::vector<std::string>& study) {
  std::string csv = "study,yi,vi\n";
  for (std::size_t i = 0; i < yi.size(); ++i) csv += fmt::format("{},{},{}\n", study[i], yi[i], vi[i]);
  Subject out = subject_of(sheet_of(SheetKind::rows, csv));
  out.analyses.front().declared = true;
  out.analyses.front().measure = "SMD";
  return out;
}

Subject seven() {
  return declared({0.1, 0.9, 0.4, -0.3, 0.6, 0.2, 0.5}, {0.02, 0.05, 0.03, 0.04, 0.01, 0.02, 0.03},
                  {"a", "b", "c", "d", "e", "f", "g"});
}

TEST(Audit, one_control_group_in_two_rows) {
  const std::string csv =
      "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,24.1,5.12,30,21.3,5.40,31\nA,25.3,5.33,29,21.3,5.40,31\n"
      "B,26.0,4.71,24,22.9,4.95,25\nC,23.2,5.63,41,21.9,5.22,40\n";
  Subject subject = subject_of(sheet_of(SheetKind::rows, csv));
  auto found = findings(subject, "DE-01");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::note);
  EXPECT_NE(found[0].message.find("31 people is counted 2 times"), std::string::npos) << found[0].message;
  EXPECT_NE(found[0].effect.find("->"), std::string::npos);
  subject.analyses.front().declared = true;
  EXPECT_EQ(findings(subject, "DE-01").front().severity, Severity::warning);
  subject.analyses.front().independent = false;
  EXPECT_TRUE(findings(subject, "DE-01").empty());
}

TEST(Audit, outcomes_of_one_comparison_share_no_control_alone) {
  const std::string csv = "study,ai,n1i,ci,n2i\nA,3,30,4,31\nA,3,30,4,31\nB,5,28,9,29\n";
  EXPECT_TRUE(findings(subject_of(sheet_of(SheetKind::rows, csv)), "DE-01").empty());
}

TEST(Audit, several_effects_of_a_study_as_independent) {
  Subject subject = declared({0.1, 0.3, 0.4, -0.3}, {0.02, 0.05, 0.03, 0.04}, {"a", "a", "b", "c"});
  const auto found = findings(subject, "DE-02");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "4 effects of 3 studies are treated as independent.");
  subject.analyses.front().independent = false;
  EXPECT_TRUE(findings(subject, "DE-02").empty());
  EXPECT_TRUE(findings(seven(), "DE-02").empty());
}

TEST(Audit, designs_whose_people_are_not_independent) {
  const std::string csv =
      "study,m1i,sd1i,n1i,m2i,sd2i,n2i,design,cluster_size,icc\n"
      "A,24.1,5.12,30,21.3,5.40,31,cluster RCT,20,0.05\nB,26.0,4.71,24,22.9,4.95,25,crossover,,\n"
      "C,23.2,5.63,41,21.9,5.22,40,parallel RCT,,\n";
  const Subject subject = subject_of(sheet_of(SheetKind::rows, csv));
  const auto cluster = findings(subject, "DE-03");
  ASSERT_EQ(cluster.size(), 1U);
  EXPECT_EQ(cluster[0].arithmetic.front(), "1 + (20 - 1) * 0.05 = 1.95: standard error times 1.4");
  EXPECT_EQ(findings(subject, "DE-04").size(), 1U);
}

TEST(Audit, few_studies_by_z) {
  Subject subject = declared({0.1, 0.9, 0.4, -0.3}, {0.02, 0.05, 0.03, 0.04}, {"a", "b", "c", "d"});
  auto found = findings(subject, "MO-02");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  subject.analyses.front().test = "knha";
  EXPECT_TRUE(findings(subject, "MO-02").empty());
  EXPECT_EQ(findings(seven(), "MO-02").front().severity, Severity::note);
}

TEST(Audit, two_studies_tell_no_heterogeneity) {
  EXPECT_EQ(findings(declared({0.1, 0.9}, {0.02, 0.05}, {"a", "b"}), "MO-03").size(), 1U);
  EXPECT_TRUE(findings(seven(), "MO-03").empty());
}

TEST(Audit, a_knapp_hartung_interval_narrower_than_the_common_effect) {
  Subject subject = declared({0.30, 0.31, 0.29, 0.30}, {0.02, 0.05, 0.03, 0.04}, {"a", "b", "c", "d"});
  subject.analyses.front().test = "knha";
  EXPECT_EQ(findings(subject, "MO-04").size(), 1U);
  Subject spread = seven();
  spread.analyses.front().test = "knha";
  EXPECT_TRUE(findings(spread, "MO-04").empty());
}

TEST(Audit, effects_that_agree_too_well) {
  EXPECT_EQ(findings(declared({0.30, 0.31, 0.29, 0.30, 0.31, 0.30}, {0.2, 0.5, 0.3, 0.4, 0.3, 0.2},
                              {"a", "b", "c", "d", "e", "f"}),
                     "MO-22")
                .size(),
            1U);
  EXPECT_TRUE(findings(seven(), "MO-22").empty());
}

TEST(Audit, a_conclusion_that_hangs_on_one_row) {
  const Subject subject = declared({0.45, 0.15, 0.2, 0.1}, {0.01, 0.02, 0.02, 0.02}, {"a", "b", "c", "d"});
  const auto all = pooled(subject.analyses.front());
  ASSERT_TRUE(all);
  bool flips = false;
  for (std::size_t i = 0; i < 4; ++i)
    flips = flips || changes_conclusion(*all, *pooled(without(subject.analyses.front(), i)), 0.05);
  EXPECT_EQ(findings(subject, "MO-18").size(), flips ? 1U : 0U);
  EXPECT_TRUE(flips);
}

TEST(Audit, zero_cells_and_mixed_measures) {
  const std::string csv = "study,ai,n1i,ci,n2i\nA,0,30,4,31\nB,5,28,9,29\nC,6,40,9,41\n";
  EXPECT_EQ(findings(subject_of(sheet_of(SheetKind::rows, csv)), "MO-06").size(), 1U);
  const std::string mixed = "study,measure,yi,vi\nA,OR,0.2,0.1\nB,RR,0.1,0.1\nC,OR,0.3,0.2\n";
  EXPECT_EQ(findings(subject_of(sheet_of(SheetKind::rows, mixed)), "MO-09").size(), 1U);
}

TEST(Audit, asymmetry_tests_that_cannot_tell) {
  Subject subject = seven();
  for (const char* id : {"BI-01", "BI-02", "BI-04", "BI-06", "BI-12"}) EXPECT_TRUE(findings(subject, id).empty()) << id;
  subject.analyses.front().asked = {"regression", "trim_and_fill"};
  EXPECT_EQ(findings(subject, "BI-01").size(), 1U);
  EXPECT_EQ(findings(subject, "BI-02").size(), 1U);
  EXPECT_TRUE(findings(subject, "BI-04").empty());
  EXPECT_EQ(findings(subject, "BI-06").size(), 1U);
  EXPECT_TRUE(findings(subject, "BI-12").empty());
  subject.analyses.front().study = {"a", "a", "c", "d", "e", "f", "g"};
  EXPECT_EQ(findings(subject, "BI-12").size(), 1U);
  subject.analyses.front().measure = "OR";
  EXPECT_EQ(findings(subject, "BI-03").size(), 1U);
}

}  // namespace
}  // namespace hedgerow::audit
