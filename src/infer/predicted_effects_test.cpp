// Predicted true effects against dense algebra and reference values.
#include "infer/predicted_effects.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"
#include "model/blup.hpp"
#include "model/marginal.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Vector;

model::Fit fit_of(Vector yi, Vector vi, model::Spec spec) {
  model::Data data;
  data.x = stats::Matrix(yi.size(), 1, 1.0);
  data.yi = std::move(yi);
  data.vi = std::move(vi);
  data.names = {"intrcpt"};
  data.term = {0};
  return *model::fit(*model::Problem::create(std::move(data), std::move(spec)));
}

TEST(PredictedEffects, ReferenceValuesOfBcg) {
  const auto table = data::read_table(HEDGEROW_SOURCE_DIR "/tests/reference/data/bcg.csv");
  const model::Fit fit = fit_of(*table->numbers("yi"), *table->numbers("vi"), model::Univariate{});
  const auto blup = true_effects(fit, {});
  const auto ranef = row_effects(fit, {});
  ASSERT_TRUE(blup.ok() && ranef.ok());
  EXPECT_NEAR(blup->pred[0], -0.80023356197035, 1e-9);
  EXPECT_NEAR(blup->se[0], 0.409930447526168, 1e-9);
  EXPECT_NEAR(blup->pi_ub[0], 0.00321535134732576, 1e-9);
  EXPECT_NEAR(ranef->pred[7], 0.717411590054906, 1e-9);
  EXPECT_NEAR(ranef->se[7], 0.188231805242974, 1e-9);
}

TEST(PredictedEffects, CommonEffectIsItsOwnPrediction) {
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  const model::Fit fit = fit_of({0.1, 0.4}, {0.01, 0.04}, spec);
  EXPECT_NEAR(true_effects(fit, {})->pred[1], fit.beta[0], 1e-15);
  EXPECT_NEAR(true_effects(fit, {})->se[1], std::sqrt(fit.vb(0, 0)), 1e-15);
  EXPECT_EQ(row_effects(fit, {})->pred[0], 0);
  EXPECT_EQ(row_effects(fit, {})->se[0], 0);
}

// theta = X b + Z u: the predicted random effects of the components, summed by row, and a dense error covariance.
TEST(PredictedEffects, MultilevelIsFittedPlusRandomEffects) {
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {{0, 0, 1, 1, 2}, {0, 1, 2, 3, 4}};
  spec.sigma2 = {0.05, 0.02};
  const model::Fit fit = fit_of({0.1, 0.3, 0.6, 0.9, 0.2}, {0.02, 0.03, 0.01, 0.05, 0.04}, spec);
  const auto found = true_effects(fit, {});
  const auto effects = model::random_effects(fit);
  ASSERT_TRUE(found.ok() && effects.ok());
  const auto m = model::Marginal::create(fit)->block(std::vector<std::size_t>{0, 1, 2, 3, 4});
  for (std::size_t i = 0; i < 5; ++i) {
    const double expected =
        fit.beta[0] + (*effects)[0].intrcpt[spec.groups[0][i]] + (*effects)[1].intrcpt[spec.groups[1][i]];
    EXPECT_NEAR(found->pred[i], expected, 1e-12);
    const auto inverse = stats::Cholesky::create(m)->inverse();
    const double v = fit.problem.data().vi[i];
    double column = 0;
    for (std::size_t j = 0; j < 5; ++j) column += inverse(i, j);
    EXPECT_NEAR(found->se[i] * found->se[i], v - v * v * (inverse(i, i) - column * column * fit.vb(0, 0)), 1e-12);
  }
}

}  // namespace
}  // namespace hedgerow::infer
