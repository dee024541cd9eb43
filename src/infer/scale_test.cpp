// Golden numbers: tests/reference/location_scale.json (metafor 5.1-12).
#include "infer/scale.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"
#include "model/location_scale.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

model::Fit location_scale(const std::string& file, const std::string& moderator, double unit, model::Likelihood method,
                          bool in_location) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + file).take();
  model::Data data;
  data.yi = table.numbers("yi").take();
  data.vi = table.numbers("vi").take();
  const Vector values = table.numbers(moderator).take();
  const std::size_t k = data.yi.size();
  model::LocationScale spec;
  spec.likelihood = method;
  spec.z = Matrix(k, 2, 1.0);
  spec.names = {"intrcpt", moderator};
  for (std::size_t i = 0; i < k; ++i) spec.z(i, 1) = values[i] / unit;
  data.x = in_location ? spec.z : Matrix(k, 1, 1.0);
  data.names = in_location ? spec.names : std::vector<std::string>{"intrcpt"};
  data.term = in_location ? std::vector<int>{0, 1} : std::vector<int>{0};
  data.term_labels = in_location ? std::vector<std::string>{moderator} : std::vector<std::string>{};
  return model::fit(model::Problem::create(std::move(data), std::move(spec)).take()).take();
}

TEST(Scale, TestsOfBangertDrowns) {
  const model::Fit fit = location_scale("bangertdrowns2004.csv", "ni", 100, model::Likelihood::reml, true);
  Options options;
  options.test = infer::Test::t;
  const auto c = scale_coefficients(fit, options);
  ASSERT_TRUE(c.ok());
  EXPECT_NEAR(fit.scale.alpha[1], -0.917428772805709, 1e-5);
  EXPECT_NEAR(c->zval[1], -1.78465598201146, 1e-3);
  EXPECT_NEAR(c->pval[1], 0.0809128310485873, 1e-4);
  EXPECT_NEAR(c->ci_ub[1], 0.11732994692317, 1e-3);
  EXPECT_EQ(c->ddf[0], 46);
  EXPECT_EQ(c->q_s_df1, 1);
  EXPECT_EQ(c->q_s_df2, 46);
  // One coefficient: the omnibus test is the square of its own.
  EXPECT_NEAR(c->q_s, c->zval[1] * c->zval[1], 1e-10);
  EXPECT_NEAR(c->q_s_p, c->pval[1], 1e-10);
  EXPECT_FALSE(scale_coefficients(fit, options, {2}).ok());
}

TEST(Scale, ContrastsAreThoseOfTheCovariance) {
  const model::Fit fit = location_scale("bangertdrowns2004.csv", "ni", 100, model::Likelihood::ml, false);
  Matrix l(1, 2);
  l(0, 0) = 1;
  l(0, 1) = -2;
  const Vector rhs{0.5};
  const auto c = scale_contrasts(fit, l, {}, rhs);
  ASSERT_TRUE(c.ok());
  const Matrix& v = fit.scale.va;
  EXPECT_NEAR(c->estimate[0], fit.scale.alpha[0] - 2 * fit.scale.alpha[1] - 0.5, 1e-12);
  EXPECT_NEAR(c->se[0], std::sqrt(v(0, 0) - 4 * v(0, 1) + 4 * v(1, 1)), 1e-10);
  EXPECT_FALSE(scale_contrasts(fit, Matrix(1, 3), {}).ok());
}

TEST(Scale, BoundsOfTheProfileHaveTheAllowedDrop) {
  const model::Fit fit = location_scale("bangertdrowns2004.csv", "ni", 100, model::Likelihood::ml, false);
  const auto interval = scale_interval(fit, 1, 0.9);
  ASSERT_TRUE(interval.ok());
  for (const double bound : {interval->ci_lb, interval->ci_ub}) {
    ASSERT_TRUE(std::isfinite(bound));
    const auto held = model::fit_with_alpha(fit.problem, 1, bound);
    EXPECT_NEAR(2 * (fit.ml.loglik - held->ml.loglik), stats::chi2_quantile(0.9, 1), 1e-6);
  }
  EXPECT_LT(interval->ci_lb, fit.scale.alpha[1]);
  EXPECT_GT(interval->ci_ub, fit.scale.alpha[1]);
}

TEST(Scale, PredictionTakesTheVarianceOfItsRow) {
  const model::Fit fit = location_scale("bcg.csv", "ablat", 1, model::Likelihood::reml, false);
  PredictOptions options;
  options.variances = {0.09};
  const Matrix mean(1, 1, 1.0);
  const auto one = predict(fit, mean, {}, options);
  ASSERT_TRUE(one.ok());
  EXPECT_NEAR(one->pi_se[0], std::sqrt(fit.vb(0, 0) + 0.09), 1e-12);
  // Without moderators of the scale there is no variance for a new study.
  EXPECT_TRUE(std::isnan(predict(fit, mean, {})->pi_lb[0]));
  PredictOptions own;
  own.own_rows = true;
  const auto rows = predict(fit, default_prediction_rows(fit), {}, own);
  ASSERT_EQ(rows->pred.size(), 13U);
  EXPECT_NEAR(rows->pi_se[4], std::sqrt(fit.vb(0, 0) + fit.scale.tau2[4]), 1e-12);
  options.variances = {0.1, 0.2};
  EXPECT_FALSE(predict(fit, mean, {}, options).ok());
}

TEST(Scale, LikelihoodRatioAgainstOneVariance) {
  const model::Fit fit = location_scale("bcg.csv", "ablat", 1, model::Likelihood::ml, false);
  const auto plain = model::fit(fit.problem.with_spec(model::Univariate{model::Tau2Method::ml}).take());
  const auto test = compare(fit, *plain);
  ASSERT_TRUE(test.ok());
  EXPECT_EQ(test->df_full, 3);
  EXPECT_EQ(test->df_reduced, 2);
  EXPECT_GE(test->lrt, 0);
  EXPECT_FALSE(compare(*plain, fit).ok());
}

TEST(Scale, QuestionsOfOtherModelsAreRefused) {
  const model::Fit fit = location_scale("bcg.csv", "ablat", 1, model::Likelihood::ml, false);
  const auto plain = model::fit(fit.problem.with_spec(model::Univariate{}).take());
  EXPECT_FALSE(scale_coefficients(*plain, {}).ok());
  Options small;
  small.test = infer::Test::t;
  small.dfs.kind = Dfs::Kind::kenward_roger;
  EXPECT_FALSE(coefficients(fit, small).ok());
  small = {};
  small.test = infer::Test::adhoc_ci;
  EXPECT_FALSE(coefficients(fit, small).ok());
}

}  // namespace
}  // namespace hedgerow::infer
