#include "infer/multiple_imputation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/missing.hpp"
#include "base/random.hpp"
#include "infer/rubin.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

CompletedFit one(double beta, double v, double df) { return {{beta}, Matrix(1, 1, v), {df}}; }

TEST(Rubin, ByHand) {
  // beta 1, 1.2, 1.4; v 0.04, 0.05, 0.06: W = 0.05, B = 0.04, T = 0.05 + 4/3 0.04.
  const auto pooled = pool({one(1.0, 0.04, 20), one(1.2, 0.05, 20), one(1.4, 0.06, 20)}, 0.95);
  ASSERT_TRUE(pooled.ok());
  const double t = 0.05 + 0.16 / 3, lambda = (0.16 / 3) / t, riv = (0.16 / 3) / 0.05;
  EXPECT_NEAR(pooled->beta[0], 1.2, 1e-14);
  EXPECT_NEAR(pooled->se[0], std::sqrt(t), 1e-14);
  const double old = 2 / (lambda * lambda), observed = 21.0 / 23.0 * 20 * (1 - lambda);
  const double df = old * observed / (old + observed);
  EXPECT_NEAR(pooled->ddf[0], df, 1e-12);
  EXPECT_NEAR(pooled->fmi[0], (riv + 2 / (df + 3)) / (1 + riv), 1e-12);
  EXPECT_NEAR(pooled->pval[0], stats::two_sided_p(1.2 / std::sqrt(t), df), 1e-14);
  EXPECT_NEAR(pooled->within[0], 0.05, 1e-14);
  EXPECT_NEAR(pooled->between[0], 0.04, 1e-14);
}

TEST(Rubin, NormalTestAndNothingMissing) {
  const auto normal = pool({one(1.0, 0.04, kMissing), one(1.2, 0.06, kMissing)}, 0.95);
  const double lambda = 1.5 * 0.02 / (0.05 + 1.5 * 0.02);
  EXPECT_NEAR(normal->ddf[0], 1 / (lambda * lambda), 1e-10);
  const auto same = pool({one(1.0, 0.04, kMissing), one(1.0, 0.04, kMissing)}, 0.95);
  EXPECT_TRUE(std::isinf(same->ddf[0]));
  EXPECT_NEAR(same->ci_lb[0], 1 - 1.959963984540054 * 0.2, 1e-12);
  EXPECT_EQ(same->fmi[0], 0.0);
}

TEST(Rubin, RefusesOneFitAndDifferentLengths) {
  EXPECT_FALSE(pool({one(1, 1, 1)}, 0.95).ok());
  EXPECT_FALSE(pool({one(1, 1, 1), {{1, 2}, Matrix(2, 2), {1, 1}}}, 0.95).ok());
}

/// y = 1 + 0.5 x + e; x missing with a probability that depends on y alone (MAR).
struct Simulated {
  Vector y, x, x_missing;
  Matrix auxiliary;
  std::vector<std::uint32_t> rows;
};

Simulated simulated(std::size_t k, std::uint64_t seed) {
  Simulated out;
  RandomStream random(seed, 0);
  out.auxiliary = Matrix(k, 1);
  for (std::size_t i = 0; i < k; ++i) {
    out.x.push_back(random.normal());
    out.y.push_back(1 + 0.5 * out.x[i] + 0.5 * random.normal());
    out.x_missing.push_back(random.uniform() < stats::normal_cdf(2 * (out.y[i] - 1.2)) ? kMissing : out.x[i]);
    out.auxiliary(i, 0) = out.y[i];
    out.rows.push_back(static_cast<std::uint32_t>(i));
  }
  return out;
}

CompletedFit regression(const Vector& y, const Vector& x) {
  Matrix z(y.size(), 2, 1.0);
  for (std::size_t i = 0; i < y.size(); ++i) z(i, 1) = x[i];
  const auto fit = stats::weighted_least_squares(z, y, Vector(y.size(), 1.0));
  const double df = static_cast<double>(y.size()) - 2;
  CompletedFit out{fit->beta, fit->xtwx_inv, {df, df}};
  for (std::size_t a = 0; a < 2; ++a)
    for (std::size_t b = 0; b < 2; ++b) out.vb(a, b) *= fit->rss / df;
  return out;
}

TEST(Impute, RecoversTheSlopeUnderMar) {
  const Simulated data = simulated(1200, 7);
  // Complete cases are selected by y, so their slope is too flat; imputation undoes this.
  Vector seen_y, seen_x;
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    if (is_missing(data.x_missing[i])) continue;
    seen_y.push_back(data.y[i]);
    seen_x.push_back(data.x[i]);
  }
  EXPECT_LT(regression(seen_y, seen_x).beta[1], 0.44);
  for (const ImputationMethod method : {ImputationMethod::normal, ImputationMethod::pmm}) {
    ImputationOptions options;
    options.m = 10;
    options.method = method;
    options.passes = 2;
    const auto sets = impute({{"x", false, data.x_missing}}, data.auxiliary, data.rows, options);
    ASSERT_TRUE(sets.ok()) << sets.error().message;
    std::vector<CompletedFit> fits;
    for (const Completed& set : *sets) fits.push_back(regression(data.y, set[0]));
    const auto pooled = pool(fits, 0.95);
    // Donors run out where all large y are missing, which costs pmm some of the slope.
    EXPECT_NEAR(pooled->beta[1], 0.5, method == ImputationMethod::normal ? 0.05 : 0.07);
    EXPECT_GT(pooled->fmi[1], method == ImputationMethod::normal ? 0.2 : 0.02);
    for (std::size_t i = 0; i < data.x.size(); ++i)
      ASSERT_TRUE(is_missing(data.x_missing[i]) || (*sets)[3][0][i] == data.x[i]);
  }
}

TEST(Impute, SameSeedSameNumbersAndFirstSetsDoNotDependOnM) {
  const Simulated data = simulated(60, 3);
  ImputationOptions options;
  options.m = 3;
  const auto a = impute({{"x", false, data.x_missing}}, data.auxiliary, data.rows, options);
  options.m = 5;
  const auto b = impute({{"x", false, data.x_missing}}, data.auxiliary, data.rows, options);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_EQ((*a)[j], (*b)[j]);
  EXPECT_NE((*b)[0], (*b)[1]);
  options.seed = 2;
  EXPECT_NE((*impute({{"x", false, data.x_missing}}, data.auxiliary, data.rows, options))[0], (*b)[0]);
}

TEST(Impute, StudyLevelModeratorIsDrawnOncePerStudy) {
  const double na = kMissing;
  const Moderator year{"year", false, {1990, 1990, na, na, 2000, na, 2005, 2005, 1995, 1995, 2010, 2010}};
  Matrix auxiliary(12, 1);
  for (std::size_t i = 0; i < 12; ++i) auxiliary(i, 0) = std::sin(static_cast<double>(i));
  const auto sets = impute({year}, auxiliary, {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
  ASSERT_TRUE(sets.ok()) << sets.error().message;
  std::set<double> drawn;
  for (const Completed& set : *sets) {
    EXPECT_EQ(set[0][2], set[0][3]);
    EXPECT_EQ(set[0][5], 2000);  // known from the study's other row
    drawn.insert(set[0][2]);
  }
  EXPECT_GT(drawn.size(), 1U);
}

TEST(Impute, CategoricalValuesAreLevelsThatOccur) {
  RandomStream random(5, 0);
  Moderator group{"group", true, {}};
  Matrix auxiliary(300, 1);
  std::vector<std::uint32_t> rows;
  std::size_t right = 0, missing = 0;
  Vector truth;
  for (std::size_t i = 0; i < 300; ++i) {
    truth.push_back(static_cast<double>(random.below(3)));
    auxiliary(i, 0) = 4 * truth[i] + random.normal();
    group.values.push_back(i % 4 == 0 ? kMissing : truth[i]);
    rows.push_back(static_cast<std::uint32_t>(i));
  }
  const auto sets = impute({group}, auxiliary, rows);
  ASSERT_TRUE(sets.ok()) << sets.error().message;
  for (const Completed& set : *sets)
    for (std::size_t i = 0; i < 300; i += 4) {
      ASSERT_TRUE(set[0][i] == 0 || set[0][i] == 1 || set[0][i] == 2);
      ++missing;
      right += set[0][i] == truth[i] ? 1U : 0U;
    }
  EXPECT_GT(static_cast<double>(right), 0.8 * static_cast<double>(missing));
}

TEST(Impute, Refusals) {
  EXPECT_FALSE(impute({{"x", false, {1, 2}}}, Matrix(2, 1), {0, 1}).ok());
  const auto few = impute({{"x", false, {1, kMissing, kMissing}}}, Matrix(3, 1), {0, 1, 2});
  ASSERT_FALSE(few.ok());
  EXPECT_NE(few.error().message.find("x has 1 observed"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::infer
