#include "infer/kenward_roger.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "infer/inference.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

model::Fit fit_of(const Vector& yi, const Vector& vi) {
  model::Data data;
  data.yi = yi;
  data.vi = vi;
  data.x = Matrix(yi.size(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  auto problem = model::Problem::create(data, model::Univariate{});
  auto fit = model::fit(problem.take());
  return fit.take();
}

// Kenward and Roger's general formulas with dense matrices: P = -X'V^-2 X, Q = X'V^-3 X, the information of tau2 as
// tr(PP) / 2 of the REML projection.
KenwardRoger dense(const model::Fit& fit) {
  const Vector m = model::marginal_variances(fit);
  const std::size_t k = m.size();
  double phi = 0, p1 = 0, q = 0;
  for (double v : m) {
    phi += 1 / v;
    p1 -= 1 / (v * v);
    q += 1 / (v * v * v);
  }
  phi = 1 / phi;
  Matrix projection(k, k);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) projection(i, j) = (i == j ? 1 / m[i] : 0) - phi / (m[i] * m[j]);
  const double information = 0.5 * stats::trace(stats::multiply(projection, projection));
  const double variance = phi + 2 * phi * ((q - p1 * phi * p1) / information) * phi;
  return {std::sqrt(variance), 2 * information / (variance * p1 * variance * p1)};
}

TEST(KenwardRoger, AgreesWithTheDenseFormulas) {
  const model::Fit fit = fit_of({0.1, 0.5, -0.3, 0.9, 0.4, 0.2}, {0.02, 0.05, 0.01, 0.1, 0.03, 0.2});
  const auto ours = kenward_roger(fit);
  ASSERT_TRUE(ours.ok());
  EXPECT_NEAR(ours->se, dense(fit).se, 1e-13);
  EXPECT_NEAR(ours->df, dense(fit).df, 1e-10);
}

TEST(KenwardRoger, EqualVariancesGiveTheOrdinaryT) {
  // With v_i = v the mean is unweighted: Var = (v + tau2) / k and k - 1 degrees of freedom, exactly.
  const model::Fit fit = fit_of({0.1, 0.8, -0.5, 0.9, 0.4}, Vector(5, 0.04));
  const auto ours = kenward_roger(fit);
  ASSERT_TRUE(ours.ok());
  EXPECT_NEAR(ours->se, std::sqrt((0.04 + fit.tau2) / 5), 1e-13);
  EXPECT_NEAR(ours->df, 4, 1e-10);
}

TEST(KenwardRoger, PredictionIntervalTakesItsErrorAndDf) {
  const model::Fit fit = fit_of({0.1, 0.8, -0.5, 0.9, 0.4}, Vector(5, 0.04));
  PredictOptions options;
  options.kind = Prediction::kr_pr;
  const auto p = predict(fit, Matrix(1, 1, 1.0), Options{}, options);
  ASSERT_TRUE(p.ok());
  EXPECT_NEAR(p->pi_ddf[0], 3, 1e-10);
  EXPECT_NEAR(p->pi_se[0], std::sqrt(fit.tau2 + (0.04 + fit.tau2) / 5), 1e-13);
  EXPECT_NEAR(p->ddf[0], 4, 1e-10);
}

TEST(KenwardRoger, RefusesOtherModels) {
  model::Data data;
  data.yi = {0.1, 0.2};
  data.vi = {0.1, 0.1};
  data.x = Matrix(2, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Univariate spec;
  spec.method = model::Tau2Method::dl;
  auto problem = model::Problem::create(data, spec);
  auto fit = model::fit(problem.take());
  EXPECT_FALSE(kenward_roger(fit.value()).ok());
}

}  // namespace
}  // namespace hedgerow::infer
