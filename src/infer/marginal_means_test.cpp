#include "infer/marginal_means.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

// Three groups of effects with known variances and no heterogeneity: the means are the groups' weighted means.
model::Fit three_groups() {
  model::Data data;
  data.yi = {0.1, 0.3, 0.2, 0.9, 0.7, 0.5, 0.4, 0.6};
  data.vi = {0.1, 0.2, 0.1, 0.3, 0.1, 0.2, 0.2, 0.1};
  data.x = Matrix(8, 3);
  for (std::size_t i = 0; i < 8; ++i) {
    data.x(i, 0) = 1;
    data.x(i, 1) = i >= 3 && i < 5 ? 1 : 0;
    data.x(i, 2) = i >= 5 ? 1 : 0;
  }
  data.names = {"intrcpt", "gb", "gc"};
  data.term = {0, 1, 1};
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  auto problem = model::Problem::create(data, spec);
  auto fit = model::fit(problem.take());
  EXPECT_TRUE(fit.ok());
  return fit.take();
}

Matrix levels() {
  Matrix x(3, 3);
  for (std::size_t a = 0; a < 3; ++a) x(a, 0) = 1;
  x(1, 1) = x(2, 2) = 1;
  return x;
}

TEST(MarginalMeans, OfGroupsAreTheirWeightedMeans) {
  const model::Fit fit = three_groups();
  const auto m = marginal_means(fit, levels(), Options{});
  ASSERT_TRUE(m.ok());
  const model::Data& data = fit.problem.data();
  const std::size_t first[] = {0, 3, 5, 8};
  Vector mean, variance;
  double grand = 0, weight = 0, q = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    double sum = 0, w = 0;
    for (std::size_t i = first[a]; i < first[a + 1]; ++i) {
      sum += data.yi[i] / data.vi[i];
      w += 1 / data.vi[i];
    }
    mean.push_back(sum / w);
    variance.push_back(1 / w);
    grand += sum;
    weight += w;
    EXPECT_NEAR(m->means.estimate[a], sum / w, 1e-12);
    EXPECT_NEAR(m->means.se[a], std::sqrt(1 / w), 1e-12);
  }
  ASSERT_EQ(m->pairs.size(), 3u);
  for (std::size_t r = 0; r < 3; ++r) {
    const auto [a, b] = m->pairs[r];
    EXPECT_NEAR(m->comparisons.estimate[r], mean[a] - mean[b], 1e-12);
    EXPECT_NEAR(m->comparisons.se[r], std::sqrt(variance[a] + variance[b]), 1e-12);
  }
  for (std::size_t a = 0; a < 3; ++a) q += std::pow(mean[a] - grand / weight, 2) / variance[a];
  EXPECT_NEAR(m->q_m, q, 1e-10);
  EXPECT_EQ(m->q_m_df1, 2);
}

TEST(MarginalMeans, HolmAdjustsTheComparisons) {
  const auto m = marginal_means(three_groups(), levels(), Options{});
  ASSERT_TRUE(m.ok());
  Vector raw = m->comparisons.pval, adjusted = m->adjusted;
  std::sort(raw.begin(), raw.end());
  std::sort(adjusted.begin(), adjusted.end());
  EXPECT_NEAR(adjusted[0], std::min(1.0, 3 * raw[0]), 1e-14);
  EXPECT_NEAR(adjusted[1], std::min(1.0, std::max(3 * raw[0], 2 * raw[1])), 1e-14);
  EXPECT_FALSE(marginal_means(three_groups(), levels(), Options{}, "tukay").ok());
}

// Outcomes of the same people with a sampling covariance: means and comparisons by dense generalised least squares. The
// comparison gains by the correlation, which a model with independent errors does not know.
TEST(MarginalMeans, WithDependentSamplingErrors) {
  model::Data data;
  std::vector<std::uint32_t> study, row;
  data.x = Matrix(16, 2, 1.0);
  for (std::uint32_t i = 0; i < 16; ++i) {
    study.push_back(i / 2);
    row.push_back(i);
    data.yi.push_back(0.3 * std::sin(3.0 * (i / 2)) + 0.2 * (i % 2) + 0.3 * std::sin(7.0 * i));
    data.vi.push_back(0.04 + 0.01 * (i % 3));
    data.x(i, 1) = i % 2;
  }
  auto v = stats::BlockMatrix::zeros(study);
  for (std::size_t i = 0; i < 16; ++i) {
    v.set(i, i, data.vi[i]);
    if (i % 2 == 1) v.set(i, i - 1, 0.7 * std::sqrt(data.vi[i] * data.vi[i - 1]));
  }
  data.v = std::make_shared<const stats::BlockMatrix>(v);
  data.names = {"intrcpt", "second"};
  data.term = {0, 1};
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {study, row};
  auto problem = model::Problem::create(data, spec);
  ASSERT_TRUE(problem.ok());
  const auto fit = model::fit(problem.take());
  ASSERT_TRUE(fit.ok());
  Matrix m = v.dense();
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t j = 0; j < 16; ++j)
      m(i, j) += (study[i] == study[j] ? fit->sigma2[0] : 0) + (i == j ? fit->sigma2[1] : 0);
  const auto factor = stats::Cholesky::create(m);
  const Matrix wx = factor->solve(data.x);
  const Matrix vb = stats::Cholesky::create(stats::multiply(stats::transpose(data.x), wx))->inverse();
  const Vector beta = stats::multiply(vb, stats::multiply(stats::transpose(wx), data.yi));
  Matrix x(2, 2);
  x(0, 0) = x(1, 0) = x(1, 1) = 1;
  const auto out = marginal_means(*fit, x, Options{});
  ASSERT_TRUE(out.ok());
  EXPECT_NEAR(out->means.estimate[0], beta[0], 1e-10);
  EXPECT_NEAR(out->means.estimate[1], beta[0] + beta[1], 1e-10);
  EXPECT_NEAR(out->means.se[0], std::sqrt(vb(0, 0)), 1e-10);
  EXPECT_NEAR(out->means.se[1], std::sqrt(vb(0, 0) + 2 * vb(0, 1) + vb(1, 1)), 1e-10);
  EXPECT_NEAR(out->comparisons.estimate[0], -beta[1], 1e-10);
  EXPECT_NEAR(out->comparisons.se[0], std::sqrt(vb(1, 1)), 1e-10);
  EXPECT_NEAR(out->q_m, beta[1] * beta[1] / vb(1, 1), 1e-9);
  EXPECT_LT(out->comparisons.se[0], out->means.se[0]);
}

TEST(MarginalMeans, NeedsTwoLevels) { EXPECT_FALSE(marginal_means(three_groups(), Matrix(1, 3, 1.0), Options{}).ok()); }

}  // namespace
}  // namespace hedgerow::infer
