#include "infer/robust.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

data::Table table(const std::string& name) {
  return *data::read_table(std::string(HEDGEROW_SOURCE_DIR "/tests/reference/data/") + name);
}

model::Data effects(const data::Table& from, const std::string& mods) {
  model::Data out;
  out.yi = *from.numbers("yi");
  out.vi = *from.numbers("vi");
  const auto design = data::design_matrix(mods, from);
  EXPECT_TRUE(design.ok()) << design.error().message;
  out.x = design->x;
  out.names = design->names;
  out.term = design->term;
  out.term_labels = design->term_labels;
  out.intercept = design->intercept;
  return out;
}

/// Three-level model of Konstantopoulos (2011) with given variance components, so that what follows is closed form.
model::Fit konstantopoulos(const std::string& mods, std::vector<std::optional<double>> sigma2) {
  const data::Table rows = table("konstantopoulos2011.csv");
  model::Multilevel spec;
  spec.s_names = {"district", "district/school"};
  spec.groups = *data::nested_groups({"district", "school"}, rows);
  spec.sigma2 = std::move(sigma2);
  const auto fit = model::fit(*model::Problem::create(effects(rows, mods), spec));
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return *fit;
}

model::Fit bcg(const std::string& mods, const Vector& weights) {
  model::Univariate spec;
  spec.method = model::Tau2Method::dl;
  spec.weights = weights;
  const auto fit = model::fit(*model::Problem::create(effects(table("bcg.csv"), mods), spec));
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return *fit;
}

void expect_close(const Vector& got, const Vector& expected, double tolerance, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], tolerance * std::abs(expected[i])) << what << "[" << i << "]";
}

TEST(Robust, KonstantopoulosGoldenNumbers) {
  // CR2 se .084458, Satterthwaite df 9.8632, CI [-.003825, .373252].
  const auto out = robust(konstantopoulos("~ 1", {}));
  ASSERT_TRUE(out.ok()) << out.error().message;
  EXPECT_EQ(out->n_clusters, 11U);
  EXPECT_NEAR(out->se[0], 0.084458, 5e-7);
  EXPECT_NEAR(out->ddf[0], 9.8632, 5e-5);
  EXPECT_NEAR(out->ci_lb[0], -0.003825, 1e-6);
  EXPECT_NEAR(out->ci_ub[0], 0.373252, 1e-6);
  EXPECT_TRUE(out->warnings.empty());
}

TEST(Robust, KonstantopoulosWithModerator) {
  // clubSandwich 0.6.0 through metafor 5.1-12 (reference case rob-konst-year): its variance components are given here,
  // so that the tolerance is that of a closed form in 15 printed digits.
  const model::Fit fit = konstantopoulos("~ I(year-1990)", {0.0722655968038626, 0.0326501951829073});
  struct Row {
    Adjustment adjustment;
    Vector se, ddf;
  };
  const Vector uncorrected{8.75909469400945, 4.6785275976621};
  const std::vector<Row> rows{
      {Adjustment::cr0, {0.0797067433950702, 0.00856495414540838}, uncorrected},
      {Adjustment::cr1, {0.0835971377315775, 0.00898299969187593}, uncorrected},
      {Adjustment::cr1p, {0.0881191203675288, 0.00946891308230623}, uncorrected},
      {Adjustment::cr1s, {0.0843676345515158, 0.00906579406598861}, uncorrected},
      {Adjustment::cr2, {0.0895126109292255, 0.0100034242950565}, {8.31012853976448, 4.18899872468248}},
      {Adjustment::cr3, {0.101810881688962, 0.0118405763183704}, {7.59775408694018, 3.74736487240743}}};
  for (const Row& row : rows) {
    const auto out = robust(fit, {.adjustment = row.adjustment});
    ASSERT_TRUE(out.ok()) << out.error().message;
    expect_close(out->se, row.se, 1e-9, "se " + name(row.adjustment));
    expect_close(out->ddf, row.ddf, 1e-9, "ddf " + name(row.adjustment));
  }
  const auto cr2 = robust(fit);
  expect_close(cr2->pval, {0.0768661792070083, 0.622330742883399}, 1e-8, "pval");
  expect_close(cr2->ci_lb, {-0.0243647438723092, -0.0219748535073366}, 1e-8, "ci_lb");
  const auto metafor = robust(fit, {.adjustment = Adjustment::cr1p, .test = RobustTest::naive_tp});
  expect_close(metafor->pval, {0.0705174906853159, 0.5885070182227}, 1e-8, "pval with m - p df");
  const auto naive = robust(fit, {.test = RobustTest::naive_t});
  expect_close(naive->pval, {0.0711087855997249, 0.607010096507489}, 1e-8, "pval with m - 1 df");
  const auto normal = robust(fit, {.test = RobustTest::z});
  expect_close(normal->pval, {0.0434958890692742, 0.595418776380487}, 1e-8, "normal pval");
}

TEST(Robust, UnivariateWithGivenWeights) {
  // Weights that are not inverse variances take the general formula. Oracle: clubSandwich 0.5.8 on metafor 3.8-1.
  const model::Fit fit = bcg("~ ablat", {3, 1, 2, 5, 4, 2, 6, 1, 2, 3, 4, 5, 2});
  const std::vector<std::uint32_t> clusters{0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5};
  const auto cr0 = robust(fit, {.adjustment = Adjustment::cr0, .clusters = clusters});
  ASSERT_TRUE(cr0.ok()) << cr0.error().message;
  expect_close(cr0->beta, {-0.200384251242410, -0.017574612208701}, 1e-9, "beta");
  expect_close(cr0->se, {0.517394119228791, 0.012051447815531}, 1e-9, "CR0 se");
  expect_close(cr0->ddf, {2.5066450994144, 3.3908594400655}, 1e-9, "CR0 ddf");
  EXPECT_EQ(cr0->warnings.size(), 2U) << "both coefficients have fewer than 4 df";
  const auto cr2 = robust(fit, {.adjustment = Adjustment::cr2, .clusters = clusters});
  expect_close(cr2->se, {0.716144781323263, 0.016332945598179}, 1e-9, "CR2 se");
  expect_close(cr2->ddf, {1.9979016622103, 2.9657875013081}, 1e-9, "CR2 ddf");
  const auto cr3 = robust(fit, {.adjustment = Adjustment::cr3, .clusters = clusters});
  expect_close(cr3->se, {0.846083300554891, 0.020272126222128}, 1e-9, "CR3 se");
  expect_close(cr3->ddf, {2.2304777598615, 2.9875590123288}, 1e-9, "CR3 ddf");
}

/// The definition with dense rows x rows matrices and no shortcut: df of CR0 from P_ij for all pairs of clusters.
double naive_cr0_df(const model::Fit& fit, const std::vector<std::uint32_t>& cluster, std::size_t c) {
  const Matrix& x = fit.problem.data().x;
  const std::size_t k = fit.k();
  Matrix theta(k, k);
  const auto& spec = std::get<model::Multilevel>(fit.problem.spec());
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) {
      if (i == j) theta(i, j) = fit.problem.data().vi[i];
      for (std::size_t l = 0; l < spec.groups.size(); ++l)
        if (spec.groups[l][i] == spec.groups[l][j]) theta(i, j) += fit.sigma2[l];
    }
  const Matrix w = stats::Cholesky::create(theta)->inverse();
  const Matrix xtw = stats::multiply(stats::transpose(x), w);
  const Matrix m = stats::Cholesky::create(stats::multiply(xtw, x))->inverse();
  Matrix residual_maker = stats::multiply(stats::multiply(x, m), xtw);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) residual_maker(i, j) = (i == j ? 1.0 : 0.0) - residual_maker(i, j);
  const Matrix covariance = stats::multiply(stats::multiply(residual_maker, theta), stats::transpose(residual_maker));
  const Matrix g = stats::multiply(m, xtw);
  const std::set<std::uint32_t> labels(cluster.begin(), cluster.end());
  double trace = 0;
  double squares = 0;
  for (const auto a : labels)
    for (const auto b : labels) {
      double p = 0;
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j)
          if (cluster[i] == a && cluster[j] == b) p += g(c, i) * covariance(i, j) * g(c, j);
      if (a == b) trace += p;
      squares += p * p;
    }
  return trace * trace / squares;
}

TEST(Robust, SatterthwaiteByTheDenseDefinition) {
  const model::Fit fit = konstantopoulos("~ I(year-1990)", {0.05, 0.02});
  const auto out = robust(fit, {.adjustment = Adjustment::cr0});
  for (std::size_t c = 0; c < 2; ++c)
    EXPECT_NEAR(out->ddf[c], naive_cr0_df(fit, fit.problem.clusters(), c), 1e-9 * out->ddf[c]);
}

TEST(Robust, Cr2IsUnbiasedWhenTheModelIsTrue) {
  // With single-row clusters of equal variance and one mean, CR2 is the usual s^2 / k with k - 1 df.
  model::Data data;
  data.yi = {1, 2, 4, 7};
  data.vi = {1, 1, 1, 1};
  data.x = Matrix(4, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  const auto out = robust(*model::fit(*model::Problem::create(data, spec)));
  ASSERT_TRUE(out.ok()) << out.error().message;
  EXPECT_NEAR(out->vb(0, 0), 7.0 / 4, 1e-13);  // variance of 1, 2, 4, 7 is 7
  EXPECT_NEAR(out->ddf[0], 3, 1e-12);
}

TEST(Robust, RefusesWhatHasNoMeaning) {
  const model::Fit fit = konstantopoulos("~ 1", {0.05, 0.02});
  const auto one = robust(fit, {.clusters = std::vector<std::uint32_t>(56, 0)});
  ASSERT_FALSE(one.ok());
  EXPECT_EQ(one.error().code, ErrorCode::not_defined);
  std::vector<std::uint32_t> rows(56);
  for (std::uint32_t i = 0; i < 56; ++i) rows[i] = i;
  const auto cut = robust(fit, {.clusters = rows});
  ASSERT_FALSE(cut.ok());
  EXPECT_NE(cut.error().message.find("cut through"), std::string::npos) << cut.error().message;
  EXPECT_EQ(robust(fit, {.clusters = std::vector<std::uint32_t>{0, 1}}).error().code, ErrorCode::usage);
  EXPECT_FALSE(parse_adjustment("CR9").ok());
  EXPECT_EQ(*parse_adjustment("cr1P"), Adjustment::cr1p);
}

TEST(Robust, Cr3NeedsEveryClusterToBeReplaceable) {
  // Only the first cluster tells the slope, so without it the slope is not identified.
  const model::Fit mean = bcg("~ 1", {});
  Matrix x(13, 2, 0.0);
  for (std::size_t i = 0; i < 13; ++i) x(i, 0) = 1;
  x(1, 1) = 1;
  const model::Fit fit = *model::fit(*mean.problem.with_design(x, {"intrcpt", "second"}));
  const std::vector<std::uint32_t> clusters{0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5};
  const auto out = robust(fit, {.adjustment = Adjustment::cr3, .clusters = clusters});
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().code, ErrorCode::not_defined);
}

}  // namespace
}  // namespace hedgerow::infer
