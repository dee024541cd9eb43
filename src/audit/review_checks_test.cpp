// GRADE, appraisal and flow: contradictions are found, sound tables are silent.
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;

Subject of(std::vector<Sheet> sheets) {
  Subject out;
  out.sheets = std::move(sheets);
  return out;
}

const std::string kGrade =
    "outcome,risk_of_bias,inconsistency,indirectness,imprecision,publication_bias,symbols,level,k,n1,n2\n";

Subject grade(const std::string& row) {
  return of(
      {sheet_of(SheetKind::grade, kGrade + row),
       sheet_of(
           SheetKind::pooled,
           "outcome,studies,k,n,estimate,ci_lb,ci_ub,pi_lb,pi_ub,i2,members\no,12,12,500,0.5,0.3,0.7,0.1,0.9,20,a;b\n"),
       sheet_of(SheetKind::studies, "study,design\na,RCT\nb,RCT\n")});
}

const std::string kSound = "o,Not serious,Serious,Not serious,Not serious,Not serious,⊕⊕⊕Ο,Moderate,12,250,250\n";

TEST(Audit, a_sound_grade_table_is_silent) {
  for (const char* id : {"GR-01", "GR-02", "GR-05", "GR-07", "GR-08", "GR-11", "GR-13", "GR-18"})
    for (const Finding& finding : findings(grade(kSound), id)) ADD_FAILURE() << id << " " << finding.message;
}

TEST(Audit, grade_words_symbols_and_steps) {
  const auto found =
      findings(grade("o,Not serious,Serious,Not serious,Not serious,Not serious,⊕⊕⊕Ο,High,12,250,250\n"), "GR-02");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].repair, "moderate, as the symbols say");
  EXPECT_EQ(findings(grade("o,Not serious,Serious,Not serious,Not serious,Not serious,⊕⊕⊕Ο,High,12,250,250\n"), "GR-18")
                .size(),
            1U);
  // A lower level than the steps give may rest on a domain that is not printed.
  EXPECT_TRUE(findings(grade("o,,Serious,Not serious,Not serious,Not serious,⊕⊕ΟΟ,Low,12,250,250\n"), "GR-02").empty());
}

TEST(Audit, grade_against_the_analysis) {
  EXPECT_EQ(findings(grade("o,,,,Not serious,,,High,13,250,250\n"), "GR-13").size(), 1U);
  EXPECT_EQ(findings(grade("o,,,,Not serious,,,High,12,250,388\n"), "GR-13").size(), 1U);
  EXPECT_EQ(findings(of({sheet_of(SheetKind::grade, "outcome,imprecision,n\no,Not serious,120\n")}), "GR-05").size(),
            1U);
  EXPECT_EQ(findings(of({sheet_of(SheetKind::grade, "outcome,inconsistency,studies\no,Serious,1\n")}), "GR-08").size(),
            1U);
  EXPECT_EQ(
      findings(of({sheet_of(SheetKind::grade, "outcome,publication_bias,studies\no,Serious,6\n")}), "GR-11").size(),
      1U);
  const Subject crossing =
      of({sheet_of(SheetKind::grade, "outcome,inconsistency\no,Not serious\n"),
          sheet_of(SheetKind::pooled, "outcome,estimate,ci_lb,ci_ub,pi_lb,pi_ub\no,0.5,0.3,0.7,-0.4,1.4\n")});
  EXPECT_EQ(findings(crossing, "GR-07").size(), 1U);
}

TEST(Audit, evidence_of_mixed_designs_that_starts_at_high) {
  Subject subject = grade(kSound);
  subject.sheets[2] = sheet_of(SheetKind::studies, "study,design\na,RCT\nb,No-RCT\n");
  EXPECT_EQ(findings(subject, "GR-01").size(), 1U);
}

TEST(Audit, absolute_effects_per_thousand) {
  Sheet sheet = sheet_of(SheetKind::grade, "outcome,estimate,baseline_risk,absolute\no,0.80,250,-50\n");
  sheet.set("measure", "RR");
  EXPECT_TRUE(findings(of({sheet}), "GR-12").empty());
  Sheet wrong = sheet_of(SheetKind::grade, "outcome,estimate,baseline_risk,absolute\no,0.80,250,-40\n");
  wrong.set("measure", "RR");
  EXPECT_EQ(findings(of({wrong}), "GR-12").size(), 1U);
}

Sheet pedro(const std::string& rows) {
  Sheet out = sheet_of(SheetKind::appraisal, "study,item1,item2,item3,item4,total,category\n" + rows);
  out.set("tool", "PEDro");
  out.set("not_counted", "item1");
  out.set("categories", "high 3; moderate 2; low 0");
  return out;
}

TEST(Audit, totals_of_an_appraisal) {
  const Sheet sound = pedro("a,1,1,1,1,3,high\nb,0,1,1,0,2,moderate\nc,1,0,1,0,1,low\n");
  for (const char* id : {"RB-12", "RB-13", "RB-14", "RB-15"})
    for (const Finding& finding : findings(of({sound}), id)) ADD_FAILURE() << id << " " << finding.message;
  const Sheet with_first = pedro("a,1,1,1,1,4,high\nb,0,1,1,0,2,moderate\nc,1,0,1,0,2,moderate\n");
  const auto found = findings(of({with_first}), "RB-12");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].effect, "1 studies change their category: c (moderate to low)");
  EXPECT_TRUE(findings(of({with_first}), "RB-13").empty());
  EXPECT_EQ(findings(of({pedro("a,1,1,1,1,3,high\nb,0,1,1,0,3,high\n")}), "RB-13").size(), 1U);
  EXPECT_EQ(findings(of({pedro("a,1,1,1,1,3,moderate\n")}), "RB-15").size(), 1U);
  Sheet shortened = sound;
  shortened.set("items_of_scale", "10");
  EXPECT_EQ(findings(of({shortened}), "RB-14").size(), 1U);
}

TEST(Audit, judgements_by_domain) {
  const Sheet sheet = sheet_of(SheetKind::appraisal,
                               "study,domain1,domain2,overall\na,low,high,low\nb,low,some concerns,some concerns\n");
  EXPECT_EQ(findings(of({sheet}), "RB-01").size(), 1U);
}

Sheet flow(const std::string& rows) { return sheet_of(SheetKind::flow, "item,count\n" + rows); }

const std::string kFlow =
    "records_a,700\nrecords_b,300\nrecords_identified_total,1000\nduplicates_removed,200\nrecords_screened,800\n"
    "records_excluded_after_screening,700\nreports_sought,100\nreports_not_retrieved,5\nreports_assessed,95\nreports_"
    "excluded,75\n"
    "reports_excluded_design,50\nreports_excluded_population,25\nstudies_included,20\n";

TEST(Audit, a_sound_flow_is_silent_and_each_step_is_checked) {
  const std::vector<std::string> ids{"PR-01", "PR-02", "PR-03", "PR-04", "PR-05", "PR-06"};
  for (const std::string& id : ids)
    for (const Finding& finding : findings(of({flow(kFlow)}), id)) ADD_FAILURE() << id << " " << finding.message;
  const std::vector<std::pair<std::string, std::string>> slips{
      {"records_a,700", "records_a,770"},
      {"records_screened,800", "records_screened,801"},
      {"reports_sought,100", "reports_sought,90"},
      {"reports_assessed,95", "reports_assessed,96"},
      {"studies_included,20", "studies_included,19"},
      {"reports_excluded_design,50", "reports_excluded_design,40"}};
  for (std::size_t i = 0; i < slips.size(); ++i) {
    std::string wrong = kFlow;
    wrong.replace(wrong.find(slips[i].first), slips[i].first.size(), slips[i].second);
    EXPECT_EQ(findings(of({flow(wrong)}), ids[i]).size(), 1U) << ids[i];
  }
}

TEST(Audit, records_from_elsewhere_may_close_a_gap) {
  EXPECT_TRUE(findings(of({flow("records_identified,1000\nduplicates_removed,200\nrecords_excluded_screening,700\n"
                                "additional_from_reference_lists,10\nreports_assessed,110\n")}),
                       "PR-04")
                  .empty());
}

TEST(Audit, studies_have_to_be_the_same_in_all_tables) {
  const Sheet studies = sheet_of(SheetKind::studies, "study,n\na,10\nb,20\n");
  EXPECT_TRUE(findings(of({studies, pedro("a,1,1,1,1,3,high\nb,0,1,1,0,2,moderate\n")}), "PR-08").empty());
  EXPECT_EQ(findings(of({studies, pedro("a,1,1,1,1,3,high\n")}), "PR-08").size(), 1U);
  EXPECT_EQ(findings(of({studies, flow("studies_included,3\n")}), "PR-21").size(), 1U);
  EXPECT_EQ(
      findings(of({flow("records_pubmed,10\n"), sheet_of(SheetKind::search, "database,records\nPubMed,12\n")}), "PR-22")
          .size(),
      1U);
}

}  // namespace
}  // namespace hedgerow::audit
