// Formulas that recover numbers, each held against the definition that it inverts; estimates from quantiles against the
// distributions that the quantiles come from (their quantiles and moments as R gives them).
#include "effect/recover.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/missing.hpp"

namespace hedgerow::effect {
namespace {

TEST(RecoverSd, OneGroup) {
  EXPECT_NEAR(sd_from_se(0.5, 16), 2, 1e-15);
  // n = 20: q of t with 19 df is 2.093024054408309.
  const double half = 2.093024054408309 * 3 / std::sqrt(20.0);
  EXPECT_NEAR(sd_from_ci(10 - half, 10 + half, 20, 0.95, false), 3, 1e-12);
  const double normal = 1.959963984540054 * 3 / std::sqrt(20.0);
  EXPECT_NEAR(sd_from_ci(10 - normal, 10 + normal, 20, 0.95, true), 3, 1e-12);
}

TEST(RecoverSd, TwoGroupsFromTheTestOfTheirDifference) {
  const double sd = 4, n1 = 12, n2 = 18, difference = 2.5, se = sd * std::sqrt(1 / n1 + 1 / n2);
  EXPECT_NEAR(sd_from_difference_se(se, n1, n2), sd, 1e-14);
  EXPECT_NEAR(sd_from_t(difference, difference / se, n1, n2), sd, 1e-14);
  EXPECT_NEAR(sd_from_t(-difference, difference / se, n1, n2), sd, 1e-14) << "signs do not matter";
  const double half = 1.959963984540054 * se;
  EXPECT_NEAR(sd_from_difference_ci(difference - half, difference + half, n1, n2, 0.95, true), sd, 1e-12);
  // 2 P(T28 < -2.5) = 0.01855092306954575
  EXPECT_NEAR(std::fabs(t_of_p(0.01855092306954575, 28, 2)), 2.5, 1e-12);
  EXPECT_NEAR(std::fabs(t_of_p(0.01855092306954575 / 2, 28, 1)), 2.5, 1e-12);
}

TEST(RecoverSd, RangeAndQuartilesOfTheNormalDistribution) {
  // z at (0.75 n - 0.125) / (n + 0.25) tends to that of 0.75, where quartiles are 1.3489795 SDs apart.
  EXPECT_NEAR(sd_from_iqr(8.651020499607837, 11.348979500392163, 1e9), 2, 1e-8);
  // n = 50: (50 - 0.375) / 50.25 = 0.98756, z = 2.241628 (R's qnorm)
  EXPECT_NEAR(sd_from_range(0, 2 * 2.2416281, 50), 1, 1e-3);
}

TEST(RecoverChange, BothWays) {
  const double r = 0.7, pre = 2, post = 3, change = change_sd_from_r(pre, post, r);
  EXPECT_NEAR(change * change, 4 + 9 - 2 * 0.7 * 6, 1e-14);
  EXPECT_NEAR(r_from_change_sd(pre, post, change), r, 1e-14);
  EXPECT_NEAR(sd_from_change_sd(change_sd_from_r(2, 2, r), r), 2, 1e-14);
}

TEST(RecoverGroups, CombinedAsTheirMembers) {
  const std::vector<std::vector<double>> members{{1, 2, 4}, {3, 9}, {5, 5, 6, 8}};
  std::vector<Group> groups;
  std::vector<double> all;
  const auto group_of = [](const std::vector<double>& x) {
    const auto n = static_cast<double>(x.size());
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    double squares = 0;
    for (const double value : x) squares += (value - mean) * (value - mean);
    return Group{n, mean, std::sqrt(squares / (n - 1))};
  };
  for (const auto& x : members) {
    groups.push_back(group_of(x));
    all.insert(all.end(), x.begin(), x.end());
  }
  const Group made = combine_groups(groups), whole = group_of(all);
  EXPECT_EQ(made.n, whole.n);
  EXPECT_NEAR(made.mean, whole.mean, 1e-14);
  EXPECT_NEAR(made.sd, whole.sd, 1e-14);
  groups[1].sd = kMissing;
  EXPECT_TRUE(is_missing(combine_groups(groups).sd));
}

TEST(RecoverScale, LogarithmsBothWays) {
  const Group raw = raw_from_log({30, 1, 0.5});
  EXPECT_NEAR(raw.mean, std::exp(1.125), 1e-14);
  EXPECT_NEAR(raw.sd, std::exp(1.125) * std::sqrt(std::exp(0.25) - 1), 1e-14);
  const Group log = log_from_raw(raw);
  EXPECT_NEAR(log.mean, 1, 1e-14);
  EXPECT_NEAR(log.sd, 0.5, 1e-14);
}

TEST(RecoverTables, CellsFromTheirAssociations) {
  const double a = 12, b = 28, c = 6, d = 54, n = a + b + c + d, n1 = a + b, n2 = a + c;
  EXPECT_NEAR(cell_from_or(a * d / (b * c), n, n1, n2), a, 1e-10);
  EXPECT_NEAR(cell_from_rr((a / n1) / (c / (n - n1)), n, n1, n2), a, 1e-10);
  EXPECT_NEAR(cell_from_rd(a / n1 - c / (n - n1), n, n1, n2), a, 1e-10);
  const double phi = (a * d - b * c) / std::sqrt(n1 * (c + d) * n2 * (b + d));
  EXPECT_NEAR(cell_from_phi(phi, n, n1, n2), a, 1e-10);
  EXPECT_NEAR(cell_from_chi2(n * phi * phi, n, n1, n2, false), a, 1e-10);
}

/// Quartiles of a distribution in a very large sample, and its mean and SD.
struct Known {
  const char* name;
  double q1, median, q3, mean, sd;
};
const std::array<Known, 4> distributions{
    {{"normal", 8.651020499607837, 10, 11.348979500392163, 10, 2},
     {"log-normal", 1.940130278918026, 2.718281828459045, 3.808536044832714, 3.080216848918031, 1.641571845623866},
     {"gamma", 3.454598835721039, 5.348120627447122, 7.840804120585121, 6, 3.464101615137754},
     {"Weibull", 1.609080063907955, 2.497663833473093, 3.532230067546424, 2.658680776358274, 1.389754125528313}}};

TEST(RecoverQuantiles, MatchingFindsTheDistribution) {
  for (const Known& of : distributions) {
    SCOPED_TRACE(of.name);
    const auto made = quantile_estimate({kMissing, of.q1, of.median, of.q3, kMissing, 200});
    ASSERT_TRUE(made.ok()) << describe(made.error());
    EXPECT_NE(made->text.find(of.name), std::string::npos) << made->text;
    EXPECT_NEAR(made->mean, of.mean, 1e-3 * of.mean);
    EXPECT_NEAR(made->sd, of.sd, 1e-3 * of.sd);
  }
}

/// The normal distribution is its own Box-Cox family at exponent 1, the log-normal one at 0.
TEST(RecoverQuantiles, BoxCoxOfNormalAndLogNormalQuartiles) {
  for (std::size_t i = 0; i < 2; ++i) {
    const Known& of = distributions[i];
    SCOPED_TRACE(of.name);
    const FiveNumbers x{kMissing, of.q1, of.median, of.q3, kMissing, 1e7};
    for (const auto& made : {box_cox_estimate(x), mln_estimate(x)}) {
      ASSERT_TRUE(made.ok()) << describe(made.error());
      EXPECT_NEAR(made->mean, of.mean, 5e-3 * of.mean);
      EXPECT_NEAR(made->sd, of.sd, 5e-3 * of.sd);
    }
  }
}

}  // namespace
}  // namespace hedgerow::effect
