// The general path against the recursion over nested groups, and against the definition with dense matrices.
#include "model/detail/random_effects.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

Fit nested_fit() {
  Data data;
  data.yi = {0.1, 0.4, -0.2, 0.6, 0.9, 0.3, 0.5};
  data.vi = {0.02, 0.05, 0.01, 0.04, 0.03, 0.02, 0.06};
  data.x = stats::Matrix(7, 2, 1.0);
  for (std::size_t i = 0; i < 7; ++i) data.x(i, 1) = static_cast<double>(i % 3);
  data.names = {"intrcpt", "dose"};
  data.term = {0, 1};
  Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {{0, 0, 1, 1, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 5}};
  spec.sigma2 = {0.05, 0.02};
  return fit(Problem::create(data, spec).take()).take();
}

TEST(RandomEffects, GeneralPathEqualsTheNestedRecursion) {
  const Fit fitted = nested_fit();
  const auto nested = random_effects(fitted);
  const auto general = marginal_random_effects(fitted);
  ASSERT_TRUE(nested.ok() && general.ok());
  ASSERT_EQ(nested->size(), general->size());
  for (const RandomEffects& a : *nested) {
    const RandomEffects& b = a.name == general->front().name ? general->front() : general->back();
    ASSERT_EQ(a.intrcpt.size(), b.intrcpt.size());
    EXPECT_EQ(a.first_row, b.first_row);
    for (std::size_t g = 0; g < a.intrcpt.size(); ++g) {
      EXPECT_NEAR(a.intrcpt[g], b.intrcpt[g], 1e-12);
      EXPECT_NEAR(a.se[g], b.se[g], 1e-12);
    }
  }
}

/// u = C'M^-1 r and its error by the whole matrices, for a structure put on the nested fit by hand.
TEST(RandomEffects, StructuredTermsFollowTheDefinition) {
  Data data;
  data.yi = {0.1, 0.4, -0.2, 0.6, 0.9, 0.3};
  data.vi = {0.02, 0.05, 0.01, 0.04, 0.03, 0.02};
  data.x = stats::Matrix(6, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  Structured term;
  term.structure = Structure::un;
  term.inner_name = "outcome";
  term.outer_name = "trial";
  term.levels = {"a", "b"};
  term.outer = {0, 0, 1, 1, 2, 2};
  term.inner = {1, 0, 0, 1, 1, 1};
  term.tau2 = {0.05, 0.08};
  term.rho = {0.4};
  Multilevel spec;
  spec.structured = {term};
  const auto fitted = fit(Problem::create(data, spec).take());
  ASSERT_TRUE(fitted.ok()) << describe(fitted.error());
  const auto effects = random_effects(*fitted);
  ASSERT_TRUE(effects.ok());
  const RandomEffects& u = effects->front();
  EXPECT_EQ(u.name, "~outcome | trial");
  EXPECT_EQ(u.level, (std::vector<std::string>{"a", "b", "a", "b", "b"}));
  EXPECT_EQ(u.first_row, (std::vector<std::size_t>{1, 0, 2, 3, 4}));
  const double g[2][2] = {{0.05, 0.4 * std::sqrt(0.05 * 0.08)}, {0.4 * std::sqrt(0.05 * 0.08), 0.08}};
  const std::size_t outer[5] = {0, 0, 1, 1, 2}, level[5] = {0, 1, 0, 1, 1};
  stats::Matrix m(6, 6);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      m(i, j) = (i == j ? data.vi[i] : 0) + (term.outer[i] == term.outer[j] ? g[term.inner[i]][term.inner[j]] : 0);
  const auto factor = stats::Cholesky::create(m);
  ASSERT_TRUE(factor);
  for (std::size_t e = 0; e < 5; ++e) {
    stats::Vector c, r;
    for (std::size_t i = 0; i < 6; ++i) {
      c.push_back(term.outer[i] == outer[e] ? g[level[e]][term.inner[i]] : 0);
      r.push_back(data.yi[i] - fitted->beta[0]);
    }
    const stats::Vector solved = factor->solve(c);
    double h = 0;
    for (const double s : solved) h += s;
    EXPECT_NEAR(u.intrcpt[e], stats::dot(solved, r), 1e-12);
    EXPECT_NEAR(u.se[e] * u.se[e], g[level[e]][level[e]] - stats::dot(c, solved) + h * h * fitted->vb(0, 0), 1e-12);
  }
}

/// Cov(u_hat - u) from the joint covariance of (u, y): with beta estimated, u_hat = C'P y, so it is G - C'P C.
TEST(RandomEffects, CovarianceOfPredictionErrorsIsTheirDefinition) {
  const Fit fitted = nested_fit();
  const auto effects = random_effects(fitted).take();
  const Multilevel& spec = std::get<Multilevel>(fitted.problem.spec());
  const Data& data = fitted.problem.data();
  stats::Matrix m(7, 7);
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t j = 0; j < 7; ++j)
      m(i, j) = (i == j ? data.vi[i] : 0) + (spec.groups[0][i] == spec.groups[0][j] ? 0.05 : 0) +
                (spec.groups[1][i] == spec.groups[1][j] ? 0.02 : 0);
  const stats::Matrix inverse = stats::Cholesky::create(m)->inverse();
  const stats::Matrix mx = stats::multiply(inverse, data.x);
  const stats::Matrix along = stats::multiply(stats::multiply(mx, fitted.vb), stats::transpose(mx));
  for (const std::size_t term : {0U, 1U}) {
    const double sigma2 = fitted.sigma2[term];
    const auto found = random_effects_covariance(fitted, term);
    ASSERT_TRUE(found.ok());
    const std::size_t groups = effects[term].se.size();
    ASSERT_EQ(found->rows(), groups);
    for (std::size_t g = 0; g < groups; ++g) {
      EXPECT_NEAR((*found)(g, g), effects[term].se[g] * effects[term].se[g], 1e-13);
      for (std::size_t h = 0; h < groups; ++h) {
        double expected = g == h ? sigma2 : 0;
        for (std::size_t i = 0; i < 7; ++i)
          for (std::size_t j = 0; j < 7; ++j)
            if (spec.groups[term][i] == g && spec.groups[term][j] == h)
              expected -= sigma2 * sigma2 * (inverse(i, j) - along(i, j));
        EXPECT_NEAR((*found)(g, h), expected, 1e-13);
      }
    }
  }
  EXPECT_FALSE(random_effects_covariance(fitted, 2).ok());
}

}  // namespace
}  // namespace hedgerow::model
