// Small-sample inference on crossed models, with a sampling covariance and with structured terms: a dense twin whose
// derivatives are differences, closed forms of balanced designs, pbkrtest.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>

#include "infer/inference.hpp"
#include "infer/small_sample.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;
using Ids = std::vector<std::uint32_t>;

model::Fit fit_of(model::Data data, model::Multilevel spec) {
  for (std::size_t j = 0; j < data.x.cols(); ++j) {
    data.names.push_back("x" + std::to_string(j));
    data.term.push_back(static_cast<int>(j));
  }
  data.intercept = false;
  auto problem = model::Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << problem.error().message;
  auto fit = model::fit(problem.take());
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return fit.take();
}

Matrix scaled(Matrix a, double factor) {
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (double& value : a.row(i)) value *= factor;
  return a;
}
Matrix sum(Matrix a, const Matrix& b) {
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.cols(); ++j) a(i, j) += b(i, j);
  return a;
}
Matrix product(const Matrix& a, const Matrix& b) { return stats::multiply(a, b); }
Matrix inverse(const Matrix& a) { return stats::Cholesky::create(a)->inverse(); }

/// Formulas of the header with k x k matrices, for M as any function of parameters of the test's own choice.
struct Twin {
  Matrix x;
  std::function<Matrix(const Vector&)> m;
  Vector theta;

  Matrix between(const Matrix& c) const { return product(stats::transpose(x), product(c, x)); }
  Matrix phi(const Vector& t) const { return inverse(between(inverse(m(t)))); }
  Matrix change(std::size_t a, const std::function<Matrix(const Vector&)>& f) const {
    Vector up = theta, down = theta;
    const double h = 1e-5;
    up[a] += h;
    down[a] -= h;
    return scaled(sum(f(up), scaled(f(down), -1)), 1 / (2 * h));
  }
  Matrix covariance() const {
    const Matrix w = inverse(m(theta)), wx = product(w, x);
    const Matrix p = sum(w, scaled(product(product(wx, phi(theta)), stats::transpose(wx)), -1));
    Matrix out(theta.size(), theta.size());
    std::vector<Matrix> pm;
    for (std::size_t a = 0; a < theta.size(); ++a) pm.push_back(product(p, change(a, m)));
    for (std::size_t a = 0; a < theta.size(); ++a)
      for (std::size_t b = 0; b < theta.size(); ++b) out(a, b) = 0.5 * stats::trace(product(pm[a], pm[b]));
    return inverse(out);
  }
  double df(const Vector& c) const {
    Vector g;
    for (std::size_t a = 0; a < theta.size(); ++a)
      g.push_back(stats::quadratic_form(change(a, [&](const Vector& t) { return phi(t); }), c));
    const double v = stats::quadratic_form(phi(theta), c);
    return 2 * v * v / stats::quadratic_form(covariance(), g);
  }
  Matrix adjusted() const {
    const Matrix cov = covariance(), f = phi(theta), at = m(theta);
    std::vector<Matrix> w;
    for (std::size_t a = 0; a < theta.size(); ++a)
      w.push_back(change(a, [&](const Vector& t) { return inverse(m(t)); }));
    Matrix inner(x.cols(), x.cols());
    for (std::size_t a = 0; a < w.size(); ++a)
      for (std::size_t b = 0; b < w.size(); ++b) {
        const Matrix q = between(product(w[a], product(at, w[b])));
        const Matrix pp = product(between(w[a]), product(f, between(w[b])));
        inner = sum(std::move(inner), scaled(sum(q, scaled(pp, -1)), cov(a, b)));
      }
    return sum(f, scaled(product(f, product(inner, f)), 2));
  }
};

void expect_twin(const model::Fit& fit, const Twin& twin) {
  const auto satterthwaite = SmallSample::create(fit, SmallSampleMethod::satterthwaite);
  const auto kenward_roger = SmallSample::create(fit, SmallSampleMethod::kenward_roger);
  ASSERT_TRUE(satterthwaite.ok() && kenward_roger.ok());
  const std::size_t p = fit.p();
  for (std::size_t j = 0; j <= p; ++j) {
    Vector c(p, j == p ? 1.0 : 0.0);
    if (j < p) c[j] = 1;
    EXPECT_NEAR(satterthwaite->df(c) / twin.df(c), 1, 2e-6) << j;
    EXPECT_EQ(satterthwaite->df(c), kenward_roger->df(c));
  }
  const Matrix adjusted = twin.adjusted(), phi = twin.phi(twin.theta);
  double largest = 0;
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j < p; ++j) {
      EXPECT_NEAR(satterthwaite->vb()(i, j), phi(i, j), 1e-9);
      EXPECT_NEAR(kenward_roger->vb()(i, j), adjusted(i, j), 1e-7);
      largest = std::max(largest, std::fabs(adjusted(i, j) - phi(i, j)));
    }
  EXPECT_GT(largest, 1e-5) << "the adjustment is no rounding";
}

// Nine studies by five laboratories, 36 of the cells.
struct Crossed {
  Ids study, lab, row;
  model::Data data;
};
Crossed crossed() {
  Crossed out;
  out.data.yi = {.884,  .971, 1.111, .367, -.601, -.278, -.505, -.385, -.291, .004,  .671,  .646,
                 1.149, .386, .264,  .532, -.558, -.255, -.52,  -.105, .827,  .462,  .244,  -.586,
                 -.212, .446, .522,  .796, -.638, -.522, -.127, -.425, .116,  -.596, -.434, .235};
  const Vector x{.841,  .909, .141, -.757, -.959, -.279, .657,  .989, .412, -.544, -1,    -.537,
                 .42,   .991, .65,  -.288, -.961, -.751, .15,   .913, .837, -.009, -.846, -.906,
                 -.132, .763, .956, .271,  -.664, -.988, -.404, .551, 1,    .529,  -.428, -.992};
  out.data.x = Matrix(36, 4);
  for (std::uint32_t i = 0; i < 36; ++i) {
    out.study.push_back(i / 4);
    out.lab.push_back((i * 7) % 5);
    out.row.push_back(i);
    out.data.vi.push_back(.02 + .015 * ((i * 7) % 5));
    out.data.x(i, 0) = 1;
    if (i / 4 % 3 > 0) out.data.x(i, i / 4 % 3) = 1;
    out.data.x(i, 3) = x[i];
  }
  return out;
}

Matrix together(const Ids& group) {
  Matrix out(group.size(), group.size());
  for (std::size_t i = 0; i < group.size(); ++i)
    for (std::size_t j = 0; j < group.size(); ++j) out(i, j) = group[i] == group[j] ? 1 : 0;
  return out;
}

/// Errors of one group with correlation rho.
std::shared_ptr<const stats::BlockMatrix> dependent(const Ids& group, const Vector& vi, double rho) {
  auto out = stats::BlockMatrix::zeros(group);
  for (std::size_t i = 0; i < group.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (group[i] == group[j]) out.set(i, j, i == j ? vi[i] : rho * std::sqrt(vi[i] * vi[j]));
  return std::make_shared<const stats::BlockMatrix>(std::move(out));
}

Matrix diagonal(const Vector& v) {
  Matrix out(v.size(), v.size());
  for (std::size_t i = 0; i < v.size(); ++i) out(i, i) = v[i];
  return out;
}

TEST(SmallSampleModels, CrossedEffects) {
  const Crossed set = crossed();
  model::Multilevel spec;
  spec.s_names = {"study", "lab"};
  spec.groups = {set.study, set.lab};
  const model::Fit fit = fit_of(set.data, spec);
  ASSERT_GT(fit.sigma2[0], 0.01);
  ASSERT_GT(fit.sigma2[1], 0.01);
  const Matrix study = together(set.study), lab = together(set.lab), v = diagonal(set.data.vi);
  const auto m = [&](const Vector& t) { return sum(sum(scaled(study, t[0]), scaled(lab, t[1])), v); };
  expect_twin(fit, {set.data.x, m, fit.sigma2});
}

TEST(SmallSampleModels, DependentSamplingErrors) {
  Crossed set = crossed();
  set.data.v = dependent(set.study, set.data.vi, 0.6);
  Matrix x(36, 2, 1.0);  // the groups of studies would leave no variance between studies
  for (std::size_t i = 0; i < 36; ++i) x(i, 1) = set.data.x(i, 3);
  set.data.x = x;
  model::Multilevel spec;
  spec.s_names = {"study", "study/es"};
  spec.groups = {set.study, set.row};
  const model::Fit fit = fit_of(set.data, spec);
  ASSERT_GT(fit.sigma2[0], 0.01);
  ASSERT_GT(fit.sigma2[1], 0.01);
  const Matrix study = together(set.study), row = together(set.row), v = set.data.v->dense();
  const auto m = [&](const Vector& t) { return sum(sum(scaled(study, t[0]), scaled(row, t[1])), v); };
  expect_twin(fit, {set.data.x, m, fit.sigma2});
}

/// `outcomes` effects of each of n studies, with the outcomes and a moderator as design, and their term.
struct Outcomes {
  model::Data data;
  Ids study;
  model::Structured term;
};
Outcomes outcomes(std::uint32_t n, std::uint32_t count, model::Structure structure) {
  Outcomes out;
  out.term.structure = structure;
  out.term.inner_name = "outcome";
  out.term.outer_name = "study";
  for (std::uint32_t o = 0; o < count; ++o) out.term.levels.push_back("o" + std::to_string(o));
  out.data.x = Matrix(n * count, count + 1);
  for (std::uint32_t s = 0; s < n; ++s) {
    for (std::uint32_t o = 0; o < count; ++o) {
      const std::size_t i = out.data.yi.size();
      const double a = std::sin(1.0 + 3 * s), b = std::sin(2.0 + 7 * s + 5 * o);
      out.data.yi.push_back(0.2 * o + (0.5 + 0.2 * o) * (0.7 * a + 0.8 * b));
      out.data.vi.push_back(0.02 + 0.01 * ((s * 5 + o) % 4));
      out.study.push_back(s);
      out.term.inner.push_back(o);
      out.data.x(i, o) = 1;
      out.data.x(i, count) = std::cos(2.0 * s);
    }
  }
  out.term.outer = out.study;
  out.data.v = dependent(out.study, out.data.vi, 0.5);
  return out;
}

/// M of an outcomes set whose G is given by a function.
Matrix marginal(const Outcomes& set, const std::function<double(std::uint32_t, std::uint32_t)>& g) {
  Matrix out = set.data.v->dense();
  for (std::size_t i = 0; i < out.rows(); ++i)
    for (std::size_t j = 0; j < out.cols(); ++j)
      if (set.study[i] == set.study[j]) out(i, j) += g(set.term.inner[i], set.term.inner[j]);
  return out;
}

// The twin has the covariance where the fit has the correlation: in these parameters M is linear, so this is the whole
// of Kenward and Roger's matrix.
TEST(SmallSampleModels, UnstructuredOutcomes) {
  const Outcomes set = outcomes(12, 2, model::Structure::un);
  model::Multilevel spec;
  spec.structured = {set.term};
  const model::Fit fit = fit_of(set.data, spec);
  const Matrix& g = fit.structured[0].g;
  ASSERT_LT(std::fabs(fit.structured[0].rho[0]), 0.95);
  const auto m = [&](const Vector& t) {
    return marginal(set, [&](std::uint32_t a, std::uint32_t b) { return a != b ? t[2] : t[a]; });
  };
  expect_twin(fit, {set.data.x, m, {g(0, 0), g(1, 1), g(0, 1)}});
}

TEST(SmallSampleModels, HeteroscedasticOutcomes) {
  const Outcomes set = outcomes(12, 3, model::Structure::hcs);
  model::Multilevel spec;
  spec.structured = {set.term};
  const model::Fit fit = fit_of(set.data, spec);
  const model::StructuredFit& term = fit.structured[0];
  ASSERT_LT(std::fabs(term.rho[0]), 0.95);
  const auto m = [&](const Vector& t) {
    return marginal(set,
                    [&](std::uint32_t a, std::uint32_t b) { return a == b ? t[a] : t[3] * std::sqrt(t[a] * t[b]); });
  };
  expect_twin(fit, {set.data.x, m, {term.tau2[0], term.tau2[1], term.tau2[2], term.rho[0]}});
}

// Complete two-way table, equal variances: the mean squares A, B and (with a component per row) E are independent
// multiples of chi-squares, and Var(mean) = (A + B - E) / (ab).
TEST(SmallSampleModels, BalancedCrossedEffectsHaveSatterthwaitesOwnDf) {
  const std::uint32_t a = 6, b = 5;
  const double v = 0.02;
  Ids first, second, row;
  model::Data data;
  for (std::uint32_t i = 0; i < a * b; ++i) {
    first.push_back(i / b);
    second.push_back(i % b);
    row.push_back(i);
    data.yi.push_back(0.5 * std::sin(3.0 * (i / b)) + 0.4 * std::sin(2.0 + 5.0 * (i % b)) + 0.3 * std::sin(7.0 * i));
    data.vi.push_back(v);
  }
  data.x = Matrix(a * b, 1, 1.0);
  double grand = 0, ms_a = 0, ms_b = 0, ms_e = 0;
  Vector mean_a(a, 0.0), mean_b(b, 0.0);
  for (std::size_t i = 0; i < a * b; ++i) {
    grand += data.yi[i] / (a * b);
    mean_a[first[i]] += data.yi[i] / b;
    mean_b[second[i]] += data.yi[i] / a;
  }
  for (const double m : mean_a) ms_a += b * (m - grand) * (m - grand) / (a - 1);
  for (const double m : mean_b) ms_b += a * (m - grand) * (m - grand) / (b - 1);
  for (std::size_t i = 0; i < a * b; ++i)
    ms_e += std::pow(data.yi[i] - mean_a[first[i]] - mean_b[second[i]] + grand, 2) / ((a - 1) * (b - 1));
  for (const bool residual : {false, true}) {
    model::Multilevel spec;
    spec.s_names = {"a", "b"};
    spec.groups = {first, second};
    if (residual) {
      spec.s_names.emplace_back("row");
      spec.groups.push_back(row);
    }
    const model::Fit fit = fit_of(data, spec);
    for (const double s : fit.sigma2) ASSERT_GT(s, 1e-4);
    const double e = residual ? ms_e : v;
    const double variance = (ms_a + ms_b - e) / (a * b);
    const double below = ms_a * ms_a / (a - 1) + ms_b * ms_b / (b - 1) + (residual ? e * e / ((a - 1) * (b - 1)) : 0);
    for (const auto method : {SmallSampleMethod::satterthwaite, SmallSampleMethod::kenward_roger}) {
      const auto s = SmallSample::create(fit, method);
      ASSERT_TRUE(s.ok());
      EXPECT_NEAR(s->vb()(0, 0) / variance, 1, 1e-7);
      EXPECT_NEAR(s->df(Vector{1}) / (std::pow(a * b * variance, 2) / below), 1, 1e-6);
    }
  }
}

// Complete outcomes with one V for all studies: the test that both means are 0 is Hotelling's, F(2, n - 2), exactly.
TEST(SmallSampleModels, BalancedOutcomesGiveHotelling) {
  Outcomes set = outcomes(10, 2, model::Structure::un);
  const std::size_t n = 10;
  set.data.vi.assign(20, 0.02);
  set.data.v = dependent(set.study, set.data.vi, 0.5);
  Matrix x(20, 2);
  for (std::size_t i = 0; i < 20; ++i) x(i, set.term.inner[i]) = 1;
  set.data.x = x;
  model::Multilevel spec;
  spec.structured = {set.term};
  const model::Fit fit = fit_of(set.data, spec);
  ASSERT_LT(std::fabs(fit.structured[0].rho[0]), 0.95);
  Vector mean(2, 0.0);
  Matrix s(2, 2);
  for (std::size_t i = 0; i < 20; ++i) mean[i % 2] += set.data.yi[i] / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t a = 0; a < 2; ++a)
      for (std::size_t b = 0; b < 2; ++b)
        s(a, b) += (set.data.yi[2 * i + a] - mean[a]) * (set.data.yi[2 * i + b] - mean[b]) / (n - 1.0);
  const double t2 = static_cast<double>(n) * stats::quadratic_form(inverse(s), mean);
  Options options;
  options.test = infer::Test::t;
  options.btt = {{0, 1}};
  options.dfs.kind = Dfs::Kind::kenward_roger;
  const auto c = coefficients(fit, options);
  ASSERT_TRUE(c.ok());
  EXPECT_NEAR(c->q_m / (t2 * (n - 2.0) / (2 * (n - 1.0))), 1, 1e-6);
  EXPECT_NEAR(c->q_m_df2, n - 2.0, 1e-5);
  EXPECT_NEAR(c->ddf[0], n - 1.0, 1e-5);
  EXPECT_NEAR(c->ddf[1], n - 1.0, 1e-5);
}

// Residual variance free, sampling variances next to none: pbkrtest 0.5.2 (through lmerTest 3.1-3) on y ~ g + x +
// (1 | study) + (1 | lab).
TEST(SmallSampleModels, CrossedEffectsAgreeWithPbkrtest) {
  Crossed set = crossed();
  set.data.vi.assign(36, 1e-9);
  model::Multilevel spec;
  spec.s_names = {"study", "lab", "row"};
  spec.groups = {set.study, set.lab, set.row};
  const model::Fit fit = fit_of(set.data, spec);
  EXPECT_NEAR(fit.sigma2[0] / 0.035519757132, 1, 1e-5);
  Options options;
  options.test = infer::Test::t;
  options.dfs.kind = Dfs::Kind::kenward_roger;
  options.btt = {{1, 2}};
  const auto c = coefficients(fit, options);
  ASSERT_TRUE(c.ok());
  const Vector beta{0.532291296476, -0.922812006166, -0.397711013979, 0.075459078701};
  const Vector se{0.182775166815, 0.186994011032, 0.187339558944, 0.064958900553};
  const Vector df{8.8343564824, 6.3398603187, 6.3866649628, 23.3605899878};
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(c->beta[j], beta[j], 1e-6);
    EXPECT_NEAR(c->se[j] / se[j], 1, 1e-5);
    EXPECT_NEAR(c->ddf[j] / df[j], 1, 1e-4);
  }
  EXPECT_NEAR(c->q_m / 12.30732, 1, 1e-5);
  EXPECT_NEAR(c->q_m_df2 / 6.202328092, 1, 1e-4);
}

}  // namespace
}  // namespace hedgerow::infer
