// Values of the normal share are those of its formula, computed in R from metafor's fit of the BCG trials.
#include "infer/exceedance.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "data/readers.hpp"
#include "infer/heterogeneity.hpp"
#include "model/generalised_q.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

model::Problem bcg(model::Univariate spec) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/bcg.csv").take();
  model::Data data;
  data.yi = table.numbers("yi").take();
  data.vi = table.numbers("vi").take();
  data.x = Matrix(data.yi.size(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  return model::Problem::create(std::move(data), std::move(spec)).take();
}

TEST(Exceedance, SharesOfTheBcgTrials) {
  const model::Fit fit = model::fit(bcg({})).take();
  ExceedanceOptions what;
  what.threshold = -0.5;
  what.below = true;
  const Exceedance out = exceedance(fit, Matrix(1, 1, 1.0), {}, {}, what).take();
  const double tau = std::sqrt(fit.tau2), mu = fit.beta[0], z = (mu + 0.5) / tau;
  EXPECT_NEAR(out.normal.estimate, stats::normal_cdf(-z), 1e-12);
  EXPECT_NEAR(
      out.normal.se,
      stats::normal_density(z) * std::sqrt(fit.vb(0, 0) / fit.tau2 + std::pow(z / (2 * fit.tau2) * fit.se_tau2, 2)),
      1e-12);
  EXPECT_NEAR(out.mean, stats::normal_cdf((-0.5 - mu) / std::sqrt(fit.vb(0, 0))), 1e-12);
  EXPECT_NEAR(out.new_effect, stats::normal_cdf((-0.5 - mu) / std::sqrt(fit.vb(0, 0) + fit.tau2)), 1e-12);
  EXPECT_LT(out.normal.ci_lb, out.normal.estimate);
  EXPECT_GT(out.normal.ci_ub, out.normal.estimate);
  EXPECT_LE(out.calibrated.ci_lb, out.calibrated.estimate);
  EXPECT_GE(out.calibrated.ci_ub, out.calibrated.estimate);
  EXPECT_EQ(out.failed, 0U);
}

TEST(Exceedance, AboveAndBelowAreComplements) {
  const model::Fit fit = model::fit(bcg({})).take();
  ExceedanceOptions above{-0.3, false, 0, 1}, below{-0.3, true, 0, 1};
  const Matrix x(1, 1, 1.0);
  const Exceedance a = exceedance(fit, x, {}, {}, above).take(), b = exceedance(fit, x, {}, {}, below).take();
  EXPECT_NEAR(a.normal.estimate + b.normal.estimate, 1, 1e-12);
  EXPECT_NEAR(a.normal.ci_lb + b.normal.ci_ub, 1, 1e-12);
  EXPECT_NEAR(a.calibrated.estimate + b.calibrated.estimate, 1, 1e-12);
  EXPECT_NEAR(a.mean + b.mean, 1, 1e-12);
}

TEST(Exceedance, FarTailKeepsItsDigits) {
  const model::Fit fit = model::fit(bcg({})).take();
  ExceedanceOptions far{10, false, 0, 1};
  const Exceedance out = exceedance(fit, Matrix(1, 1, 1.0), {}, {}, far).take();
  EXPECT_GT(out.normal.estimate, 0);
  EXPECT_LT(out.normal.estimate, 1e-70);
  EXPECT_GT(out.normal.ci_lb, 0);
}

TEST(Exceedance, Refusals) {
  const model::Fit common = model::fit(bcg({model::Tau2Method::ee})).take();
  EXPECT_FALSE(exceedance(common, Matrix(1, 1, 1.0), {}, {}, {}).ok());
  const model::Fit fit = model::fit(bcg({})).take();
  ExceedanceOptions what;
  what.threshold = NAN;
  EXPECT_FALSE(exceedance(fit, Matrix(1, 1, 1.0), {}, {}, what).ok());
  EXPECT_FALSE(exceedance(fit, Matrix(2, 1, 1.0), {}, {}, {}).ok());
}

/// At its bounds the interval's own Q has the tail probabilities that it promises, by simulation.
TEST(VarianceIntervals, JacksonAndBiggerstaffJacksonBySimulation) {
  const model::Fit fit = model::fit(bcg({model::Tau2Method::dl})).take();
  const model::Data& data = fit.problem.data();
  for (const bool jackson : {true, false}) {
    const auto interval = variance_interval(
        fit, {jackson ? VarianceInterval::jackson : VarianceInterval::biggerstaff_jackson, 0.8, std::nullopt});
    ASSERT_TRUE(interval.ok());
    EXPECT_LT(interval->tau2.ci_lb, fit.tau2);
    EXPECT_GT(interval->tau2.ci_ub, fit.tau2);
    const auto q_of = [&](const Vector& y) {
      double a = 0, ay = 0, q = 0;
      for (std::size_t i = 0; i < y.size(); ++i) {
        const double w = jackson ? 1 / std::sqrt(data.vi[i]) : 1 / data.vi[i];
        a += w;
        ay += w * y[i];
      }
      for (std::size_t i = 0; i < y.size(); ++i)
        q += (jackson ? 1 / std::sqrt(data.vi[i]) : 1 / data.vi[i]) * (y[i] - ay / a) * (y[i] - ay / a);
      return q;
    };
    const double observed = q_of(data.yi);
    for (const double tau2 : {interval->tau2.ci_lb, interval->tau2.ci_ub}) {
      RandomStream random(7, jackson ? 1 : 2);
      int below = 0;
      constexpr int draws = 20000;
      Vector y(data.k());
      for (int n = 0; n < draws; ++n) {
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::sqrt(data.vi[i] + tau2) * random.normal();
        below += q_of(y) <= observed;
      }
      EXPECT_NEAR(below / static_cast<double>(draws), tau2 == interval->tau2.ci_lb ? 0.9 : 0.1, 0.01);
    }
  }
}

TEST(VarianceIntervals, SidikJonkman) {
  const model::Fit fit = model::fit(bcg({model::Tau2Method::sj})).take();
  const auto interval = variance_interval(fit, {VarianceInterval::sidik_jonkman, 0.95, std::nullopt});
  ASSERT_TRUE(interval.ok());
  EXPECT_NEAR(interval->tau2.ci_lb, 12 * fit.tau2 / stats::chi2_quantile(0.975, 12), 1e-12);
  EXPECT_NEAR(interval->tau2.ci_ub, 12 * fit.tau2 / stats::chi2_quantile(0.025, 12), 1e-12);
  EXPECT_FALSE(variance_interval(model::fit(bcg({})).take(), {VarianceInterval::sidik_jonkman, 0.95, {}}).ok());
}

/// Effects closer together than their errors: the Knapp-Hartung interval is the narrower one.
TEST(KnappHartung, ChoicesOfMeta) {
  model::Data data;
  data.yi = {0.30, 0.31, 0.29, 0.305, 0.295, 0.3};
  data.vi = Vector(6, 0.04);
  data.x = Matrix(6, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  const model::Fit narrow = model::fit(model::Problem::create(data, model::Univariate{}).take()).take();
  const model::Fit wide = model::fit(bcg({})).take();
  Options knha, adhoc, iqwig, wider;
  knha.test = infer::Test::knha;
  adhoc.test = infer::Test::adhoc;
  iqwig.test = infer::Test::adhoc_iqwig6;
  wider.test = infer::Test::adhoc_ci;
  EXPECT_EQ(coefficients(narrow, iqwig)->ci_ub, coefficients(narrow, adhoc)->ci_ub);
  EXPECT_EQ(coefficients(narrow, wider)->ci_ub, coefficients(narrow, {})->ci_ub);
  EXPECT_EQ(coefficients(wide, iqwig)->ci_ub, coefficients(wide, knha)->ci_ub);
  EXPECT_EQ(coefficients(wide, wider)->ci_ub, coefficients(wide, knha)->ci_ub);
}

}  // namespace
}  // namespace hedgerow::infer
