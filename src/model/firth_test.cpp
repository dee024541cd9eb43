// Firth's penalised likelihood against its closed form, a dense twin by finite differences, and separated data.
#include "model/firth.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/distributions.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

Problem tables(stats::Vector x1, stats::Vector n1, stats::Vector x2, stats::Vector n2, stats::Vector moderator = {}) {
  Data data;
  const std::size_t k = x1.size();
  data.counts = {CountKind::tables, std::move(x1), std::move(n1), std::move(x2), std::move(n2)};
  data.yi.assign(k, 0.0);
  data.vi.assign(k, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  data.x = stats::Matrix(k, moderator.empty() ? 1 : 2, 1.0);
  for (std::size_t i = 0; i < moderator.size(); ++i) data.x(i, 1) = moderator[i];
  if (!moderator.empty()) {
    data.names.emplace_back("m");
    data.term.push_back(1);
  }
  CountModel spec;
  spec.method = CountMethod::firth;
  spec.measure = "OR";
  spec.random = false;
  auto problem = Problem::create(data, spec);
  EXPECT_TRUE(problem.ok()) << (problem.ok() ? "" : problem.error().message);
  return *problem;
}

/// l + log |I| / 2 with dense matrices and R-like formulas; parameters: levels, then coefficients.
double penalised_twin(const Problem& problem, const stats::Vector& at) {
  const Data& data = problem.data();
  const Counts& c = data.counts;
  const std::size_t k = data.k(), q = k + data.p();
  stats::Matrix information(q, q);
  double l = 0;
  for (std::size_t j = 0; j < k; ++j) {
    for (int group = 1; group <= 2; ++group) {
      stats::Vector row(q, 0.0);
      row[j] = 1;
      if (group == 1)
        for (std::size_t m = 0; m < data.p(); ++m) row[k + m] = data.x(j, m);
      const double x = group == 1 ? c.x1[j] : c.x2[j], n = group == 1 ? c.n1[j] : c.n2[j];
      const double pi = 1 / (1 + std::exp(-stats::dot(row, at)));
      l += std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) + x * std::log(pi) +
           (n - x) * std::log(1 - pi);
      for (std::size_t r = 0; r < q; ++r)
        for (std::size_t s = 0; s < q; ++s) information(r, s) += n * pi * (1 - pi) * row[r] * row[s];
    }
  }
  return l + *stats::log_determinant(information) / 2;
}

TEST(Firth, OneTableGetsAHalfInEachCell) {
  const auto fit = fit_firth(tables({3}, {20}, {0}, {25}));
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->beta[0], std::log(3.5 * 25.5 / (17.5 * 0.5)), 1e-9);
  EXPECT_NEAR(fit->counts.study[0], std::log(0.5 / 25.5), 1e-9);
}

TEST(Firth, TheScoreOfADenseTwinIsZero) {
  const Problem problem = tables({0, 2, 1, 0}, {40, 35, 60, 22}, {3, 5, 0, 4}, {38, 33, 61, 25}, {0, 1, 2, 5});
  const auto fit = fit_firth(problem);
  ASSERT_TRUE(fit.ok());
  stats::Vector at = fit->counts.study;
  at.insert(at.end(), fit->beta.begin(), fit->beta.end());
  EXPECT_NEAR(fit->ml.loglik, penalised_twin(problem, at), 1e-10);
  for (std::size_t r = 0; r < at.size(); ++r) {
    const double h = 1e-5;
    stats::Vector up = at, down = at;
    up[r] += h;
    down[r] -= h;
    EXPECT_NEAR((penalised_twin(problem, up) - penalised_twin(problem, down)) / (2 * h), 0, 1e-7) << r;
  }
}

TEST(Firth, NoEventInAnyTreatedGroup) {
  const Problem problem = tables({0, 0, 0}, {50, 60, 40}, {4, 3, 5}, {50, 55, 45});
  const auto fit = fit_firth(problem);
  ASSERT_TRUE(fit.ok());
  EXPECT_LT(fit->beta[0], -1.5);
  const auto profile = profile_firth(*fit, 0, 0.95);
  ASSERT_TRUE(profile.ok());
  EXPECT_LT(profile->ci_lb, fit->beta[0] - 2 * std::sqrt(fit->vb(0, 0)));  // long towards the impossible side
  EXPECT_LT(profile->ci_ub, 0);
  EXPECT_LT(profile->pval, 0.01);
}

TEST(Firth, TheEndsOfTheProfileLieAtTheQuantile) {
  // One table: the level is profiled out of a function of two variables, here by a grid.
  const Problem problem = tables({3}, {20}, {1}, {25});
  const auto fit = fit_firth(problem);
  ASSERT_TRUE(fit.ok());
  const auto profile = profile_firth(*fit, 0, 0.95);
  ASSERT_TRUE(profile.ok());
  for (const double end : {profile->ci_lb, profile->ci_ub}) {
    double best = -1e9;
    for (double level = -8; level < 2; level += 1e-4) best = std::max(best, penalised_twin(problem, {level, end}));
    EXPECT_NEAR(2 * (fit->ml.loglik - best), stats::chi2_quantile(0.95, 1), 1e-5);
  }
}

TEST(Firth, AMillionPersonsNearlyLeaveMaximumLikelihood) {
  const auto fit = fit_firth(tables({9000}, {1000000}, {12000}, {1000000}));
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->beta[0], std::log(9000.5 * 988000.5 / (991000.5 * 12000.5)), 1e-9);
}

}  // namespace
}  // namespace hedgerow::model
