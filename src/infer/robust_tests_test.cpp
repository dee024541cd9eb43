#include "infer/robust_tests.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "stats/distributions.hpp"
#include "stats/factors.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr std::size_t kClusters = 7;

/// Two-level fit of clustered rows with two moderators (one far from zero); user weights if asked for.
model::Fit clustered(bool user_weights) {
  model::Data data;
  model::Univariate spec;
  spec.tau2 = 0.05;
  RandomStream random(3, 1);
  Vector year, dose;
  for (std::uint32_t j = 0; j < kClusters; ++j)
    for (std::uint32_t i = 0; i <= j % 4; ++i) {
      year.push_back(2000 + static_cast<double>(random.below(20)));
      dose.push_back(random.uniform());
      data.vi.push_back(0.02 + 0.1 * random.uniform());
      data.yi.push_back(0.3 * random.normal());
      if (user_weights) spec.weights.push_back(1 + random.uniform());
    }
  data.x = Matrix(data.yi.size(), 3, 1.0);
  for (std::size_t i = 0; i < year.size(); ++i) {
    data.x(i, 1) = year[i];
    data.x(i, 2) = dose[i];
  }
  data.names = {"intrcpt", "year", "dose"};
  data.term = {0, 1, 2};
  return *model::fit(*model::Problem::create(data, spec));
}

std::vector<std::uint32_t> labels() {
  std::vector<std::uint32_t> out;
  for (std::uint32_t j = 0; j < kClusters; ++j)
    for (std::uint32_t i = 0; i <= j % 4; ++i) out.push_back(j);
  return out;
}

Matrix both_moderators() {
  Matrix l(2, 3);
  l(0, 1) = l(1, 2) = 1;
  return l;
}

/// The definitions with whole matrices: P[s][t] is clusters x clusters.
struct Dense {
  std::vector<std::vector<Matrix>> p;
  Matrix v;

  Dense(const model::Fit& fit, Adjustment adjustment, const Matrix& l) {
    const std::size_t k = fit.k();
    const Matrix& x = fit.problem.data().x;
    const auto& spec = std::get<model::Univariate>(fit.problem.spec());
    const Vector variance = model::marginal_variances(fit);
    const auto cluster = labels();
    Matrix theta(k, k), w(k, k);
    for (std::size_t i = 0; i < k; ++i) {
      theta(i, i) = variance[i];
      w(i, i) = spec.weights.empty() ? 1 / variance[i] : spec.weights[i];
    }
    const Matrix xw = stats::multiply(stats::transpose(x), w);
    const Matrix m = stats::Cholesky::create(stats::multiply(xw, x))->inverse();
    Matrix maker = stats::multiply(stats::multiply(x, m), xw);
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) maker(i, j) = (i == j ? 1.0 : 0.0) - maker(i, j);
    const Matrix residual = stats::multiply(stats::multiply(maker, theta), stats::transpose(maker));
    const Matrix g = stats::multiply(stats::multiply(l, m), adjusted(xw, residual, variance, adjustment));
    Vector e(k);
    for (std::size_t i = 0; i < k; ++i) e[i] = fit.problem.data().yi[i] - stats::dot(x.row(i), fit.beta);
    const std::size_t q = l.rows();
    p.assign(q, std::vector<Matrix>(q, Matrix(kClusters, kClusters)));
    Matrix score(q, kClusters);
    for (std::size_t s = 0; s < q; ++s)
      for (std::size_t i = 0; i < k; ++i) {
        score(s, cluster[i]) += g(s, i) * e[i];
        for (std::size_t t = 0; t < q; ++t)
          for (std::size_t j = 0; j < k; ++j) p[s][t](cluster[i], cluster[j]) += g(s, i) * residual(i, j) * g(t, j);
      }
    v = stats::multiply(score, stats::transpose(score));
  }

  /// X'W A with A_j = D_j G_j^(-1/2) D_j for CR2, D_j the diagonal root of Theta_j.
  static Matrix adjusted(const Matrix& xw, const Matrix& residual, const Vector& variance, Adjustment adjustment) {
    if (adjustment == Adjustment::cr0) return xw;
    const auto cluster = labels();
    const std::size_t k = cluster.size();
    Matrix g(k, k);
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j)
        if (cluster[i] == cluster[j]) g(i, j) = std::sqrt(variance[i]) * residual(i, j) * std::sqrt(variance[j]);
    Matrix root = stats::symmetric_power(g, -0.5);
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) root(i, j) *= std::sqrt(variance[i] * variance[j]);
    return stats::multiply(xw, root);
  }

  double sum(std::size_t s, std::size_t t, std::size_t u, std::size_t w) const {
    double out = 0;
    for (std::size_t i = 0; i < kClusters; ++i)
      for (std::size_t j = 0; j < kClusters; ++j) out += p[s][t](i, j) * p[u][w](i, j);
    return out;
  }
  /// The same after the rows are scaled by Omega^(-1/2).
  Dense scaled() const {
    Dense out = *this;
    Matrix omega(2, 2);
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t t = 0; t < 2; ++t) omega(s, t) = stats::trace(p[s][t]);
    const Matrix root = stats::symmetric_power(omega, -0.5);
    for (std::size_t i = 0; i < kClusters; ++i)
      for (std::size_t j = 0; j < kClusters; ++j) {
        Matrix one(2, 2);
        for (std::size_t s = 0; s < 2; ++s)
          for (std::size_t t = 0; t < 2; ++t) one(s, t) = p[s][t](i, j);
        one = stats::multiply(stats::multiply(root, one), root);
        for (std::size_t s = 0; s < 2; ++s)
          for (std::size_t t = 0; t < 2; ++t) out.p[s][t](i, j) = one(s, t);
      }
    return out;
  }
  double covariance(std::size_t s, std::size_t t, std::size_t u, std::size_t w) const {
    return sum(s, u, t, w) + sum(s, w, t, u);
  }
};

TEST(RobustTests, CovarianceAndDegreesOfFreedomByTheDenseDefinition) {
  for (const bool weights : {false, true})
    for (const Adjustment adjustment : {Adjustment::cr0, Adjustment::cr2}) {
      const model::Fit fit = clustered(weights);
      const auto sandwich = Sandwich::create(fit, {.adjustment = adjustment, .clusters = labels()});
      ASSERT_TRUE(sandwich.ok()) << sandwich.error().message;
      const Dense dense(fit, adjustment, both_moderators());
      for (std::size_t s = 0; s < 2; ++s) {
        const double trace = stats::trace(dense.p[s][s]);
        const double df = trace * trace / dense.sum(s, s, s, s);
        EXPECT_NEAR(satterthwaite_df(*sandwich, both_moderators().row(s)), df, 1e-6 * df)
            << name(adjustment) << weights;
        EXPECT_NEAR(sandwich->covariance()(s + 1, s + 1), dense.v(s, s), 1e-6 * dense.v(s, s));
      }
    }
}

TEST(RobustTests, HotellingDegreesOfFreedomByTheDenseDefinition) {
  const model::Fit fit = clustered(true);
  const Dense dense = Dense(fit, Adjustment::cr2, both_moderators()).scaled();
  double all = 0, all_squares = 0, lower = 0, lower_squares = 0;
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t t = 0; t < 2; ++t) {
      all += dense.covariance(s, t, s, t);
      if (t <= s) lower += dense.covariance(s, t, s, t);
      for (std::size_t u = 0; u < 2; ++u)
        for (std::size_t w = 0; w < 2; ++w) all_squares += std::pow(dense.covariance(s, t, u, w), 2);
    }
  // Distinct entries (0,0), (1,0), (1,1), each pair of them once.
  const std::size_t entry[3][2] = {{0, 0}, {1, 0}, {1, 1}};
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b <= a; ++b)
      lower_squares += std::pow(dense.covariance(entry[a][0], entry[a][1], entry[b][0], entry[b][1]), 2);
  const Vector estimate{fit.beta[1], fit.beta[2]};
  const auto df2 = [&](WaldTest test) {
    const auto sandwich = Sandwich::create(fit, {.wald_test = test, .clusters = labels()});
    return robust_wald(*sandwich, both_moderators(), estimate).df2;
  };
  EXPECT_NEAR(df2(WaldTest::htz), 6 / all - 1, 1e-6);
  EXPECT_NEAR(df2(WaldTest::hta), 2 * all / all_squares - 1, 1e-6);
  EXPECT_NEAR(df2(WaldTest::htb), 2 * lower / lower_squares - 1, 1e-6);
}

TEST(RobustTests, OneCombinationIsItsTTest) {
  const model::Fit fit = clustered(false);
  Matrix l(1, 3);
  l(0, 2) = 1;
  const Vector estimate{fit.beta[2]};
  for (const WaldTest test : {WaldTest::hta, WaldTest::htb, WaldTest::htz}) {
    const auto sandwich = Sandwich::create(fit, {.wald_test = test, .clusters = labels()});
    const RobustContrast t = robust_contrast(*sandwich, l.row(0), estimate[0], 0.95);
    const RobustWald f = robust_wald(*sandwich, l, estimate);
    EXPECT_NEAR(f.statistic, t.statistic * t.statistic, 1e-9 * f.statistic);
    EXPECT_NEAR(f.pval, t.pval, 1e-9);
  }
}

TEST(RobustTests, SaddlepointOfEqualWeightsIsNearTheExactT) {
  // With one mean and equal variances P has m - 1 equal eigenvalues, so that the ratio is Student's t with m - 1 df.
  model::Data data;
  RandomStream random(9, 2);
  for (int i = 0; i < 12; ++i) {
    data.yi.push_back(0.35 + random.normal());
    data.vi.push_back(1);
  }
  data.x = Matrix(12, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  const model::Fit fit = *model::fit(*model::Problem::create(data, spec));
  const auto sandwich = Sandwich::create(fit, {.test = RobustTest::saddlepoint});
  const Vector one{1.0};
  for (const double estimate : {0.05, 0.3, 0.8, 1.5}) {
    const RobustContrast found = robust_contrast(*sandwich, one, estimate, 0.95);
    const double exact = stats::two_sided_p(found.statistic, 11);
    EXPECT_NEAR(found.pval, exact, 0.02 * exact + 0.004) << estimate;
    EXPECT_TRUE(std::isnan(found.ddf));
    EXPECT_NEAR(found.conf_ddf, 11, 1e-8);
  }
}

}  // namespace
}  // namespace hedgerow::infer
