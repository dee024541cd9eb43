// The checks of the extraction table: each finds its slip in a table that is clean without it.
#include <fmt/format.h>

#include <cmath>

#include "audit/audit.hpp"
#include "audit/detail/moments.hpp"
#include "audit/detail/peers.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;
using testing::subject_of;

struct Row {
  std::string study, m1, sd1, n1, m2, sd2, n2;
};

std::vector<Row> clean_rows() {
  return {{"A", "24.1", "5.12", "30", "21.3", "5.40", "31"}, {"B", "26.0", "4.71", "24", "22.9", "4.95", "25"},
          {"C", "23.2", "5.63", "41", "21.9", "5.22", "40"}, {"D", "25.4", "5.05", "52", "22.7", "4.88", "50"},
          {"E", "24.8", "4.42", "18", "22.0", "4.69", "19"}, {"F", "25.9", "5.31", "36", "23.8", "5.57", "35"},
          {"G", "24.6", "5.84", "45", "21.5", "5.13", "44"}};
}

Subject table_of(const std::vector<Row>& rows) {
  std::string csv = "study,m1i,sd1i,n1i,m2i,sd2i,n2i\n";
  for (const Row& r : rows) csv += fmt::format("{},{},{},{},{},{},{}\n", r.study, r.m1, r.sd1, r.n1, r.m2, r.sd2, r.n2);
  return subject_of(sheet_of(SheetKind::rows, csv));
}

TEST(Audit, a_clean_table_is_silent) {
  const Report report = audit(table_of(clean_rows()));
  for (const Finding& finding : report.findings) ADD_FAILURE() << finding.check << " " << finding.message;
  EXPECT_GT(report.ran(), 5U);
}

TEST(Audit, a_standard_error_in_place_of_a_standard_deviation) {
  auto rows = clean_rows();
  rows[4].sd1 = "1.04";  // 4.42 / sqrt(18)
  rows[4].sd2 = "1.08";
  const auto found = findings(table_of(rows), "DA-01");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].places[0].line, 6U);
  EXPECT_EQ(found[0].places[0].column, "sd1i");
  EXPECT_NE(found[0].repair.find("1.04 * sqrt(18)"), std::string::npos) << found[0].repair;
  EXPECT_NE(found[0].effect.find("->"), std::string::npos);
  EXPECT_TRUE(findings(table_of(rows), "DA-09").empty());
}

TEST(Audit, a_moved_decimal_point) {
  auto rows = clean_rows();
  rows[4].sd1 = "44.2";
  rows[4].sd2 = "46.9";
  const auto found = findings(table_of(rows), "DA-09");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].message.find("4.42 would fit"), std::string::npos) << found[0].message;
  EXPECT_TRUE(findings(table_of(rows), "DA-01").empty());
}

TEST(Audit, a_reversed_sign) {
  auto rows = clean_rows();
  for (Row& row : rows) {
    row.m1 = "28.0";  // about one standard deviation better everywhere
    row.m2 = "23.0";
  }
  EXPECT_TRUE(findings(table_of(rows), "DA-07").empty());
  std::swap(rows[2].m1, rows[2].m2);
  const auto found = findings(table_of(rows), "DA-07");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].places[0].line, 4U);
}

TEST(Audit, a_copied_row) {
  auto rows = clean_rows();
  rows.push_back(rows[1]);
  rows.back().study = "H";
  const auto found = findings(table_of(rows), "DA-11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message.substr(0, 10), "Lines 3, 9");
}

TEST(Audit, a_shared_standard_deviation_is_a_note) {
  auto rows = clean_rows();
  rows[0].sd1 = rows[1].sd1 = rows[2].sd1 = "7.84";
  const auto found = findings(table_of(rows), "DA-12");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::note);
}

TEST(Audit, a_giant_effect) {
  auto rows = clean_rows();
  rows[0].m1 = "44.1";
  EXPECT_EQ(findings(table_of(rows), "DA-03").size(), 1U);
}

TEST(Audit, spreads_of_two_groups_that_differ_by_the_root_of_n) {
  auto rows = clean_rows();
  rows[0].sd1 = "0.93";
  const auto found = findings(table_of(rows), "DA-04");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
}

TEST(Audit, values_that_no_data_can_have) {
  EXPECT_EQ(findings(subject_of(sheet_of(SheetKind::rows, "study,ai,n1i,ci,n2i\nA,45,40,3,41\n")), "DA-13").size(), 1U);
  EXPECT_EQ(findings(subject_of(sheet_of(SheetKind::rows, "study,ri,ni\nA,1.2,40\n")), "DA-13").size(), 1U);
  EXPECT_EQ(findings(subject_of(sheet_of(SheetKind::rows, "study,yi,vi\nA,0.2,-0.1\n")), "DA-13").size(), 1U);
  // A printed 0.00 may stand for a small number; a printed 1.00 for a correlation just below 1.
  EXPECT_TRUE(findings(subject_of(sheet_of(SheetKind::rows, "study,yi,vi\nA,0.2,0.00\n")), "DA-13").empty());
  EXPECT_TRUE(findings(subject_of(sheet_of(SheetKind::rows, "study,ai,n1i,ci,n2i\nA,0.5,40,3,41\n")), "DA-13").empty());
}

TEST(Audit, a_p_value_of_zero) {
  EXPECT_EQ(findings(subject_of(sheet_of(SheetKind::rows, "study,p\nA,0\n")), "DA-21").size(), 1U);
  EXPECT_TRUE(findings(subject_of(sheet_of(SheetKind::rows, "study,p\nA,< 0.001\nB,0.04\n")), "DA-21").empty());
}

TEST(Audit, times_far_apart) {
  EXPECT_EQ(
      findings(subject_of(sheet_of(SheetKind::rows, "study,yi,vi,time\nA,0.2,0.1,6\nB,0.3,0.1,104\n")), "DA-20").size(),
      1U);
  EXPECT_TRUE(findings(subject_of(sheet_of(SheetKind::rows, "study,yi,vi,time\nA,0.2,0.1,6\nB,0.3,0.1,12\n")), "DA-20")
                  .empty());
}

std::string effects_with_sizes(double factor) {
  std::string csv = "study,yi,sei,n1i,n2i\n";
  for (int i = 0; i < 8; ++i) {
    const int n = 20 + 7 * i;
    const double se = std::sqrt(2.0 / n) * (i == 5 ? factor : 1);
    csv += fmt::format("S{},{:.2f},{:.4f},{},{}\n", i, 0.3 + 0.02 * i, se, n, n);
  }
  return csv;
}

TEST(Audit, precision_that_does_not_follow_from_the_size) {
  const auto subject = [](double factor) { return subject_of(sheet_of(SheetKind::rows, effects_with_sizes(factor))); };
  EXPECT_TRUE(findings(subject(1), "DA-02").empty());
  EXPECT_TRUE(findings(subject(1), "DA-10").empty());
  EXPECT_EQ(findings(subject(std::sqrt(27.5)), "DA-02").size(), 1U);  // a standard deviation: n_eff = 55 / 2
  EXPECT_EQ(findings(subject(0.2), "DA-10").size(), 1U);
}

TEST(Audit, leave_one_out_moments_equal_the_formula_row_by_row) {
  const stats::Vector yi{0.1, 0.9, 0.4, -0.3, 0.6}, vi{0.02, 0.05, 0.03, 0.04, 0.01};
  const auto fast = detail::leave_one_out(yi, vi);
  for (std::size_t i = 0; i < yi.size(); ++i) {
    double w = 0, wy = 0, ww = 0, q = 0;
    for (std::size_t j = 0; j < yi.size(); ++j)
      if (j != i) {
        w += 1 / vi[j];
        wy += yi[j] / vi[j];
        ww += 1 / (vi[j] * vi[j]);
      }
    for (std::size_t j = 0; j < yi.size(); ++j)
      if (j != i) q += (yi[j] - wy / w) * (yi[j] - wy / w) / vi[j];
    EXPECT_NEAR(fast[i].tau2, std::max(0.0, (q - 3) / (w - ww / w)), 1e-12);
  }
}

TEST(Audit, peers_are_the_other_studies) {
  const detail::PeerGroup group({1, 1.2, 9, 1.1, 0.9, 1.3, 1.05}, {"a", "b", "c", "d", "e", "f", "g"}, 0.01);
  const auto peers = group.of(2);
  ASSERT_TRUE(peers);
  EXPECT_EQ(peers->k, 6U);
  EXPECT_NEAR(peers->median, 1.075, 1e-12);
  EXPECT_NEAR(peers->spread, 1.4826 * 0.1, 1e-12);
  EXPECT_FALSE(detail::PeerGroup({1, 2, 3, 4}, {}, 0.1).of(0));
  EXPECT_GT(detail::log_ratio(9, -8, *peers, 0), 3);
}

}  // namespace
}  // namespace hedgerow::audit
