// The arithmetic of reported meta-analyses: slips are found with their repair, and what is only rounded stays silent.
#include <fmt/format.h>

#include <cmath>

#include "audit/detail/members.hpp"
#include "audit/detail/printed.hpp"
#include "audit/test_sheets.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit {
namespace {

using testing::findings;
using testing::sheet_of;

Subject of(std::vector<Sheet> sheets) {
  Subject out;
  out.sheets = std::move(sheets);
  return out;
}

const std::string kLevels = "outcome,moderator,level,estimate,ci_lb,ci_ub,k,n,q_between,df,q_p,marked,marked_between\n";

/// Levels of one moderator, simulated and printed with two decimals; Q and p from what was not rounded.
std::string printed_levels(RandomStream& random) {
  const std::size_t levels = 2 + random.below(3);
  std::vector<double> y, se;
  double w = 0, wy = 0, q = 0;
  for (std::size_t i = 0; i < levels; ++i) {
    y.push_back(random.normal());
    se.push_back(0.1 + 0.4 * random.uniform());
    w += 1 / (se[i] * se[i]);
    wy += y[i] / (se[i] * se[i]);
  }
  for (std::size_t i = 0; i < levels; ++i) q += std::pow((y[i] - wy / w) / se[i], 2);
  const double p = stats::chi2_upper(q, static_cast<double>(levels) - 1), z = stats::normal_quantile(0.975);
  std::string csv = kLevels;
  for (std::size_t i = 0; i < levels; ++i) {
    const bool significant = std::fabs(y[i]) > z * se[i];
    csv += fmt::format("o,m,l{},{:.2f},{:.2f},{:.2f},4,60,{:.2f},{},{:.2f},{},{}\n", i, y[i], y[i] - z * se[i],
                       y[i] + z * se[i], q, levels - 1, p, significant ? "a" : "", p < 0.05 ? "#" : "");
  }
  return csv;
}

TEST(Audit, printed_levels_that_are_only_rounded_are_silent) {
  for (std::uint64_t i = 0; i < 300; ++i) {
    RandomStream random(3, i);
    const Subject subject = of({sheet_of(SheetKind::levels, printed_levels(random))});
    for (const char* id : {"MA-11", "MA-12", "MA-13", "MA-14", "MA-15"})
      for (const Finding& finding : findings(subject, id)) ADD_FAILURE() << id << " " << finding.message;
  }
}

/// One pooled result by DerSimonian and Laird's formulas, printed with two decimals (tau2 three).
std::string printed_result(RandomStream& random) {
  const std::size_t k = 5 + random.below(20);
  std::vector<double> y, v;
  double w = 0, wy = 0, ww = 0, q = 0;
  for (std::size_t i = 0; i < k; ++i) {
    v.push_back(0.02 + 0.1 * random.uniform());
    y.push_back(0.4 + std::sqrt(v[i] + 0.05) * random.normal());
    w += 1 / v[i];
    wy += y[i] / v[i];
    ww += 1 / (v[i] * v[i]);
  }
  for (std::size_t i = 0; i < k; ++i) q += (y[i] - wy / w) * (y[i] - wy / w) / v[i];
  const double df = static_cast<double>(k) - 1, tau2 = std::max(0.0, (q - df) / (w - ww / w));
  double random_w = 0, random_wy = 0;
  for (std::size_t i = 0; i < k; ++i) {
    random_w += 1 / (v[i] + tau2);
    random_wy += y[i] / (v[i] + tau2);
  }
  const double mean = random_wy / random_w, se = std::sqrt(1 / random_w), z = stats::normal_quantile(0.975);
  const double half = stats::t_quantile(0.975, df - 1) * std::sqrt(tau2 + se * se);
  return "outcome,k,estimate,ci_lb,ci_ub,p,q,q_p,i2,tau2,tau,pi_lb,pi_ub\n" +
         fmt::format("o,{},{:.2f},{:.2f},{:.2f},{:.3f},{:.2f},{:.3f},{:.1f},{:.3f},{:.3f},{:.2f},{:.2f}\n", k, mean,
                     mean - z * se, mean + z * se, 2 * stats::normal_upper(std::fabs(mean / se)), q,
                     stats::chi2_upper(q, df), 100 * std::max(0.0, 1 - df / q), tau2, std::sqrt(tau2), mean - half,
                     mean + half);
}

TEST(Audit, a_printed_result_that_is_only_rounded_is_silent) {
  for (std::uint64_t i = 0; i < 300; ++i) {
    RandomStream random(4, i);
    const Subject subject = of({sheet_of(SheetKind::pooled, printed_result(random))});
    for (const char* id : {"MA-01", "MA-06", "MA-10", "MA-11", "MA-12", "MA-21", "MA-22", "MA-23", "MA-29", "MA-30"})
      for (const Finding& finding : findings(subject, id))
        EXPECT_EQ(finding.severity, Severity::info) << id << " " << finding.message;
  }
}

TEST(Audit, swapped_intervals_are_given_back_and_confirmed_by_q) {
  const Subject subject =
      of({sheet_of(SheetKind::levels, kLevels + "o,sex,men,0.30,1.00,2.00,4,60,10.95,1,< 0.01,,#\n"
                                                "o,sex,women,1.50,-0.10,0.70,4,60,10.95,1,< 0.01,a,#\n")});
  const auto found = findings(subject, "MA-11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].repair, "0.30 [-0.10; 0.70] and 1.50 [1.00; 2.00]");
  EXPECT_NE(found[0].arithmetic.back().find("printed 10.95"), std::string::npos);
}

TEST(Audit, transposed_digits_of_a_bound_are_found_where_q_confirms_them) {
  // 1.06 [0.43; 1.69] typed as 1.96; the levels and Q are those of a published table.
  const std::string csv =
      kLevels +
      "o,sex,men,1.06,0.43,1.96,20,290,1.64,2,0.44,a,\no,sex,women,0.58,0.07,1.08,4,64,1.64,2,0.44,a,\n"
      "o,sex,both,0.95,0.36,1.55,3,51,1.64,2,0.44,a,\n";
  const auto found = findings(of({sheet_of(SheetKind::levels, csv)}), "MA-12");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].repair, "ci_ub = 1.69 instead of 1.96");
}

TEST(Audit, an_estimate_outside_its_interval_alone) {
  const auto found =
      findings(of({sheet_of(SheetKind::pooled, "outcome,estimate,ci_lb,ci_ub\no,0.50,0.70,0.90\n")}), "MA-11");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(
      findings(of({sheet_of(SheetKind::pooled, "outcome,estimate,ci_lb,ci_ub\no,0.80,0.70,0.90\n")}), "MA-11").empty());
}

TEST(Audit, ratios_are_symmetric_on_the_log_scale) {
  Sheet ratio = sheet_of(SheetKind::pooled, "outcome,estimate,ci_lb,ci_ub\no,2.00,1.00,4.00\n");
  EXPECT_EQ(findings(of({ratio}), "MA-12").size(), 1U);
  ratio.set("measure", "OR");
  EXPECT_TRUE(findings(of({ratio}), "MA-12").empty());
}

TEST(Audit, q_between_its_p_and_its_marks) {
  const std::string good = "o,m,a,0.10,-0.10,0.30,4,60,";
  const auto with = [&](const std::string& rest) {
    return of({sheet_of(SheetKind::levels, kLevels + good + rest + "o,m,b,0.90,0.70,1.10,4,60," + rest)});
  };
  EXPECT_TRUE(findings(with("30.73,1,< 0.01,,#\n"), "MA-13").empty());
  EXPECT_EQ(findings(with("37.03,1,< 0.01,,#\n"), "MA-13").size(), 1U);
  EXPECT_EQ(findings(with("30.73,1,0.20,,\n"), "MA-14").size(), 1U);
  EXPECT_EQ(findings(with("30.73,2,< 0.01,,#\n"), "MA-14").size(), 1U);
  EXPECT_EQ(findings(with("30.73,1,< 0.01,,\n"), "MA-15").size(), 2U);    // the difference, and level b
  EXPECT_EQ(findings(with("30.73,1,< 0.01,a,#\n"), "MA-15").size(), 1U);  // level a
}

Subject with_studies(const std::string& levels) {
  Sheet sheet = sheet_of(SheetKind::levels, "outcome,moderator,level,estimate,ci_lb,ci_ub,k,n\n" + levels);
  sheet.set("overall", "overall");
  return of({sheet, sheet_of(SheetKind::pooled, "outcome,k,n,members\no,10,175,a;b;c\n"),
             sheet_of(SheetKind::studies, "study,n,sex\na,10,men\nb,20,men\nc,25,women\n")});
}

TEST(Audit, counts_that_the_studies_can_and_cannot_have) {
  const Subject good = with_studies("o,sex,male,0.5,0.1,0.9,7,100\no,sex,female,0.4,0.1,0.7,3,75\n");
  for (const char* id : {"MA-16", "MA-17", "MA-18", "MA-27"})
    for (const Finding& finding : findings(good, id)) ADD_FAILURE() << id << " " << finding.message;
  EXPECT_EQ(findings(with_studies("o,sex,male,0.5,0.1,0.9,8,100\no,sex,female,0.4,0.1,0.7,3,75\n"), "MA-16").size(),
            1U);
  const auto swapped = findings(with_studies("o,sex,male,0.5,0.1,0.9,2,110\no,sex,female,0.4,0.1,0.7,8,50\n"), "MA-17");
  ASSERT_EQ(swapped.size(), 1U);
  EXPECT_EQ(swapped[0].repair.substr(0, 18), "k = 8 here and k =");
  EXPECT_EQ(findings(with_studies("o,sex,male,0.5,0.1,0.9,7,105\no,sex,female,0.4,0.1,0.7,3,75\n"), "MA-18").size(),
            1U);
  EXPECT_EQ(findings(with_studies("o,overall,all,0.5,0.1,0.9,11,175\n"), "MA-27").size(), 1U);
}

TEST(Audit, whole_numbers_of_effects_by_enumeration) {
  const std::vector<detail::Member> members{{"a", 9}, {"b", 12}, {"c", 17}};
  for (long k = 3; k <= 8; ++k)
    for (long n = 20; n <= 140; ++n) {
      bool any = false;
      for (long a = 1; a <= k; ++a)
        for (long b = 1; a + b < k; ++b) any = any || 9 * a + 12 * b + 17 * (k - a - b) == n;
      EXPECT_EQ(detail::feasible(members, k, n), any) << k << " " << n;
    }
}

TEST(Audit, repeated_blocks_and_lonely_levels_are_notes) {
  const Subject subject = with_studies(
      "o,sex,male,0.5,0.1,0.9,7,100\no,sex,female,0.4,0.1,0.7,3,75\no,site,x,0.5,0.1,0.9,7,100\no,site,y,0.4,0.1,0.7,3,"
      "75\n");
  EXPECT_EQ(findings(subject, "MA-19").size(), 1U);
  EXPECT_EQ(findings(subject, "MA-20").size(), 1U);  // the women of one study
}

TEST(Audit, heterogeneity_that_contradicts_itself) {
  const auto pooled = [](const std::string& names, const std::string& cells) {
    return of({sheet_of(SheetKind::pooled, "outcome," + names + "\no," + cells + "\n")});
  };
  EXPECT_EQ(findings(pooled("tau2,i2", "0,77"), "MA-21").size(), 1U);
  EXPECT_EQ(findings(pooled("tau2,i2", "0.30,0"), "MA-21").size(), 1U);
  EXPECT_TRUE(findings(pooled("tau2,i2", "0.00,1"), "MA-21").empty());
  EXPECT_EQ(findings(pooled("k,q,i2", "10,20.0,45"), "MA-01").size(), 1U);
  EXPECT_EQ(findings(pooled("k,q,i2", "10,20.0,55.0"), "MA-01").size(), 0U);
  EXPECT_EQ(findings(pooled("k,q,i2", "10,20.0,65.0"), "MA-01").size(), 1U);
  EXPECT_EQ(findings(pooled("k,i2,q_p", "8,77,> 0.01"), "MA-22").size(), 1U);
  EXPECT_TRUE(findings(pooled("k,i2,q_p", "8,77,< 0.01"), "MA-22").empty());
  EXPECT_EQ(findings(pooled("figure_tau2,figure_tau", "1.0777,1.0039"), "MA-29").size(), 1U);
  EXPECT_EQ(findings(pooled("estimate,ci_lb,ci_ub,pi_lb,pi_ub", "0.50,0.10,0.90,0.20,0.80"), "MA-06").size(), 1U);
  EXPECT_EQ(findings(pooled("estimate,ci_lb,ci_ub,p", "0.50,0.10,0.90,0.60"), "MA-23").size(), 1U);
}

TEST(Audit, a_tau_printed_as_tau2_is_named) {
  // tau2 = 0.16, se 0.10, k = 12, normal quantile; printed tau2 = 0.40.
  const double half = 1.959964 * std::sqrt(0.16 + 0.01);
  const std::string csv =
      fmt::format("outcome,k,estimate,ci_lb,ci_ub,tau2,pi_lb,pi_ub\no,12,0.50,0.304,0.696,0.40,{:.3f},{:.3f}\n",
                  0.5 - half, 0.5 + half);
  const auto found = findings(of({sheet_of(SheetKind::pooled, csv)}), "MA-10");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].causes.front(), "the printed tau2 is tau (normal)");
}

TEST(Audit, words_against_declared_cut_points) {
  Sheet sheet = sheet_of(SheetKind::pooled, "outcome,estimate,effect_word\na,0.73,large\nb,0.80,large\nc,0.2,small\n");
  EXPECT_TRUE(findings(of({sheet}), "MA-28").empty());  // nothing was declared
  sheet.set("effect_words", "small 0.2; medium 0.5; large 0.8");
  EXPECT_EQ(findings(of({sheet}), "MA-28").size(), 1U);
}

TEST(Audit, trim_and_fill_leave_one_out_and_egger) {
  const std::string names =
      "outcome,studies,k,estimate,ci_lb,ci_ub,egger_t,egger_p,tf_k,tf_estimate,tf_ci_lb,tf_ci_ub,loo_min,loo_min_k,loo_"
      "max,loo_max_k\n";
  const auto with = [&](const std::string& row) { return of({sheet_of(SheetKind::pooled, names + row)}); };
  const Subject good = with("o,12,12,0.50,0.10,0.90,2.50,0.03,14,0.40,0.00,0.80,0.40,11,0.60,11\n");
  for (const char* id : {"MA-24", "MA-25", "MA-26", "MA-31", "MA-32", "MA-33", "BI-16"})
    for (const Finding& finding : findings(good, id)) ADD_FAILURE() << id << " " << finding.message;
  EXPECT_EQ(findings(with("o,12,12,0.50,0.10,0.90,,,12,0.40,0.00,0.80,,,,\n"), "MA-24").size(), 1U);
  EXPECT_EQ(findings(with("o,12,12,0.50,0.10,0.90,,,,,,,0.40,10,,\n"), "MA-25").size(), 1U);
  EXPECT_EQ(findings(with("o,12,12,0.50,0.10,0.90,2.50,0.30,,,,,,,,\n"), "MA-26").size(), 1U);
  EXPECT_EQ(findings(with("o,12,12,0.50,0.10,0.90,2.50,,14,0.60,0.20,1.00,,,,\n"), "MA-31").size(), 1U);
  EXPECT_EQ(findings(with("o,12,12,0.50,0.10,0.90,,,14,0.40,0.30,0.50,,,,\n"), "MA-32").size(), 1U);
  EXPECT_EQ(findings(with("o,12,12,0.50,0.10,0.90,,,,,,,0.60,11,0.70,11\n"), "MA-33").size(), 1U);
  EXPECT_EQ(findings(with("o,6,30,0.50,0.10,0.90,2.50,,,,,,,,,\n"), "BI-16").size(), 1U);
}

}  // namespace
}  // namespace hedgerow::audit
