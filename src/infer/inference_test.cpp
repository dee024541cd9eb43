// Golden numbers: dat.bcg (Colditz et al. 1994) by metafor 5.1-12 with tight control, unless a comment says otherwise.
#include "infer/inference.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "infer/heterogeneity.hpp"
#include "infer/subgroups.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using model::Data;
using model::Fit;
using model::Problem;
using model::Tau2Method;
using model::Univariate;
using stats::Matrix;
using stats::Vector;

data::Table bcg_table() {
  return data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/bcg.csv").take();
}

Data bcg(const std::vector<std::string>& moderators = {}) {
  const auto table = bcg_table();
  Data data;
  data.yi = table.numbers("yi").take();
  data.vi = table.numbers("vi").take();
  data.x = Matrix(data.k(), 1 + moderators.size(), 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  for (std::size_t j = 0; j < moderators.size(); ++j) {
    const Vector x = table.numbers(moderators[j]).take();
    for (std::size_t i = 0; i < data.k(); ++i) data.x(i, j + 1) = x[i];
    data.names.push_back(moderators[j]);
    data.term.push_back(static_cast<int>(j + 1));
  }
  return data;
}

Fit fit_of(Data data, Univariate spec) { return model::fit(*Problem::create(std::move(data), std::move(spec))).take(); }
Fit bcg_fit(Tau2Method method = Tau2Method::reml, const std::vector<std::string>& moderators = {}) {
  return fit_of(bcg(moderators), Univariate{.method = method});
}

Options with(infer::Test test) { return {.test = test}; }

TEST(Coefficients, BcgIntervalsByTest) {
  const Fit fit = bcg_fit();
  const auto z = coefficients(fit, with(infer::Test::z)).take();
  EXPECT_NEAR(z.ci_lb[0], -1.066898, 5e-7);
  EXPECT_NEAR(z.ci_ub[0], -.362167, 5e-7);
  EXPECT_TRUE(std::isnan(z.ddf[0]));
  const auto t = coefficients(fit, with(infer::Test::t)).take();
  EXPECT_NEAR(t.ci_lb[0], -1.106243, 5e-7);
  EXPECT_NEAR(t.ci_ub[0], -.322822, 5e-7);
  const auto knha = coefficients(fit, with(infer::Test::knha)).take();
  EXPECT_NEAR(knha.se[0], .180792, 5e-7);
  EXPECT_NEAR(knha.ci_lb[0], -1.108444, 5e-7);
  EXPECT_NEAR(knha.ci_ub[0], -.320621, 5e-7);
  EXPECT_EQ(knha.ddf[0], 12);
}

TEST(Coefficients, AdHocNeverShrinksTheInterval) {
  // Hackshaw-like: little heterogeneity, so that the factor is below 1.
  Data data = bcg();
  data.yi = Vector(13, 0.1);
  data.yi[0] = 0.2;
  const Fit fit = fit_of(data, Univariate{.method = Tau2Method::dl});
  EXPECT_LT(coefficients(fit, with(infer::Test::knha))->s2w, 1);
  EXPECT_EQ(coefficients(fit, with(infer::Test::adhoc))->s2w, 1);
  EXPECT_EQ(coefficients(fit, with(infer::Test::adhoc))->se, coefficients(fit, with(infer::Test::t))->se);
}

TEST(Coefficients, BcgMetaRegressionKnappHartung) {
  const auto c = coefficients(bcg_fit(Tau2Method::reml, {"ablat", "year"}), with(infer::Test::knha)).take();
  // Often printed with tau2 stopped at 1e-5 (se 32.256457, F 4.964903); these are the values at the top itself.
  EXPECT_NEAR(c.se[0], 32.2563394835, 1e-8);
  EXPECT_NEAR(c.se[1], .011346, 5e-7);
  EXPECT_NEAR(c.se[2], .016279, 5e-7);
  EXPECT_NEAR(c.q_m, 4.96494755589, 1e-9);
  EXPECT_NEAR(c.q_m_p, 0.0318035012859, 1e-11);
  EXPECT_EQ(c.q_m_df1, 2);
  EXPECT_EQ(c.q_m_df2, 10);
  EXPECT_EQ(c.btt, (std::vector<std::size_t>{1, 2}));
}

TEST(Coefficients, OmnibusIsAQuadraticForm) {
  const Fit fit = bcg_fit(Tau2Method::dl, {"ablat", "year"});
  Options options;
  options.btt = {{1}};
  const auto c = coefficients(fit, options).take();
  EXPECT_NEAR(c.q_m, c.zval[1] * c.zval[1], 1e-9 * c.q_m);
  EXPECT_NEAR(c.q_m_p, c.pval[1], 1e-9);
}

TEST(Coefficients, OneEffectIsTestedByZ) {
  Data data;
  data.yi = {.1};
  data.vi = {.02};
  data.x = Matrix(1, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  const auto c = coefficients(fit_of(data, Univariate{}), with(infer::Test::knha)).take();
  EXPECT_NEAR(c.pval[0], .479500122186953, 1e-12);
  EXPECT_TRUE(std::isnan(c.ddf[0]));
}

TEST(Coefficients, EqualEffectsHaveNoErrorUnderKnappHartung) {
  Data data;
  data.yi = {.3, .3, .3};
  data.vi = {.02, .05, .01};
  data.x = Matrix(3, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  const auto c = coefficients(fit_of(data, Univariate{}), with(infer::Test::knha)).take();
  EXPECT_EQ(c.se[0], 0);
  EXPECT_EQ(c.pval[0], 0);
  EXPECT_TRUE(std::isnan(c.q_m));
}

TEST(Coefficients, BadRequestsAreRefused) {
  const Fit fit = bcg_fit();
  EXPECT_FALSE(coefficients(fit, {.level = 95}).ok());
  Options options;
  options.btt = {{3}};
  EXPECT_NE(coefficients(fit, options).error().message.find("coefficient 4"), std::string::npos);
  EXPECT_FALSE(parse_test("knh").ok());
}

TEST(Contrasts, OfACoefficientIsItsTest) {
  const Fit fit = bcg_fit(Tau2Method::reml, {"ablat"});
  Matrix l(2, 2);
  l(0, 1) = 1;
  l(1, 0) = 1;
  l(1, 1) = 33;
  const auto c = contrasts(fit, l, with(infer::Test::knha)).take();
  const auto base = coefficients(fit, with(infer::Test::knha)).take();
  EXPECT_NEAR(c.zval[0], base.zval[1], 1e-12);
  EXPECT_NEAR(c.pval[0], base.pval[1], 1e-12);
  EXPECT_NEAR(c.estimate[1], base.beta[0] + 33 * base.beta[1], 1e-14);
  const auto shifted = contrasts(fit, l, with(infer::Test::z), Vector{base.beta[1], 0.0}).take();
  EXPECT_EQ(shifted.estimate[0], 0);
  for (std::size_t j = 0; j < 2; ++j) l(1, j) = 2 * l(0, j);
  EXPECT_TRUE(std::isnan(contrasts(fit, l, {})->q_m));
  EXPECT_FALSE(contrasts(fit, Matrix(1, 3), {}).ok());
}

TEST(Compare, BcgLatitudeByMaximumLikelihood) {
  const auto c = compare(bcg_fit(Tau2Method::ml, {"ablat"}), bcg_fit(Tau2Method::ml)).take();
  EXPECT_NEAR(c.lrt, 9.95882163972536, 1e-9);
  EXPECT_NEAR(c.pval, .00160080481067469, 1e-12);
  EXPECT_NEAR(c.r2, 87.7328604129087, 1e-8);
  EXPECT_EQ(c.df_full, 3);
  EXPECT_EQ(c.df_reduced, 2);
}

TEST(Compare, WhatCannotBeComparedIsRefused) {
  EXPECT_FALSE(compare(bcg_fit(Tau2Method::reml, {"ablat"}), bcg_fit()).ok());
  EXPECT_FALSE(compare(bcg_fit(Tau2Method::ml, {"ablat"}), bcg_fit(Tau2Method::ml, {"year"})).ok());
  EXPECT_FALSE(compare(bcg_fit(Tau2Method::ml), bcg_fit(Tau2Method::ml, {"ablat"})).ok());
}

TEST(Predict, BcgEveryKind) {
  const Fit fit = bcg_fit();
  const Matrix x = default_prediction_rows(fit);
  ASSERT_EQ(x.rows(), 1u);
  const auto interval = [&](infer::Test test, Prediction kind) {
    return predict(fit, x, with(test), {.kind = kind}).take();
  };
  EXPECT_NEAR(interval(infer::Test::z, Prediction::by_test).pi_lb[0], -1.866692, 5e-7);
  EXPECT_NEAR(interval(infer::Test::z, Prediction::by_test).pi_ub[0], .437628, 5e-7);
  EXPECT_NEAR(interval(infer::Test::z, Prediction::riley).pi_lb[0], -2.008376, 5e-7);
  EXPECT_NEAR(interval(infer::Test::z, Prediction::riley).pi_ub[0], .579311, 5e-7);
  EXPECT_NEAR(interval(infer::Test::z, Prediction::t).pi_lb[0], -1.995342, 5e-7);
  EXPECT_NEAR(interval(infer::Test::z, Prediction::simple).pi_ub[0], .382423, 5e-7);
  EXPECT_NEAR(interval(infer::Test::knha, Prediction::by_test).pi_lb[0], -1.996017, 5e-7);
  EXPECT_NEAR(interval(infer::Test::knha, Prediction::by_test).pi_ub[0], .566952, 5e-7);
  EXPECT_EQ(interval(infer::Test::z, Prediction::k_minus_1).pi_ddf[0], 12);
  EXPECT_EQ(interval(infer::Test::knha, Prediction::riley).pi_ddf[0], 11);
}

TEST(Predict, CommonEffectHasNoPredictionInterval) {
  const Fit fit = bcg_fit(Tau2Method::ee);
  const auto predicted = predict(fit, default_prediction_rows(fit), {}).take();
  EXPECT_TRUE(std::isnan(predicted.pi_lb[0]));
  EXPECT_FALSE(std::isnan(predicted.ci_lb[0]));
}

TEST(Multilevel, ContainmentAndBothPredictions) {
  // Konstantopoulos (2011); definitions of the ddf by metafor: 10 for the constant, k - p for the others.
  const auto table =
      data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/konstantopoulos2011.csv").take();
  Data data;
  data.yi = table.numbers("yi").take();
  data.vi = table.numbers("vi").take();
  data.x = Matrix(data.k(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Multilevel spec;
  spec.s_names = {"district", "district/school"};
  spec.groups = data::nested_groups({"district", "school"}, table).take();
  const Fit fit = model::fit(*Problem::create(data, spec)).take();
  Options contain{.test = infer::Test::t, .dfs = {.kind = Dfs::Kind::contain}};
  EXPECT_EQ(coefficients(fit, contain)->ddf[0], 10);
  const Matrix x = default_prediction_rows(fit);
  EXPECT_NEAR(predict(fit, x, with(infer::Test::z))->pi_lb[0], -.450231, 1e-5);
  EXPECT_NEAR(predict(fit, x, with(infer::Test::t))->pi_ub[0], .833938, 1e-5);
  EXPECT_NEAR(predict(fit, x, contain)->pi_lb[0], -.537108, 1e-5);
  const auto study = predict(fit, x, with(infer::Test::z), {.target = Target::new_study}).take();
  EXPECT_NEAR(study.pi_se[0], std::sqrt(fit.sigma2[0] + fit.vb(0, 0)), 1e-12);
  EXPECT_FALSE(coefficients(fit, with(infer::Test::knha)).ok());
  EXPECT_NEAR(i2_by_level(fit)[0], 63.3248, 1e-3);
  EXPECT_NEAR(i2_by_level(fit)[1], 31.8625, 1e-3);
}

TEST(Heterogeneity, BcgIntervals) {
  const Fit fit = bcg_fit();
  const auto qp = variance_interval(fit).take();
  EXPECT_NEAR(qp.tau2.ci_lb, .119718361141152, 1e-11);
  EXPECT_NEAR(qp.tau2.ci_ub, 1.11147908406093, 1e-10);
  EXPECT_NEAR(qp.i2.ci_lb, 81.9205745585831, 1e-8);
  EXPECT_NEAR(qp.i2.ci_ub, 97.6780749578874, 1e-8);
  const auto pl = variance_interval(fit, {.kind = VarianceInterval::profile_likelihood}).take();
  EXPECT_NEAR(pl.tau2.ci_lb, .115266105748054, 1e-9);
  EXPECT_NEAR(pl.tau2.ci_ub, .964695326514214, 1e-9);
  const auto wald = variance_interval(fit, {.kind = VarianceInterval::wald_log}).take();
  EXPECT_NEAR(wald.tau2.ci_ub, .887409455940906, 1e-9);
  const auto q = q_heterogeneity(bcg_fit(Tau2Method::dl).q_e, 12);
  EXPECT_NEAR(q.i2.estimate, 92.117347, 1e-6);
  EXPECT_LT(q.i2.ci_lb, q.i2.estimate);
  EXPECT_GT(q.i2.ci_ub, q.i2.estimate);
}

TEST(Heterogeneity, GeneralisedQIntervalOfMetafor) {
  Data data = bcg();
  Vector a(13);
  for (std::size_t i = 0; i < 13; ++i) a[i] = 1 / (data.vi[i] + .1);
  const auto ci = variance_interval(fit_of(data, Univariate{.method = Tau2Method::genq, .weights = a})).take();
  EXPECT_EQ(ci.kind, VarianceInterval::generalised_q);
  EXPECT_NEAR(ci.tau2.ci_lb, .121225351733213, 2e-4);  // located there with a tolerance of 1.2e-4
  EXPECT_NEAR(ci.tau2.ci_ub, 1.06391666183668, 2e-4);
}

TEST(Heterogeneity, QProfileBoundsSolveTheirEquations) {
  // By hand for k = 2: Q(tau2) = d^2 / (v1 + v2 + 2 tau2), so tau2 = (d^2 / q - v1 - v2) / 2.
  Data data;
  data.yi = {.1, .9};
  data.vi = {.02, .05};
  data.x = Matrix(2, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  const Fit fit = fit_of(data, Univariate{.method = Tau2Method::dl});
  const auto ci = variance_interval(fit).take();
  const auto bound = [](double q) { return (.64 / q - .07) / 2; };
  EXPECT_NEAR(ci.tau2.ci_lb, bound(stats::chi2_quantile(.975, 1)), 1e-12);
  EXPECT_NEAR(ci.tau2.ci_ub, bound(stats::chi2_quantile(.025, 1)), 1e-9);
  const auto limited = variance_interval(fit, {.tau2_max = 100}).take();
  EXPECT_EQ(limited.tau2.ci_ub, 100);
  EXPECT_EQ(limited.tau2.ub_sign, ">");
}

TEST(Heterogeneity, TooHomogeneousGivesTheNullSet) {
  Data data = bcg();
  data.yi = Vector(13, .2);
  const auto ci = variance_interval(fit_of(data, Univariate{})).take();
  EXPECT_TRUE(ci.null);
  EXPECT_EQ(ci.tau2.ci_ub, 0);
  EXPECT_EQ(ci.h2.ci_ub, 1);
  EXPECT_EQ(ci.tau2.ub_sign, "<");
  EXPECT_FALSE(variance_interval(bcg_fit(Tau2Method::ee)).ok());
}

TEST(Subgroups, BcgAllocationSeparateAndCommon) {
  const auto alloc = bcg_table().texts("alloc").take();
  const std::vector<std::string> names{"alternate", "random", "systematic"};
  std::vector<std::uint32_t> group;
  for (const auto& a : alloc) group.push_back(a == "alternate" ? 0 : (a == "random" ? 1 : 2));
  const auto problem = Problem::create(bcg(), Univariate{.method = Tau2Method::reml}).take();
  const auto separate = subgroups(problem, group, names, SubgroupVariance::separate, {}).take();
  EXPECT_NEAR(separate.groups[0].estimate, -.540792961849346, 1e-9);
  EXPECT_NEAR(separate.groups[0].se, .281601613103888, 1e-9);
  double total = 0, mean = 0, q = 0;
  for (const auto& g : separate.groups) total += 1 / (g.se * g.se), mean += g.estimate / (g.se * g.se);
  for (const auto& g : separate.groups) q += std::pow((g.estimate - mean / total) / g.se, 2);
  EXPECT_NEAR(separate.q_between, q, 1e-12);
  EXPECT_EQ(separate.q_between_df1, 2);
  const auto common = subgroups(problem, group, names, SubgroupVariance::common, {}).take();
  EXPECT_EQ(common.groups[1].rows.size(), 7u);
  EXPECT_NEAR(common.groups[0].fit.tau2, common.groups[2].fit.tau2, 0);
  // The common-effect model has one answer for both: Q_between is Q_total - Q_within.
  const auto ee = Problem::create(bcg(), Univariate{.method = Tau2Method::ee}).take();
  const auto a = subgroups(ee, group, names, SubgroupVariance::separate, {}).take();
  const auto b = subgroups(ee, group, names, SubgroupVariance::common, {}).take();
  EXPECT_NEAR(a.q_between, 19.8653698196656, 1e-9);
  EXPECT_NEAR(b.q_between, 19.8653698196656, 1e-9);
  EXPECT_FALSE(subgroups(problem, std::vector<std::uint32_t>(13, 0), {"one"}, SubgroupVariance::common, {}).ok());
}

}  // namespace
}  // namespace hedgerow::infer
