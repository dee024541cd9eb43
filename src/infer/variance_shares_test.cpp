#include "infer/variance_shares.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "model/multilevel.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

// Ten studies of one to four effects with a moderator of the studies.
model::Problem problem_of(bool study, bool effect, bool moderator) {
  model::Data data;
  std::vector<std::uint32_t> groups, rows;
  Vector x;
  for (int s = 0; s < 10; ++s) {
    for (int e = 0; e < 1 + (s * 3) % 4; ++e) {
      const int i = static_cast<int>(data.yi.size());
      data.yi.push_back(0.6 * std::sin(2.0 * s) + 0.2 * (s % 2) + 0.5 * std::sin(11.0 * i));
      data.vi.push_back(0.03 + 0.02 * (i % 4));
      x.push_back(s % 2);
      groups.push_back(static_cast<std::uint32_t>(s));
      rows.push_back(static_cast<std::uint32_t>(i));
    }
  }
  data.x = Matrix(x.size(), moderator ? 2 : 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  if (moderator) {
    for (std::size_t i = 0; i < x.size(); ++i) data.x(i, 1) = x[i];
    data.names.emplace_back("x");
    data.term.push_back(1);
  }
  model::Multilevel spec;
  if (study) {
    spec.s_names.emplace_back("study");
    spec.groups.push_back(groups);
  }
  if (effect) {
    spec.s_names.emplace_back("study/es");
    spec.groups.push_back(rows);
  }
  auto problem = model::Problem::create(data, spec);
  EXPECT_TRUE(problem.ok());
  return problem.take();
}

model::Fit fitted(const model::Problem& problem) {
  auto fit = model::fit(problem);
  EXPECT_TRUE(fit.ok());
  return fit.take();
}

TEST(VarianceShares, OneLevelIsItsProfileIntervalTransformed) {
  const model::Fit fit = fitted(problem_of(true, false, false));
  const auto shares = variance_shares(fit);
  ASSERT_TRUE(shares.ok());
  const VarianceShare& share = shares->components.front();
  const double odds_lb = share.i2.ci_lb / (100 - share.i2.ci_lb), odds_ub = share.i2.ci_ub / (100 - share.i2.ci_ub);
  for (const double bound : {odds_lb * fit.vt, odds_ub * fit.vt}) {
    const auto loglik = model::profile_loglik(fit.problem, 0, bound);
    ASSERT_TRUE(loglik.ok());
    EXPECT_NEAR(fit.reml.loglik - *loglik, 0.5 * 3.841458820694124, 1e-6);
  }
  EXPECT_NEAR(share.i2.estimate, 100 * fit.sigma2[0] / (fit.sigma2[0] + fit.vt), 1e-12);
  EXPECT_NEAR(shares->i2.ci_lb, share.i2.ci_lb, 1e-6);
  EXPECT_EQ(share.icc.estimate, 1);
  EXPECT_TRUE(std::isnan(share.r2));
}

// The values of a share that occur within 1.92 of the maximum, found on a grid of both components.
TEST(VarianceShares, IntervalsAgreeWithAGridOfTheLikelihood) {
  const model::Fit fit = fitted(problem_of(true, true, false));
  ASSERT_GT(fit.sigma2[0], 0.01);
  const auto shares = variance_shares(fit);
  ASSERT_TRUE(shares.ok());
  double total_lb = 100, total_ub = 0, first_lb = 100, first_ub = 0, icc_lb = 1, icc_ub = 0;
  const int n = 220;
  for (int a = 0; a <= n; ++a) {
    for (int b = 0; b <= n; ++b) {
      const double s = std::pow(1.6 * a / n, 2), e = std::pow(1.0 * b / n, 2);
      const auto loglik = model::multilevel_loglik(fit.problem, {s, e});
      ASSERT_TRUE(loglik.ok());
      if (fit.reml.loglik - *loglik > 0.5 * 3.841458820694124) continue;
      const double total = s + e, i2 = 100 * total / (total + fit.vt), first = 100 * s / (total + fit.vt);
      total_lb = std::min(total_lb, i2);
      total_ub = std::max(total_ub, i2);
      first_lb = std::min(first_lb, first);
      first_ub = std::max(first_ub, first);
      icc_lb = std::min(icc_lb, s / total);
      icc_ub = std::max(icc_ub, s / total);
    }
  }
  // A grid can only fall short of the interval, and by no more than its step.
  const auto near = [](double exact_lb, double exact_ub, double lb, double ub, double step) {
    EXPECT_LE(exact_lb, lb + 1e-9);
    EXPECT_GE(exact_ub, ub - 1e-9);
    EXPECT_NEAR(exact_lb, lb, step);
    EXPECT_NEAR(exact_ub, ub, step);
  };
  near(shares->i2.ci_lb, shares->i2.ci_ub, total_lb, total_ub, 0.7);
  const VarianceShare& study = shares->components[0];
  near(study.i2.ci_lb, study.i2.ci_ub, first_lb, first_ub, 0.7);
  near(study.icc.ci_lb, study.icc.ci_ub, icc_lb, icc_ub, 0.007);
  const VarianceShare& effect = shares->components[1];
  EXPECT_NEAR(effect.icc.ci_lb, 1 - study.icc.ci_ub, 1e-5);
  EXPECT_NEAR(effect.icc.ci_ub, 1 - study.icc.ci_lb, 1e-5);
  EXPECT_NEAR(effect.icc.estimate + study.icc.estimate, 1, 1e-12);
}

TEST(VarianceShares, R2ComparesWithTheModelWithoutModerators) {
  const model::Fit with = fitted(problem_of(true, true, true)), without = fitted(problem_of(true, true, false));
  const auto shares = variance_shares(with);
  ASSERT_TRUE(shares.ok());
  for (std::size_t l = 0; l < 2; ++l)
    EXPECT_NEAR(shares->components[l].r2, 100 * std::max(0.0, 1 - with.sigma2[l] / without.sigma2[l]), 1e-6);
}

// Jackson's R from the two covariances, the fixed one by weights 1 / vi.
TEST(VarianceShares, JacksonComparesTheCovariances) {
  const model::Fit fit = fitted(problem_of(true, true, false));
  double weight = 0;
  for (const double v : fit.problem.data().vi) weight += 1 / v;
  const auto shares = variance_shares(fit);
  ASSERT_TRUE(shares.ok());
  EXPECT_NEAR(shares->i2_jackson, 100 * (1 - 1 / weight / fit.vb(0, 0)), 1e-9);
  EXPECT_NEAR(shares->i2_coefficient[0], shares->i2_jackson, 1e-9);
}

/// The ten studies with sampling errors of correlation 0.5 within them.
model::Problem dependent(bool moderator, bool crossed) {
  const model::Problem base = problem_of(true, true, moderator);
  model::Data data = base.data();
  auto spec = std::get<model::Multilevel>(base.spec());
  const std::vector<std::uint32_t> study = spec.groups[0];
  auto v = stats::BlockMatrix::zeros(study);
  for (std::size_t i = 0; i < study.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (study[i] == study[j]) v.set(i, j, i == j ? data.vi[i] : 0.5 * std::sqrt(data.vi[i] * data.vi[j]));
  data.v = std::make_shared<const stats::BlockMatrix>(std::move(v));
  if (crossed) {
    spec.s_names[1] = "lab";
    for (std::size_t i = 0; i < study.size(); ++i) spec.groups[1][i] = static_cast<std::uint32_t>(i * 3 % 4);
  }
  auto problem = model::Problem::create(data, spec);
  EXPECT_TRUE(problem.ok());
  return problem.take();
}

// vt = (k - p) / tr(V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1), as for independent errors with W = V^-1.
TEST(VarianceShares, DependentErrorsHaveTheirOwnTypicalVariance) {
  const model::Fit fit = fitted(dependent(true, false));
  const model::Data& data = fit.problem.data();
  const Matrix w = stats::Cholesky::create(data.v->dense())->inverse();
  const Matrix wx = stats::multiply(w, data.x);
  const Matrix phi = stats::Cholesky::create(stats::multiply(stats::transpose(data.x), wx))->inverse();
  const double trace_p =
      stats::trace(w) - stats::trace(stats::multiply(stats::multiply(stats::transpose(wx), wx), phi));
  const double vt = static_cast<double>(data.k() - data.p()) / trace_p;
  EXPECT_NEAR(fit.vt, vt, 1e-12);
  const auto shares = variance_shares(fit);
  ASSERT_TRUE(shares.ok());
  const double all = fit.sigma2[0] + fit.sigma2[1] + vt;
  for (std::size_t l = 0; l < 2; ++l) EXPECT_NEAR(shares->components[l].i2.estimate, 100 * fit.sigma2[l] / all, 1e-10);
  EXPECT_NEAR(shares->i2.estimate, 100 * (1 - vt / all), 1e-10);
  const double random = *stats::log_determinant(fit.vb), fixed = *stats::log_determinant(phi);
  EXPECT_NEAR(shares->i2_jackson, 100 * (1 - std::exp((fixed - random) / 2)), 1e-9);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(shares->i2_coefficient[j], 100 * (1 - phi(j, j) / fit.vb(j, j)), 1e-9);
  const model::Fit without = fitted(dependent(false, false));
  EXPECT_NEAR(shares->components[0].r2, 100 * std::max(0.0, 1 - fit.sigma2[0] / without.sigma2[0]), 1e-6);
}

/// REML up to a constant from dense matrices.
double dense_reml(const model::Problem& problem, const Vector& sigma2) {
  const model::Data& data = problem.data();
  const auto& groups = std::get<model::Multilevel>(problem.spec()).groups;
  Matrix m = data.v->dense();
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < m.cols(); ++j)
      for (std::size_t l = 0; l < groups.size(); ++l)
        if (groups[l][i] == groups[l][j]) m(i, j) += sigma2[l];
  const auto factor = stats::Cholesky::create(m);
  const Matrix wx = factor->solve(data.x);
  const auto inner = stats::Cholesky::create(stats::multiply(stats::transpose(data.x), wx));
  const Vector xy = stats::multiply(stats::transpose(wx), data.yi);
  const double rss = stats::dot(data.yi, factor->solve(data.yi)) - stats::dot(xy, inner->solve(xy));
  return -0.5 * (factor->log_determinant() + inner->log_determinant() + rss);
}

// The bounds of I2 of a component of crossed effects with V: the likelihood there, maximised over a grid of the other
// component, has fallen by half a chi-square quantile.
TEST(VarianceShares, IntervalsOfCrossedEffectsAreProfiles) {
  const model::Fit fit = fitted(dependent(false, true));
  const auto shares = variance_shares(fit);
  ASSERT_TRUE(shares.ok());
  const double top = dense_reml(fit.problem, fit.sigma2);
  for (std::size_t l = 0; l < 2; ++l) {
    const Interval& i2 = shares->components[l].i2;
    for (const double bound : {i2.ci_lb, i2.ci_ub}) {
      if (bound == 0) continue;
      const double odds = bound / (100 - bound);
      double best = -HUGE_VAL;
      for (int step = 0; step <= 4000; ++step) {
        const double other = std::pow(step / 4000.0, 3) * 4, own = odds * (other + fit.vt);
        best = std::max(best, dense_reml(fit.problem, l == 0 ? Vector{own, other} : Vector{other, own}));
      }
      EXPECT_NEAR(top - best, 0.5 * 3.841458820694124, 1e-4) << l << " at " << bound;
    }
    EXPECT_GT(i2.ci_ub, i2.estimate);
  }
}

TEST(VarianceShares, RefusesTwoLevels) {
  model::Problem problem = problem_of(true, false, false);
  auto two = problem.with_spec(model::Univariate{});
  ASSERT_TRUE(two.ok());
  EXPECT_FALSE(variance_shares(fitted(*two)).ok());
}

}  // namespace
}  // namespace hedgerow::infer
