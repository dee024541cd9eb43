#include "bias/egger.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "data/formula.hpp"
#include "data/readers.hpp"

namespace hedgerow::bias {
namespace {

using stats::Matrix;
using stats::Vector;

data::Table table(const std::string& name) {
  return *data::read_table(std::string(HEDGEROW_SOURCE_DIR "/tests/reference/data/") + name);
}

model::Data mean_of(Vector yi, Vector vi) {
  model::Data out;
  out.x = Matrix(yi.size(), 1, 1.0);
  out.yi = std::move(yi);
  out.vi = std::move(vi);
  out.names = {"intrcpt"};
  out.term = {0};
  return out;
}

model::Fit fit_of(model::Data data, model::Spec spec) {
  const auto problem = model::Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << problem.error().message;
  const auto fit = model::fit(*problem);
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return *fit;
}

model::Univariate two_level(model::Tau2Method method) {
  model::Univariate out;
  out.method = method;
  return out;
}

/// dat.bcg: log risk ratios, with the sample sizes of its trials.
model::Fit bcg(model::Tau2Method method) {
  const data::Table rows = table("bcg.csv");
  model::Data data = mean_of(*rows.numbers("yi"), *rows.numbers("vi"));
  data.ni.assign(data.k(), 0);
  for (const char* column : {"tpos", "tneg", "cpos", "cneg"}) {
    const Vector counts = *rows.numbers(column);
    for (std::size_t i = 0; i < data.k(); ++i) data.ni[i] += counts[i];
  }
  return fit_of(data, two_level(method));
}

model::Fit konstantopoulos() {
  const data::Table rows = table("konstantopoulos2011.csv");
  model::Multilevel spec;
  spec.s_names = {"district", "district/school"};
  spec.groups = *data::nested_groups({"district", "school"}, rows);
  return fit_of(mean_of(*rows.numbers("yi"), *rows.numbers("vi")), spec);
}

RegressionTest ask(const model::Fit& fit, RegressionModel model, Predictor predictor) {
  const auto out = regression_test(fit, {model, predictor, {}});
  EXPECT_TRUE(out.ok()) << out.error().message;
  return *out;
}

void expect_relative(double got, double expected, double tolerance, const char* what) {
  EXPECT_NEAR(got, expected, tolerance * std::abs(expected)) << what;
}

TEST(RegressionTest, BcgGoldenNumbers) {
  // metafor 5.1-12, four printed digits.
  const model::Fit fit = bcg(model::Tau2Method::reml);
  EXPECT_NEAR(ask(fit, RegressionModel::rma, Predictor::sei).zval, -0.8033, 5e-5);
  EXPECT_NEAR(ask(fit, RegressionModel::lm, Predictor::sei).zval, -1.4013, 5e-5);
  EXPECT_NEAR(ask(fit, RegressionModel::rma, Predictor::vi).zval, -0.4268, 5e-5);
  EXPECT_NEAR(ask(fit, RegressionModel::rma, Predictor::sqrtninv).zval, -1.8361, 5e-5);
}

TEST(RegressionTest, BcgDlAgainstMetafor) {
  // Reference case regtest-bcg-dl (metafor 5.1-12); DL is a closed form.
  const model::Fit fit = bcg(model::Tau2Method::dl);
  const RegressionTest rma = ask(fit, RegressionModel::rma, Predictor::sei);
  expect_relative(rma.zval, -0.837908440484418, 1e-11, "zval");
  expect_relative(rma.pval, 0.402082127973013, 1e-11, "pval");
  EXPECT_TRUE(is_missing(rma.ddf));
  expect_relative(rma.est, -0.506349038745466, 1e-11, "est");
  expect_relative(rma.ci_lb, -1.09500602628011, 1e-11, "ci_lb");
  expect_relative(rma.ci_ub, 0.0823079487891762, 1e-11, "ci_ub");
  expect_relative(rma.fit_se[1], 0.92844538834673, 1e-11, "se");
  const RegressionTest lm = ask(fit, RegressionModel::lm, Predictor::vi);
  expect_relative(lm.zval, -0.856813965044407, 1e-11, "lm zval");
  expect_relative(lm.pval, 0.409825812146221, 1e-11, "lm pval");
  EXPECT_EQ(lm.ddf, 11);
  expect_relative(lm.ci_ub, -0.0338369430898585, 1e-10, "lm ci_ub");
  // The fit's own test is used; oracle: metafor 3.8-1.
  const auto knha =
      *regression_test(fit, {RegressionModel::rma, Predictor::sei, {.test = infer::Test::knha, .dfs = {}, .btt = {}}});
  expect_relative(knha.zval, -0.79363812784716, 1e-11, "knha zval");
  expect_relative(knha.ci_lb, -1.20426859569486, 1e-11, "knha ci_lb");
  EXPECT_EQ(knha.ddf, 11);
}

TEST(RegressionTest, SampleSizePredictors) {
  // Reference case regtest-bangertdrowns2004-ee: the classical regression on each function of n.
  const data::Table rows = table("bangertdrowns2004.csv");
  model::Data data = mean_of(*rows.numbers("yi"), *rows.numbers("vi"));
  data.ni = *rows.numbers("ni");
  const model::Fit fit = fit_of(data, two_level(model::Tau2Method::ee));
  expect_relative(ask(fit, RegressionModel::lm, Predictor::ni).zval, -2.40586109018701, 1e-10, "ni");
  expect_relative(ask(fit, RegressionModel::lm, Predictor::ninv).zval, 2.17505355347338, 1e-10, "ninv");
  expect_relative(ask(fit, RegressionModel::lm, Predictor::sqrtni).zval, -2.53760166949885, 1e-10, "sqrtni");
  expect_relative(ask(fit, RegressionModel::lm, Predictor::sqrtninv).zval, 2.48407707486671, 1e-10, "sqrtninv");
  EXPECT_TRUE(is_missing(ask(fit, RegressionModel::lm, Predictor::ni).est)) << "n = 0 is not a limit of precision";
  expect_relative(ask(fit, RegressionModel::lm, Predictor::ninv).est, 0.0781517994662375, 1e-10, "limit of ninv");
}

TEST(RegressionTest, EggerIsRegressionOfDeviateOnPrecision) {
  // The form of 1997 by the textbook formulas of simple regression.
  const model::Fit fit = bcg(model::Tau2Method::ee);
  const RegressionTest got = ask(fit, RegressionModel::egger, Predictor::sei);
  const model::Data& data = fit.problem.data();
  const auto k = static_cast<double>(data.k());
  double mean_x = 0, mean_y = 0, sxx = 0, sxy = 0, rss = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    mean_x += 1 / std::sqrt(data.vi[i]) / k;
    mean_y += data.yi[i] / std::sqrt(data.vi[i]) / k;
  }
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double dx = 1 / std::sqrt(data.vi[i]) - mean_x;
    sxx += dx * dx;
    sxy += dx * (data.yi[i] / std::sqrt(data.vi[i]) - mean_y);
  }
  const double slope = sxy / sxx;
  const double bias = mean_y - slope * mean_x;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double e = data.yi[i] / std::sqrt(data.vi[i]) - bias - slope / std::sqrt(data.vi[i]);
    rss += e * e;
  }
  const double s2 = rss / (k - 2);
  EXPECT_EQ(got.fit_names, (std::vector<std::string>{"slope", "bias"}));
  EXPECT_NEAR(got.fit_coef[0], slope, 1e-12);
  EXPECT_NEAR(got.fit_coef[1], bias, 1e-11);
  EXPECT_NEAR(got.fit_se[0], std::sqrt(s2 / sxx), 1e-12);
  EXPECT_NEAR(got.fit_se[1], std::sqrt(s2 * (1 / k + mean_x * mean_x / sxx)), 1e-11);
  EXPECT_EQ(got.zval, got.fit_zval[1]);
}

TEST(RegressionTest, PublishedEggerTestOfTheFlexibilityReview) {
  // Diong et al. (2022), Musculoskeletal Science and Practice 60:102556: Hedges' g and se of the 35 effects of the
  // primary analysis (MIT licence, github.com/joannadiong/Diong_et_al_2022_MSP) and what Stata's metabias printed.
  const Vector g{0.2383935988,  0.9664188501, -0.1234823745, 0.4603297946, 0.60045477,   0.3446179803,  0.7893591351,
                 -0.0175031422, 0.5793071207, 0.1405077419,  1.3052636164, 1.6593826644, 0.5222247358,  0.5869821461,
                 0.8533601384,  0.2647191359, 0.2677670371,  0.2240276704, 0.4710771027, -0.8005767502, 0.9507076991,
                 1.7184673207,  0.4833688602, 0.3256988707,  0.0434993,    0.8319719872, 0.1325282466,  0.1995003517,
                 -0.0362197833, 0.257210325,  0.3505543852,  0.7648282172, 0.0206497396, 3.9684466019,  0.7218108184};
  Vector vi{0.2958061313, 0.2923902834, 0.4198867268, 0.3400885636, 0.2975898062, 0.4058671466, 0.4333277179,
            0.3372435053, 0.3817219161, 0.4523605126, 0.393215894,  0.6314704689, 0.4289409179, 0.3884699454,
            0.2592702346, 0.537030148,  0.6025495825, 0.6008092021, 0.6043714324, 0.5085621728, 0.4345265659,
            0.5072316156, 0.445844659,  0.4762206072, 0.3871718844, 0.4591776233, 0.4288295197, 0.4294772093,
            0.6123952334, 0.614428166,  0.6162012182, 0.7318579293, 0.3903935094, 0.6448883584, 0.3467072645};
  for (double& v : vi) v *= v;
  const RegressionTest out =
      ask(fit_of(mean_of(g, vi), two_level(model::Tau2Method::dl)), RegressionModel::egger, Predictor::sei);
  EXPECT_NEAR(out.fit_coef[0], 0.3802711, 1e-7);
  EXPECT_NEAR(out.fit_ci_lb[0], -0.4386845, 1e-7);
  EXPECT_NEAR(out.fit_ci_ub[0], 1.199227, 1e-6);
  EXPECT_NEAR(out.fit_zval[0], 0.94, 0.005);
  EXPECT_NEAR(out.fit_pval[0], 0.352, 0.0005);
  EXPECT_NEAR(out.fit_coef[1], 0.3888157, 1.5e-7);
  EXPECT_NEAR(out.fit_ci_lb[1], -1.569745, 1e-6);
  EXPECT_NEAR(out.fit_ci_ub[1], 2.347377, 1e-6);
  EXPECT_NEAR(out.pval, 0.689, 0.0005);
  EXPECT_EQ(out.ddf, 33);
}

TEST(RegressionTest, MultilevelAgainstClubSandwich) {
  // Oracle: metafor 3.8-1 rma.mv with reltol 1e-14, clubSandwich 0.5.8 CR2 by district.
  const RegressionTest out = ask(konstantopoulos(), RegressionModel::multilevel, Predictor::sei);
  EXPECT_EQ(out.n_clusters, 11U);
  expect_relative(out.sigma2[0], 0.0693679651299215, 1e-6, "sigma2.1");
  expect_relative(out.fit_coef[1], -0.984632790584, 1e-6, "coefficient");
  expect_relative(out.fit_se[1], 0.705619431484, 1e-6, "se");
  expect_relative(out.ddf, 4.69257923755, 1e-6, "df");
  expect_relative(out.pval, 0.2253214689626, 1e-6, "pval");
  expect_relative(out.est, 0.320096124159, 1e-6, "limit estimate");
  const RegressionTest peese = ask(konstantopoulos(), RegressionModel::multilevel, Predictor::vi);
  expect_relative(peese.zval, -1.59524269373, 1e-6, "vi");
  EXPECT_FALSE(peese.notes.empty()) << "2.3 degrees of freedom call for a warning";
  // Model-based test of the same regression.
  expect_relative(ask(konstantopoulos(), RegressionModel::rma, Predictor::sei).pval, 0.238633976435, 1e-6, "rma");
}

TEST(RegressionTest, MultilevelModelOfAUnivariateFitClustersByRow) {
  // Oracle: clubSandwich 0.5.8 with 13 clusters.
  const RegressionTest out = ask(bcg(model::Tau2Method::dl), RegressionModel::multilevel, Predictor::sei);
  expect_relative(out.fit_se[1], 1.09891141127889, 1e-10, "se");
  expect_relative(out.ddf, 5.9352732690081, 1e-10, "df");
}

TEST(RegressionTest, KeepsModerators) {
  // Oracle: metafor 3.8-1 regtest on rma(yi, vi, mods = ~ ablat, method = "DL").
  const model::Fit mean = bcg(model::Tau2Method::dl);
  const Vector ablat = *table("bcg.csv").numbers("ablat");
  Matrix x(13, 2, 1.0);
  for (std::size_t i = 0; i < 13; ++i) x(i, 1) = ablat[i];
  const model::Fit fit = *model::fit(*mean.problem.with_design(x, {"intrcpt", "ablat"}));
  const RegressionTest rma = ask(fit, RegressionModel::rma, Predictor::sei);
  expect_relative(rma.zval, -0.6668099745135, 1e-10, "zval");
  expect_relative(rma.fit_coef[1], -0.028203457189004, 1e-10, "moderator");
  EXPECT_TRUE(is_missing(rma.est)) << "the limit is a line, not a number";
  const RegressionTest lm = ask(fit, RegressionModel::lm, Predictor::sei);
  expect_relative(lm.zval, -1.0876344078, 1e-10, "lm zval");
  expect_relative(lm.pval, 0.30227547814424632, 1e-10, "lm pval");
  EXPECT_EQ(lm.ddf, 10);
  const auto egger = regression_test(fit, {RegressionModel::egger, Predictor::sei, {}});
  ASSERT_FALSE(egger.ok());
  EXPECT_EQ(egger.error().code, ErrorCode::not_defined);
}

TEST(RegressionTest, PustejovskyRodgersPredictor) {
  model::Data data = mean_of({0.2, 0.4, 0.9, 0.1}, {0.1, 0.2, 0.4, 0.05});
  data.n1i = {20, 10, 5, 40};
  data.n2i = {20, 12, 5, 44};
  const Vector x = *predictor_values(data, Predictor::pr);
  EXPECT_DOUBLE_EQ(x[1], std::sqrt(1.0 / 10 + 1.0 / 12));
  const RegressionTest out = ask(fit_of(data, two_level(model::Tau2Method::ee)), RegressionModel::lm, Predictor::pr);
  EXPECT_FALSE(is_missing(out.est));
  EXPECT_EQ(out.fit_names.back(), "pr");
}

TEST(RegressionTest, TwoEffects) {
  // Reference case edge-regtest-k2: the common-effect regression is defined, the one that estimates dispersion is not.
  const model::Fit fit = fit_of(mean_of({0.1, 0.9}, {0.02, 0.05}), two_level(model::Tau2Method::ee));
  const RegressionTest rma = ask(fit, RegressionModel::rma, Predictor::sei);
  expect_relative(rma.zval, 3.02371578407382, 1e-10, "zval");
  expect_relative(rma.est, -1.2766073760449, 1e-10, "est");
  EXPECT_EQ(regression_test(fit, {RegressionModel::lm, Predictor::sei, {}}).error().code, ErrorCode::not_defined);
}

TEST(RegressionTest, RefusalsSayWhatWouldBeRight) {
  const model::Fit equal = fit_of(mean_of({0.1, 0.2, 0.4}, {0.1, 0.1, 0.1}), two_level(model::Tau2Method::ee));
  const auto constant = regression_test(equal, {});
  ASSERT_FALSE(constant.ok());
  EXPECT_EQ(constant.error().code, ErrorCode::not_defined);
  EXPECT_NE(constant.error().message.find("for every effect"), std::string::npos);
  const auto no_sizes = regression_test(equal, {RegressionModel::rma, Predictor::ninv, {}});
  EXPECT_NE(no_sizes.error().message.find("needs ni"), std::string::npos);

  model::Data missing = mean_of({0.1, 0.2, 0.4}, {0.1, 0.2, 0.3});
  missing.ni = {10, kMissing, 12};
  missing.slab = {"A", "B", "C"};
  const auto unknown = predictor_values(missing, Predictor::sqrtni);
  EXPECT_NE(unknown.error().message.find("'B' has none"), std::string::npos) << unknown.error().message;

  const auto dependent = regression_test(konstantopoulos(), {RegressionModel::lm, Predictor::sei, {}});
  ASSERT_FALSE(dependent.ok());
  EXPECT_NE(dependent.error().message.find("model multilevel"), std::string::npos);

  const model::Fit two = fit_of(mean_of({0.1, 0.2, 0.4}, {0.1, 0.2, 0.3}), two_level(model::Tau2Method::ee));
  Matrix x(3, 2, 1.0);
  for (std::size_t i = 0; i < 3; ++i) x(i, 1) = 5 * two.problem.data().vi[i] + 2;
  const model::Fit moderated = *model::fit(*two.problem.with_design(x, {"intrcpt", "dose"}));
  const auto redundant = regression_test(moderated, {RegressionModel::rma, Predictor::vi, {}});
  EXPECT_NE(redundant.error().message.find("dose"), std::string::npos) << redundant.error().message;
  EXPECT_FALSE(parse_predictor("se").ok());
  EXPECT_FALSE(parse_regression_model("ols").ok());
}

}  // namespace
}  // namespace hedgerow::bias
