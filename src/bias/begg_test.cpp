#include "bias/begg.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "data/readers.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::bias {
namespace {

using stats::Vector;

model::Fit common_effect(Vector yi, Vector vi) {
  model::Data data;
  data.x = stats::Matrix(yi.size(), 1, 1.0);
  data.yi = std::move(yi);
  data.vi = std::move(vi);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  const auto problem = model::Problem::create(std::move(data), spec);
  EXPECT_TRUE(problem.ok()) << problem.error().message;
  return *model::fit(*problem);
}

model::Fit reference(const std::string& file) {
  const data::Table rows = *data::read_table(std::string(HEDGEROW_SOURCE_DIR "/tests/reference/data/") + file);
  return common_effect(*rows.numbers("yi"), *rows.numbers("vi"));
}

/// Concordant minus discordant pairs, pair by pair.
double count_pairs(const Vector& x, const Vector& y) {
  double s = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double product = (x[i] - x[j]) * (y[i] - y[j]);
      s += product > 0 ? 1 : product < 0 ? -1 : 0;
    }
  return s;
}

TEST(InversionsCdf, ByEnumerationOfAllPermutations) {
  for (std::size_t n = 1; n <= 7; ++n) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    const std::size_t pairs = n * (n - 1) / 2;
    std::vector<double> counts(pairs + 1, 0);
    double total = 0;
    do {
      std::size_t inversions = 0;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) inversions += order[j] > order[i] ? 1U : 0U;
      ++counts[inversions];
      ++total;
    } while (std::next_permutation(order.begin(), order.end()));
    double below = 0;
    for (std::size_t q = 0; q <= pairs; ++q) {
      below += counts[q];
      EXPECT_NEAR(inversions_cdf(n, static_cast<double>(q)), below / total, 1e-14) << "n " << n << " q " << q;
    }
  }
  EXPECT_EQ(inversions_cdf(5, -1), 0);
  EXPECT_DOUBLE_EQ(inversions_cdf(8, 4), 285.0 / 40320);  // 1 + 7 + 27 + 76 + 174 permutations
}

TEST(InversionsCdf, KeepsTheFarTail) {
  // Only the identity has no inversion: 1 / 100! = 1.0715e-158.
  EXPECT_NEAR(inversions_cdf(100, 0) * std::exp(std::lgamma(101.0)), 1, 1e-10);
}

TEST(Kendall, MergeSortCountsAsPairsDo) {
  const Vector x{3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
  const Vector y{2, 7, 1, 8, 2, 8, 1, 8, 2, 8};
  const Kendall got = kendall(x, y, true);
  EXPECT_FALSE(got.exact) << "ties";
  // In x: 1, 3 and 5 twice; in y: 1 twice, 2 three times, 8 four times.
  const double ties_x = 3;
  const double ties_y = 1 + 3 + 6;
  EXPECT_NEAR(got.tau, count_pairs(x, y) / std::sqrt((45 - ties_x) * (45 - ties_y)), 1e-15);
  // Kendall's variance; its third term is zero because no value of x occurs three times.
  const double n = 10;
  const double variance =
      (n * (n - 1) * (2 * n + 5) - 3 * 2 * 9 - (2 * 9 + 6 * 11 + 12 * 13)) / 18 + 6.0 * 20 / (2 * n * (n - 1));
  EXPECT_NEAR(got.zval, count_pairs(x, y) / std::sqrt(variance), 1e-13);
}

TEST(Kendall, NormalIsCloseWhereExactStops) {
  // A permutation of 0, ..., 499 with a moderate tau.
  Vector x(500), y(500);
  for (std::size_t i = 0; i < 500; ++i) {
    x[i] = static_cast<double>(i);
    y[i] = static_cast<double>((i * 287) % 500) + 0.05 * static_cast<double>(i);
  }
  const Kendall exact = kendall(x, y, true);
  ASSERT_TRUE(exact.exact);
  EXPECT_NEAR(exact.pval, kendall(x, y, false).pval, 3e-4);
  x.push_back(500);
  y.push_back(500.5);
  EXPECT_FALSE(kendall(x, y, true).exact);
}

TEST(RankTest, AgainstMetafor) {
  // Reference cases ranktest-* (metafor 5.1-12).
  struct Row {
    const char* file;
    double tau, pval, approximate;
  };
  const std::vector<Row> rows{{"bcg.csv", 0.0256410256410256, 0.952361907960866, 0.90288494086971},
                              {"hackshaw1998.csv", 0.144144144144144, 0.21568812466961, 0.209270972968063},
                              {"egger2001.csv", 0.15, 0.450284886272046, 0.41770727045386},
                              {"lau1992.csv", -0.181818181818182, 0.141932102753147, 0.136892405272998}};
  for (const Row& row : rows) {
    const RankTest exact = *rank_test(reference(row.file));
    EXPECT_TRUE(exact.exact);
    EXPECT_NEAR(exact.tau, row.tau, 1e-13) << row.file;
    EXPECT_NEAR(exact.pval, row.pval, 1e-11) << row.file;
    EXPECT_NEAR(rank_test(reference(row.file), false)->pval, row.approximate, 1e-12) << row.file;
  }
  const RankTest ties = *rank_test(reference("bangertdrowns2004.csv"));
  EXPECT_FALSE(ties.exact);
  EXPECT_EQ(ties.notes.size(), 1U);
  EXPECT_NEAR(ties.pval, 0.0293932178216109, 1e-12);
  EXPECT_NEAR(rank_test(reference("syn_ties.csv"))->pval, 0.612687294021543, 1e-12);
}

TEST(RankTest, SmallestData) {
  const RankTest two = *rank_test(common_effect({0.1, 0.9}, {0.02, 0.05}));
  EXPECT_EQ(two.tau, 1);
  EXPECT_EQ(two.pval, 1);
  EXPECT_EQ(rank_test(common_effect({0.1}, {0.02})).error().code, ErrorCode::not_defined);
  EXPECT_EQ(rank_test(common_effect({0.1, 0.2, 0.3}, {0.1, 0.1, 0.1})).error().code, ErrorCode::not_defined);
}

TEST(RankTest, DependentEffectsAreRefused) {
  model::Data data = common_effect({0.1, 0.3, 0.2, 0.6}, {0.1, 0.2, 0.3, 0.2}).problem.data();
  model::Multilevel spec;
  spec.s_names = {"study"};
  spec.groups = {{0, 0, 1, 1}};
  spec.sigma2 = {0.1};
  const auto fit = model::fit(*model::Problem::create(data, spec));
  ASSERT_TRUE(fit.ok()) << fit.error().message;
  const auto out = rank_test(*fit);
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.error().message.find("multilevel regression test"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::bias
