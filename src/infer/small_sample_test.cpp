#include "infer/small_sample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "infer/inference.hpp"
#include "model/parameters.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

struct Set {
  Vector yi, vi;
  Matrix x;
  std::vector<std::uint32_t> study;
};

model::Fit fit_of(const Set& set, bool study, bool effect) {
  model::Data data;
  data.yi = set.yi;
  data.vi = set.vi;
  data.x = set.x;
  for (std::size_t j = 0; j < set.x.cols(); ++j) {
    data.names.push_back("x" + std::to_string(j));
    data.term.push_back(static_cast<int>(j));
  }
  model::Multilevel spec;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < set.yi.size(); ++i) rows.push_back(static_cast<std::uint32_t>(i));
  if (study) {
    spec.s_names.emplace_back("study");
    spec.groups.push_back(set.study);
  }
  if (effect) {
    spec.s_names.emplace_back("study/es");
    spec.groups.push_back(rows);
  }
  auto problem = model::Problem::create(data, spec);
  EXPECT_TRUE(problem.ok());
  auto fit = model::fit(problem.take());
  EXPECT_TRUE(fit.ok());
  return fit.take();
}

// Eight studies with one to four effects, two moderators; both components are above 0.
Set unbalanced() {
  Set out;
  const int sizes[] = {1, 4, 2, 3, 1, 2, 4, 3};
  const double shift[] = {0.9, -0.6, 0.3, 1.1, -0.4, 0.1, 0.7, -0.9};
  std::vector<Vector> rows;
  for (int s = 0; s < 8; ++s) {
    for (int e = 0; e < sizes[s]; ++e) {
      const int i = static_cast<int>(out.yi.size());
      rows.push_back({1, s % 3 == 0 ? 1.0 : 0.0, std::sin(1.0 + i)});
      out.yi.push_back(shift[s] + 0.9 * std::sin(7.0 * i) + 0.2 * rows.back()[1]);
      out.vi.push_back(0.02 + 0.03 * ((i * 7) % 5));
      out.study.push_back(static_cast<std::uint32_t>(s));
    }
  }
  out.x = Matrix(rows.size(), 3);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < 3; ++j) out.x(i, j) = rows[i][j];
  return out;
}

/// Everything with k x k matrices; derivatives of Phi by differences.
struct Dense {
  const Set& set;
  Vector theta;

  Matrix m(const Vector& t) const {
    const std::size_t k = set.yi.size();
    Matrix out(k, k);
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j)
        out(i, j) = (set.study[i] == set.study[j] ? t[0] : 0) + (i == j ? t[1] + set.vi[i] : 0);
    return out;
  }
  Matrix inverse(const Vector& t) const { return stats::Cholesky::create(m(t))->inverse(); }
  Matrix phi(const Vector& t) const {
    return stats::Cholesky::create(stats::multiply(stats::transpose(set.x), stats::multiply(inverse(t), set.x)))
        ->inverse();
  }
  Matrix step(std::size_t a, const std::function<Matrix(const Vector&)>& f) const {
    Vector up = theta, down = theta;
    const double h = 1e-5;
    up[a] += h;
    down[a] -= h;
    Matrix out = f(up);
    const Matrix low = f(down);
    for (std::size_t i = 0; i < out.rows(); ++i)
      for (std::size_t j = 0; j < out.cols(); ++j) out(i, j) = (out(i, j) - low(i, j)) / (2 * h);
    return out;
  }
  Matrix expected() const {
    const Matrix w = inverse(theta), solved = stats::multiply(w, set.x);
    Matrix p = w;
    const Matrix fitted = stats::multiply(stats::multiply(solved, phi(theta)), stats::transpose(solved));
    for (std::size_t i = 0; i < p.rows(); ++i)
      for (std::size_t j = 0; j < p.cols(); ++j) p(i, j) -= fitted(i, j);
    Matrix out(2, 2);
    const auto change = [&](std::size_t a) { return step(a, [&](const Vector& t) { return m(t); }); };
    for (std::size_t a = 0; a < 2; ++a)
      for (std::size_t b = 0; b < 2; ++b)
        out(a, b) = 0.5 * stats::trace(stats::multiply(stats::multiply(p, change(a)), stats::multiply(p, change(b))));
    return out;
  }
  model::VarianceInformation information() const { return {{0, 1}, expected(), expected()}; }
  // Var(b) of Kenward and Roger as Phi + 2 Phi (sum W (Q - P Phi P)) Phi, Q by inverses of M.
  Matrix adjusted() const {
    const Matrix cov = stats::Cholesky::create(expected())->inverse(), f = phi(theta), w = inverse(theta);
    Matrix inner(3, 3);
    for (std::size_t a = 0; a < 2; ++a) {
      for (std::size_t b = 0; b < 2; ++b) {
        const Matrix wa = step(a, [&](const Vector& t) { return inverse(t); });
        const Matrix wb = step(b, [&](const Vector& t) { return inverse(t); });
        const auto between = [&](const Matrix& c) {
          return stats::multiply(stats::multiply(stats::transpose(set.x), c), set.x);
        };
        const Matrix q = between(stats::multiply(wa, stats::multiply(m(theta), wb)));
        const Matrix pp = stats::multiply(between(wa), stats::multiply(f, between(wb)));
        for (std::size_t i = 0; i < 3; ++i)
          for (std::size_t j = 0; j < 3; ++j) inner(i, j) += cov(a, b) * (q(i, j) - pp(i, j));
      }
    }
    Matrix out = stats::multiply(stats::multiply(f, inner), f);
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 3; ++j) out(i, j) = f(i, j) + 2 * out(i, j);
    return out;
  }
  double df(const Vector& c) const {
    Vector g;
    for (std::size_t a = 0; a < 2; ++a)
      g.push_back(stats::quadratic_form(step(a, [&](const Vector& t) { return phi(t); }), c));
    const double v = stats::quadratic_form(phi(theta), c);
    return 2 * v * v / stats::quadratic_form(stats::Cholesky::create(expected())->inverse(), g);
  }
};

TEST(SmallSample, AgreesWithTheDenseTwin) {
  const Set set = unbalanced();
  const model::Fit fit = fit_of(set, true, true);
  ASSERT_GT(fit.sigma2[0], 0.01);
  ASSERT_GT(fit.sigma2[1], 0.01);
  const Dense dense{set, fit.sigma2};
  const auto satterthwaite = SmallSample::create(fit, SmallSampleMethod::satterthwaite);
  const auto kenward_roger = SmallSample::create(fit, SmallSampleMethod::kenward_roger);
  ASSERT_TRUE(satterthwaite.ok() && kenward_roger.ok());
  for (const Vector& c : {Vector{1, 0, 0}, Vector{0, 1, 0}, Vector{0, 0, 1}, Vector{1, 1, -0.5}}) {
    EXPECT_NEAR(satterthwaite->df(c) / dense.df(c), 1, 1e-6);
    EXPECT_EQ(satterthwaite->df(c), kenward_roger->df(c));
  }
  const Matrix adjusted = dense.adjusted();
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(kenward_roger->vb()(i, j), adjusted(i, j), 1e-7);
      EXPECT_EQ(satterthwaite->vb()(i, j), fit.vb(i, j));
    }
  }
  EXPECT_GT(adjusted(1, 1), 1.001 * fit.vb(1, 1));
}

TEST(SmallSample, TakesAGivenInformation) {
  const Set set = unbalanced();
  const model::Fit fit = fit_of(set, true, true);
  const Dense dense{set, fit.sigma2};
  const auto given = SmallSample::create(fit, SmallSampleMethod::kenward_roger, dense.information());
  const auto own = SmallSample::create(fit, SmallSampleMethod::kenward_roger);
  ASSERT_TRUE(given.ok() && own.ok());
  const Vector c{0, 1, 0};
  EXPECT_NEAR(given->df(c) / own->df(c), 1, 1e-8);
}

// m studies of n effects with equal variances: study means are independent and equally precise.
Set balanced(std::size_t m, std::size_t n) {
  Set out;
  for (std::size_t s = 0; s < m; ++s) {
    for (std::size_t e = 0; e < n; ++e) {
      out.yi.push_back(std::sin(3.0 * static_cast<double>(s)) + 0.5 * std::sin(5.0 * static_cast<double>(s * n + e)));
      out.vi.push_back(0.03);
      out.study.push_back(static_cast<std::uint32_t>(s));
    }
  }
  out.x = Matrix(m * n, 1, 1.0);
  return out;
}

TEST(SmallSample, BalancedStudiesLeaveOneDfForEachButOne) {
  const Set set = balanced(6, 4);
  for (const bool effect : {false, true}) {
    const model::Fit fit = fit_of(set, true, effect);
    for (const auto method : {SmallSampleMethod::satterthwaite, SmallSampleMethod::kenward_roger}) {
      const auto s = SmallSample::create(fit, method);
      ASSERT_TRUE(s.ok());
      EXPECT_NEAR(s->df(Vector{1}), 5, 1e-9);
      EXPECT_NEAR(s->vb()(0, 0) / fit.vb(0, 0), 1, 1e-9) << "the mean does not depend on the weights";
    }
  }
}

// Three groups of four balanced studies: the omnibus test is the F test of the study means, F(2, 12 - 3), exactly.
TEST(SmallSample, BalancedGroupsGiveTheOrdinaryF) {
  Set set = balanced(12, 3);
  set.x = Matrix(36, 3);
  Vector mean(12, 0.0);
  for (std::size_t i = 0; i < 36; ++i) {
    set.x(i, 0) = 1;
    const std::size_t group = set.study[i] % 3;
    if (group > 0) set.x(i, group) = 1;
    mean[set.study[i]] += set.yi[i] / 3;
  }
  double between = 0, within = 0, grand = 0;
  Vector group(3, 0.0);
  for (std::size_t s = 0; s < 12; ++s) group[s % 3] += mean[s] / 4;
  for (std::size_t g = 0; g < 3; ++g) grand += group[g] / 3;
  for (std::size_t g = 0; g < 3; ++g) between += 4 * (group[g] - grand) * (group[g] - grand) / 2;
  for (std::size_t s = 0; s < 12; ++s) within += (mean[s] - group[s % 3]) * (mean[s] - group[s % 3]) / 9;
  const model::Fit fit = fit_of(set, true, true);
  ASSERT_GT(fit.sigma2[0], 0.001);
  Options options;
  options.test = infer::Test::t;
  options.btt = {{1, 2}};
  for (const auto kind : {Dfs::Kind::satterthwaite, Dfs::Kind::kenward_roger}) {
    options.dfs.kind = kind;
    const auto c = coefficients(fit, options);
    ASSERT_TRUE(c.ok());
    EXPECT_NEAR(c->q_m, between / within, 1e-8 * between / within);
    EXPECT_NEAR(c->q_m_df2, 9, 1e-7);
    EXPECT_NEAR(c->ddf[1], 9, 1e-8);
  }
}

TEST(SmallSample, CombinationsHaveTheirOwnDf) {
  const Set set = unbalanced();
  const model::Fit fit = fit_of(set, true, true);
  Options options;
  options.test = infer::Test::t;
  options.dfs.kind = Dfs::Kind::kenward_roger;
  const auto s = SmallSample::create(fit, SmallSampleMethod::kenward_roger);
  Matrix l(1, 3);
  l(0, 0) = 1;
  l(0, 2) = 0.5;
  const auto c = contrasts(fit, l, options);
  const auto p = predict(fit, l, options);
  ASSERT_TRUE(s.ok() && c.ok() && p.ok());
  EXPECT_EQ(c->ddf[0], s->df(l.row(0)));
  EXPECT_EQ(p->ddf[0], s->df(l.row(0)));
  EXPECT_EQ(c->q_m_df2, s->df(l.row(0)));
  EXPECT_NEAR(c->q_m, c->zval[0] * c->zval[0], 1e-12 * c->q_m);
  EXPECT_EQ(c->se[0], std::sqrt(stats::quadratic_form(s->vb(), l.row(0))));
}

// Residual variance free, sampling variances next to none: the ordinary mixed model, where pbkrtest 0.5.2 (through
// lmerTest 3.1-3) gives Var(b), df and the scaled F of the factor g.
TEST(SmallSample, AgreesWithPbkrtest) {
  Set set;
  set.study = {0, 0, 0, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7, 7};
  set.yi = {-0.012, 0.26,   -0.063, -0.253, 1.725,  1.027,  0.541, 1.84,  0.813, 1.259,  0.808, -0.593,
            0.145,  -0.775, 0.236,  0.06,   -0.991, -1.091, 1.693, 0.516, 0.713, -0.434, 0.024, -0.082};
  const Vector x{-0.962, -0.293, 0.259, -1.152, 0.196,  0.03,   0.085, 1.117, -1.219, 1.267,  -0.745, -1.131,
                 -0.716, 0.253,  0.152, -0.308, -0.953, -0.648, 1.224, 0.2,   -0.578, -0.942, -0.204, -1.666};
  const std::string g = "bbbcaaaabbcccccaaabbcccc";
  set.vi = Vector(set.yi.size(), 1e-9);
  set.x = Matrix(set.yi.size(), 4);
  for (std::size_t i = 0; i < set.yi.size(); ++i) {
    set.x(i, 0) = 1;
    set.x(i, 1) = g[i] == 'b' ? 1 : 0;
    set.x(i, 2) = g[i] == 'c' ? 1 : 0;
    set.x(i, 3) = x[i];
  }
  const model::Fit fit = fit_of(set, true, true);
  Options options;
  options.test = infer::Test::t;
  options.dfs.kind = Dfs::Kind::kenward_roger;
  options.btt = {{1, 2}};
  const auto c = coefficients(fit, options);
  ASSERT_TRUE(c.ok());
  const Vector se{0.4270204121, 0.5663512563, 0.5789115549, 0.1931039571};
  const Vector df{4.031392546, 4.457463648, 4.462187667, 18.316415690};
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(c->se[j] / se[j], 1, 2e-6);
    EXPECT_NEAR(c->ddf[j] / df[j], 1, 2e-5);
  }
  EXPECT_NEAR(c->q_m / 0.3118815841, 1, 1e-5);
  EXPECT_NEAR(c->q_m_df2 / 4.739466926, 1, 1e-5);
}

TEST(SmallSample, RefusesWhereItIsNotDefined) {
  const Set set = balanced(6, 2);
  model::Data data;
  data.yi = set.yi;
  data.vi = set.vi;
  data.x = set.x;
  data.names = {"intrcpt"};
  data.term = {0};
  model::Univariate spec;
  spec.method = model::Tau2Method::dl;
  auto problem = model::Problem::create(data, spec);
  auto fit = model::fit(problem.take());
  ASSERT_TRUE(fit.ok());
  EXPECT_FALSE(SmallSample::create(fit.value(), SmallSampleMethod::satterthwaite).ok());
  spec.method = model::Tau2Method::ml;
  problem = model::Problem::create(data, spec);
  fit = model::fit(problem.take());
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(SmallSample::create(fit.value(), SmallSampleMethod::satterthwaite).ok());
  EXPECT_FALSE(SmallSample::create(fit.value(), SmallSampleMethod::kenward_roger).ok());
}

}  // namespace
}  // namespace hedgerow::infer
