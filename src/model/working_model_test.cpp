#include "model/working_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

struct Set {
  Data data;
  std::vector<std::uint32_t> study;
};

/// m studies of one to three effects with a moderator; components and correlation of the errors as given.
Set simulated(std::size_t m, double tau2, double omega2, double rho, std::uint64_t stream) {
  RandomStream design(1, 0), noise(2, stream);
  Set out;
  Vector x;
  for (std::size_t j = 0; j < m; ++j) {
    const double v = 0.05 + 0.1 * design.uniform();
    const double shared = std::sqrt(tau2) * noise.normal() + std::sqrt(rho * v) * noise.normal();
    for (std::size_t i = 0; i <= j % 3; ++i) {
      x.push_back(design.uniform());
      out.study.push_back(static_cast<std::uint32_t>(j));
      out.data.vi.push_back(v);
      out.data.yi.push_back(0.2 + 0.5 * x.back() + shared + std::sqrt(omega2 + (1 - rho) * v) * noise.normal());
    }
  }
  out.data.x = Matrix(x.size(), 2, 1.0);
  for (std::size_t i = 0; i < x.size(); ++i) out.data.x(i, 1) = x[i];
  out.data.names = {"intrcpt", "x"};
  out.data.term = {0, 1};
  return out;
}

/// tr(A (I - H) S (I - H)') with whole matrices.
double dense_expectation(const Matrix& x, const Vector& w, const Matrix& a, const Matrix& s) {
  const std::size_t k = x.rows();
  Matrix xw = stats::transpose(x);
  for (std::size_t r = 0; r < xw.rows(); ++r)
    for (std::size_t i = 0; i < k; ++i) xw(r, i) *= w[i];
  const Matrix m = stats::Cholesky::create(stats::multiply(xw, x))->inverse();
  Matrix maker = stats::multiply(stats::multiply(x, m), xw);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) maker(i, j) = (i == j ? 1.0 : 0.0) - maker(i, j);
  return stats::trace(stats::multiply(a, stats::multiply(stats::multiply(maker, s), stats::transpose(maker))));
}

TEST(WorkingModel, CorrelatedEffectsSolveTheMomentEquation) {
  const double rho = 0.7;
  const Set set = simulated(12, 0.3, 0, rho, 1);
  const auto found = correlated_effects(set.data, set.study, rho);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_GT(found->tau2, 0);
  const std::size_t k = set.data.k();
  Matrix a(k, k), s(k, k);
  Vector w(k);
  for (std::size_t i = 0; i < k; ++i) {
    w[i] = a(i, i) = 1 / (set.data.vi[i] * (set.study[i] % 3 + 1));
    for (std::size_t j = 0; j < k; ++j)
      if (set.study[i] == set.study[j]) s(i, j) = found->tau2 + set.data.vi[i] * (i == j ? 1 : rho);
  }
  const auto ls = stats::weighted_least_squares(set.data.x, set.data.yi, w);
  EXPECT_NEAR(dense_expectation(set.data.x, w, a, s), ls->rss, 1e-9 * ls->rss);
  EXPECT_NEAR(found->values[1], 2 * (set.data.vi[1] + found->tau2), 1e-12);
}

TEST(WorkingModel, HierarchicalEffectsSolveBothMomentEquations) {
  const Set set = simulated(15, 0.3, 0.2, 0, 4);
  const auto found = hierarchical_effects(set.data, set.study);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_GT(found->tau2, 0);
  ASSERT_GT(found->omega2, 0);
  const std::size_t k = set.data.k();
  Matrix weights(k, k), blocks(k, k), s(k, k);
  Vector w(k);
  for (std::size_t i = 0; i < k; ++i) {
    w[i] = weights(i, i) = 1 / set.data.vi[i];
    for (std::size_t j = 0; j < k; ++j)
      if (set.study[i] == set.study[j]) {
        blocks(i, j) = 1;
        s(i, j) = found->tau2 + (i == j ? set.data.vi[i] + found->omega2 : 0);
      }
  }
  const auto ls = stats::weighted_least_squares(set.data.x, set.data.yi, w);
  Vector sums(15, 0.0);
  for (std::size_t i = 0; i < k; ++i) sums[set.study[i]] += set.data.yi[i] - stats::dot(set.data.x.row(i), ls->beta);
  EXPECT_NEAR(dense_expectation(set.data.x, w, weights, s), ls->rss, 1e-9 * ls->rss);
  EXPECT_NEAR(dense_expectation(set.data.x, w, blocks, s), stats::dot(sums, sums), 1e-9 * stats::dot(sums, sums));
}

TEST(WorkingModel, EstimatorsAreUnbiasedBeforeTruncation) {
  // tau2 far from 0, so that no estimate is truncated; 2,000 sets, standard error of the mean about 0.003.
  double correlated = 0, tau2 = 0, omega2 = 0;
  for (std::uint64_t r = 0; r < 2000; ++r) {
    const Set corr = simulated(30, 0.5, 0, 0.6, r);
    correlated += correlated_effects(corr.data, corr.study, 0.6)->tau2 / 2000;
    const Set hier = simulated(30, 0.5, 0.4, 0, r);
    const auto both = hierarchical_effects(hier.data, hier.study);
    tau2 += both->tau2 / 2000;
    omega2 += both->omega2 / 2000;
  }
  EXPECT_NEAR(correlated, 0.5, 0.015);
  EXPECT_NEAR(tau2, 0.5, 0.02);
  EXPECT_NEAR(omega2, 0.4, 0.015);
}

TEST(WorkingModel, RefusesWhatHasNoMeaning) {
  Set set = simulated(12, 0.3, 0, 0.5, 1);
  EXPECT_FALSE(correlated_effects(set.data, set.study, 1.2).ok());
  std::vector<std::uint32_t> own(set.data.k());
  for (std::uint32_t i = 0; i < own.size(); ++i) own[i] = i;
  EXPECT_FALSE(hierarchical_effects(set.data, own).ok());
  EXPECT_FALSE(correlated_effects(set.data, std::vector<std::uint32_t>(set.data.k(), 0), 0.5).ok());
  set.data.vi[0] = 0;
  EXPECT_FALSE(correlated_effects(set.data, set.study, 0.5).ok());
}

}  // namespace
}  // namespace hedgerow::model
