#include "infer/nnf.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "infer/inference.hpp"
#include "model/generalised_q.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::infer {
namespace {

using stats::Vector;

model::Fit fit_of(const Vector& yi, const Vector& vi) {
  model::Data data;
  data.yi = yi;
  data.vi = vi;
  data.x = stats::Matrix(yi.size(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  auto problem = model::Problem::create(data, model::Univariate{});
  auto fit = model::fit(problem.take());
  return fit.take();
}

double uniform(std::mt19937_64& random) { return (static_cast<double>(random() >> 11) + 0.5) / 9007199254740992.0; }

// theta_new drawn as the authors do.
Vector draws(const model::Fit& fit, int count) {
  const model::Data& data = fit.problem.data();
  Vector a;
  for (double v : data.vi) a.push_back(1 / v);
  auto q = model::GeneralisedQ::create(data.x, data.yi, data.vi, a).take();
  std::mt19937_64 random(2019);
  Vector out;
  for (int b = 0; b < count; ++b) {
    const double tau2 = q.tau2_with_cdf(1 - uniform(random)).take();
    double w_sum = 0, wy = 0, rss = 0;
    for (std::size_t i = 0; i < data.k(); ++i) {
      w_sum += 1 / (data.vi[i] + tau2);
      wy += data.yi[i] / (data.vi[i] + tau2);
    }
    for (std::size_t i = 0; i < data.k(); ++i) rss += std::pow(data.yi[i] - wy / w_sum, 2) / (data.vi[i] + tau2);
    const double df = static_cast<double>(data.k() - 1);
    out.push_back(wy / w_sum + std::sqrt(tau2) * stats::normal_quantile(uniform(random)) -
                  std::sqrt(rss / (df * w_sum)) * stats::t_quantile(uniform(random), df));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Nnf, AgreesWithDrawing) {
  const model::Fit fit = fit_of({0.1, 0.6, -0.2, 0.9, 0.4, 0.3}, {0.02, 0.05, 0.03, 0.1, 0.03, 0.06});
  const auto ours = nnf_prediction(fit, 0.8);
  ASSERT_TRUE(ours.ok());
  const int count = 3000;
  const Vector drawn = draws(fit, count);
  // The standard error of an 80 % limit from 4,000 draws of this width is about 0.015.
  EXPECT_NEAR(ours->lb, drawn[count / 10], 0.06);
  EXPECT_NEAR(ours->ub, drawn[count - count / 10], 0.06);
}

TEST(Nnf, IsSymmetricUnderChangeOfSign) {
  const Vector vi{0.02, 0.05, 0.03, 0.1};
  const auto a = nnf_prediction(fit_of({0.1, 0.6, -0.2, 0.9}, vi), 0.95);
  const auto b = nnf_prediction(fit_of({-0.1, -0.6, 0.2, -0.9}, vi), 0.95);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NEAR(a->lb, -b->ub, 1e-7);
  EXPECT_NEAR(a->ub, -b->lb, 1e-7);
}

TEST(Nnf, IsWiderThanTheIntervalThatTakesTau2AsKnown) {
  const model::Fit fit = fit_of({0.1, 0.6, -0.2, 0.9, 0.4}, {0.02, 0.05, 0.03, 0.1, 0.03});
  const auto nnf = nnf_prediction(fit, 0.95);
  const auto simple = predict(fit, stats::Matrix(1, 1, 1.0), Options{}, {Prediction::simple, Target::new_effect});
  ASSERT_TRUE(nnf.ok() && simple.ok());
  EXPECT_LT(nnf->lb, simple->pi_lb[0]);
  EXPECT_GT(nnf->ub, simple->pi_ub[0]);
}

TEST(Nnf, RefusesTwoEffects) { EXPECT_FALSE(nnf_prediction(fit_of({0.1, 0.2}, {0.1, 0.1}), 0.95).ok()); }

}  // namespace
}  // namespace hedgerow::infer
