// The twin: M as a k x k matrix entry by entry from the formulas of model/structure.hpp, the likelihood as in the
// textbook, derivatives of M by differences.
#include "model/detail/mixed_likelihood.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "model/blup.hpp"
#include "model/parameters.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr std::size_t levels = 3;

double twin_correlation(const Structured& term, const double* rho, std::size_t a, std::size_t b) {
  if (a == b) return 1;
  const double steps = std::fabs(static_cast<double>(a) - static_cast<double>(b));
  double d = 0;
  if (!term.z.empty() && term.z.rows() == levels)
    for (std::size_t j = 0; j < term.z.cols(); ++j) d += std::pow(term.z(a, j) - term.z(b, j), 2);
  d = std::sqrt(d);
  switch (term.structure) {
    case Structure::cs:
    case Structure::hcs:
      return rho[0];
    case Structure::un:
    case Structure::gen:
      return rho[a + b - 1];  // three levels: 12, 13, 23
    case Structure::ar:
    case Structure::har:
      return std::pow(rho[0], steps);
    case Structure::car:
      return std::pow(rho[0], d);
    case Structure::spexp:
      return std::exp(-d / rho[0]);
    case Structure::spgau:
      return std::exp(-d * d / (rho[0] * rho[0]));
    case Structure::splin:
      return d < rho[0] ? 1 - d / rho[0] : 0;
    case Structure::sprat:
      return 1 / (1 + d * d / (rho[0] * rho[0]));
    case Structure::spsph:
      return d < rho[0] ? 1 - 1.5 * d / rho[0] + 0.5 * std::pow(d / rho[0], 3) : 0;
    default:
      return 0;
  }
}

Matrix twin_m(const Problem& problem, const Vector& theta) {
  const Data& data = problem.data();
  const auto& spec = std::get<Multilevel>(problem.spec());
  Matrix m(data.k(), data.k());
  for (std::size_t i = 0; i < data.k(); ++i) {
    for (std::size_t j = 0; j < data.k(); ++j) {
      m(i, j) = (*data.v)(i, j);
      for (std::size_t l = 0; l < spec.groups.size(); ++l)
        m(i, j) += theta[l] * (spec.r[l] ? (*spec.r[l])(spec.groups[l][i], spec.groups[l][j])
                                         : (spec.groups[l][i] == spec.groups[l][j] ? 1.0 : 0.0));
      const Structured& term = spec.structured[0];
      if (term.outer[i] != term.outer[j]) continue;
      const double* tau2 = theta.data() + spec.groups.size();
      const double* rho = tau2 + term.tau2_count();
      const auto g = [&](std::size_t a, std::size_t b) {
        const double scale = term.tau2_count() == 1 ? tau2[0] : std::sqrt(tau2[a] * tau2[b]);
        return scale * twin_correlation(term, rho, a, b);
      };
      if (term.inner.empty()) {
        for (std::size_t a = 0; a < levels; ++a)
          for (std::size_t b = 0; b < levels; ++b) m(i, j) += term.z(i, a) * g(a, b) * term.z(j, b);
      } else {
        m(i, j) += g(term.inner[i], term.inner[j]);
      }
    }
  }
  return m;
}

struct Twin {
  double loglik = 0;
  Vector beta, score;
  Matrix vb, expected, average, m_inv;

  Twin(const Problem& problem, const Vector& theta) {
    const Data& data = problem.data();
    const std::size_t k = data.k(), p = data.p(), n = theta.size();
    const bool reml = std::get<Multilevel>(problem.spec()).likelihood == Likelihood::reml;
    const Matrix m = twin_m(problem, theta);
    const auto factor = stats::Cholesky::create(m);
    m_inv = factor->inverse();
    const Matrix mx = stats::multiply(m_inv, data.x);
    const auto inner = stats::Cholesky::create(stats::multiply(stats::transpose(data.x), mx));
    vb = inner->inverse();
    beta = inner->solve(stats::multiply(stats::transpose(mx), data.yi));
    const Matrix down = stats::multiply(mx, stats::multiply(vb, stats::transpose(mx)));
    Matrix whole_p = m_inv;
    for (std::size_t i = 0; i < k * k; ++i) whole_p.data()[i] -= down.data()[i];
    const Vector py = stats::multiply(whole_p, data.yi);
    const double xtx = *stats::log_determinant(stats::multiply(stats::transpose(data.x), data.x));
    loglik = -0.5 * (static_cast<double>(reml ? k - p : k) * std::log(2 * M_PI) + factor->log_determinant() +
                     stats::dot(data.yi, py) + (reml ? inner->log_determinant() - xtx : 0.0));
    const Matrix& trace_p = reml ? whole_p : m_inv;
    std::vector<Matrix> dm;
    for (std::size_t a = 0; a < n; ++a) {
      Vector low(theta), high(theta);
      const double h = 1e-5 * theta[a];
      low[a] -= h;
      high[a] += h;
      Matrix d = twin_m(problem, high);
      const Matrix below = twin_m(problem, low);
      for (std::size_t i = 0; i < k * k; ++i) d.data()[i] = (d.data()[i] - below.data()[i]) / (2 * h);
      dm.push_back(std::move(d));
    }
    expected = average = Matrix(n, n);
    for (std::size_t a = 0; a < n; ++a) {
      const Matrix pa = stats::multiply(trace_p, dm[a]);
      const Vector wa = stats::multiply(dm[a], py);
      score.push_back(0.5 * (stats::dot(py, wa) - stats::trace(pa)));
      for (std::size_t b = 0; b < n; ++b) {
        expected(a, b) = 0.5 * stats::trace(stats::multiply(pa, stats::multiply(trace_p, dm[b])));
        average(a, b) = 0.5 * stats::dot(wa, stats::multiply(whole_p, stats::multiply(dm[b], py)));
      }
    }
  }
};

Problem random_problem(Structure structure, Likelihood likelihood, unsigned seed) {
  std::mt19937_64 engine(seed);
  const auto uniform = [&] { return static_cast<double>(engine() >> 11) * 0x1.0p-53; };
  constexpr std::size_t k = 26;
  Data data;
  data.x = Matrix(k, 2, 1.0);
  data.names = {"intrcpt", "x"};
  data.term = {0, 1};
  std::vector<std::uint32_t> study(k), lab(k);
  Multilevel spec;
  spec.likelihood = likelihood;
  Structured term;
  term.structure = structure;
  term.inner_name = "inner";
  term.outer_name = "study";
  term.levels = {"a", "b", "c"};
  for (std::size_t i = 0; i < k; ++i) {
    study[i] = static_cast<std::uint32_t>(i % 7);
    lab[i] = static_cast<std::uint32_t>(i % 14);
    data.yi.push_back(2 * uniform() - 1);
    data.vi.push_back(0.05 + 0.3 * uniform());
    data.x(i, 1) = 1000 + uniform();
    term.inner.push_back(static_cast<std::uint32_t>(engine() % levels));
  }
  auto v = stats::BlockMatrix::zeros(study);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (study[i] == study[j]) v.set(i, j, i == j ? data.vi[i] : 0.4 * std::sqrt(data.vi[i] * data.vi[j]));
  data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
  term.outer = study;
  const bool coefficients = structure == Structure::gen || structure == Structure::gdiag;
  if (coefficients) term.inner.clear();
  if (coefficients || is_spatial(structure) || structure == Structure::car) {
    term.z = Matrix(coefficients ? k : levels, coefficients ? levels : (structure == Structure::car ? 1 : 2));
    for (std::size_t i = 0; i < term.z.rows(); ++i)
      for (std::size_t j = 0; j < term.z.cols(); ++j)
        term.z(i, j) = structure == Structure::car ? 0.7 * static_cast<double>(i * i + 1) : 2 * uniform();
  }
  // Correlated labs join the studies i and i + 7 only with themselves: groups i % 14 lie within studies i % 7.
  auto r = std::make_shared<Matrix>(14, 14);
  for (std::size_t a = 0; a < 14; ++a)
    for (std::size_t b = 0; b < 14; ++b)
      (*r)(a, b) = a == b ? 1.0 + 0.1 * static_cast<double>(a) : (a % 7 == b % 7 ? 0.3 : 0.0);
  spec.groups = {lab, study};
  spec.s_names = {"lab", "study"};
  spec.r = {r, nullptr};
  spec.structured = {term};
  return Problem::create(std::move(data), std::move(spec)).take();
}

constexpr Structure all_structures[] = {Structure::cs,    Structure::hcs,   Structure::un,    Structure::id,
                                        Structure::diag,  Structure::ar,    Structure::har,   Structure::car,
                                        Structure::spexp, Structure::spgau, Structure::splin, Structure::sprat,
                                        Structure::spsph, Structure::gen,   Structure::gdiag};

Vector some_parameters(const Problem& problem) {
  Vector out;
  for (const Parameter& p : parameters(problem)) {
    if (p.kind == Parameter::Kind::rho)
      out.push_back(is_spatial(std::get<Multilevel>(problem.spec()).structured[0].structure)
                        ? 3.1
                        : 0.35 - 0.1 * static_cast<double>(p.index));
    else
      out.push_back(0.08 + 0.03 * static_cast<double>(p.index));
  }
  return out;
}

TEST(MixedLikelihood, AgreesWithTheDenseTwinForEveryStructure) {
  for (const Structure structure : all_structures) {
    for (const Likelihood likelihood : {Likelihood::ml, Likelihood::reml}) {
      SCOPED_TRACE(name(structure) + (likelihood == Likelihood::ml ? " ML" : " REML"));
      const Problem problem = random_problem(structure, likelihood, 3);
      const Vector theta = some_parameters(problem);
      const Twin twin(problem, theta);
      const auto dense = make_dense_likelihood(problem);
      const MixedEvaluation at = dense->evaluate(theta, true);
      ASSERT_TRUE(at.finite);
      EXPECT_NEAR(at.loglik(likelihood), twin.loglik, 1e-9 * std::fabs(twin.loglik));
      const Matrix expected = dense->expected_information(theta).take();
      for (std::size_t a = 0; a < theta.size(); ++a) {
        EXPECT_NEAR(at.score[a], twin.score[a], 1e-6 * (1 + std::fabs(twin.score[a])));
        for (std::size_t b = 0; b < theta.size(); ++b) {
          EXPECT_NEAR(expected(a, b), twin.expected(a, b), 1e-6 * (1 + std::fabs(twin.expected(a, b))));
          EXPECT_NEAR(at.average_information(a, b), twin.average(a, b), 1e-6 * (1 + std::fabs(twin.average(a, b))));
        }
      }
      for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(at.beta[j], twin.beta[j], 1e-7 * (1 + std::fabs(twin.beta[j])));
      EXPECT_NEAR(at.vb(1, 1), twin.vb(1, 1), 1e-7 * twin.vb(1, 1));
    }
  }
}

TEST(MixedLikelihood, MarginalCovarianceAgreesWithTheTwin) {
  for (const Structure structure : all_structures) {
    SCOPED_TRACE(name(structure));
    const Problem problem = random_problem(structure, Likelihood::reml, 4);
    const Vector theta = some_parameters(problem);
    const Twin twin(problem, theta);
    const Matrix m = twin_m(problem, theta);
    const auto form = make_dense_likelihood(problem)->factorise(theta).take();
    const Vector& y = problem.data().yi;
    const Vector solved = form->solve(y), expected = stats::multiply(twin.m_inv, y);
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(solved[i], expected[i], 1e-9 * (1 + std::fabs(expected[i])));
    const Matrix block = form->block(std::vector<std::size_t>{3, 10, 0, 17});
    EXPECT_NEAR(block(0, 1), m(3, 10), 1e-14);
    EXPECT_NEAR(block(0, 3), m(3, 17), 1e-14);
    EXPECT_NEAR(block(2, 2), m(0, 0), 1e-14);
    for (std::size_t a = 0; a < theta.size(); ++a) {
      Vector high(theta), low(theta);
      high[a] *= 1 + 1e-5;
      low[a] *= 1 - 1e-5;
      const Vector up = stats::multiply(twin_m(problem, high), y), down = stats::multiply(twin_m(problem, low), y);
      const Vector derivative = form->derivative(a, y);
      for (std::size_t i = 0; i < y.size(); ++i)
        EXPECT_NEAR(derivative[i], (up[i] - down[i]) / (high[a] - low[a]), 1e-7);
    }
  }
}

TEST(MixedLikelihood, ObservedInformationIsMinusTheHessian) {
  for (const Structure structure : {Structure::un, Structure::har, Structure::gen, Structure::cs}) {
    SCOPED_TRACE(name(structure));
    const Problem problem = random_problem(structure, Likelihood::reml, 5);
    auto spec = std::get<Multilevel>(problem.spec());
    const Vector theta = some_parameters(problem);
    const auto dense = make_dense_likelihood(problem);
    Fit fit{.problem = problem};
    fit.sigma2 = {theta[0], theta[1]};
    const Structured& term = spec.structured[0];
    StructuredFit one;
    one.tau2.assign(theta.begin() + 2, theta.begin() + 2 + static_cast<std::ptrdiff_t>(term.tau2_count()));
    one.rho.assign(theta.begin() + 2 + static_cast<std::ptrdiff_t>(term.tau2_count()), theta.end());
    fit.structured = {one};
    const auto information = variance_information(fit);
    ASSERT_TRUE(information.ok());
    ASSERT_EQ(information->parameters.size(), theta.size());
    for (std::size_t a = 0; a < theta.size(); ++a) {
      Vector high(theta), low(theta);
      high[a] *= 1 + 1e-5;
      low[a] *= 1 - 1e-5;
      const Vector up = dense->evaluate(high, true).score, down = dense->evaluate(low, true).score;
      for (std::size_t b = 0; b < theta.size(); ++b) {
        const double hessian = (up[b] - down[b]) / (high[a] - low[a]);
        EXPECT_NEAR(information->observed(a, b), -hessian, 1e-5 * (1 + std::fabs(hessian)));
      }
    }
  }
}

TEST(MixedLikelihood, LevelsWithoutRowsDoNotMatter) {
  for (const Structure structure : {Structure::cs, Structure::un, Structure::hcs, Structure::diag, Structure::id}) {
    SCOPED_TRACE(name(structure));
    const Problem problem = random_problem(structure, Likelihood::reml, 6);
    auto spec = std::get<Multilevel>(problem.spec());
    spec.structured[0].levels.push_back("ghost");
    const Problem more = problem.with_spec(spec).take();
    const auto one = fit(problem), two = fit(more);
    ASSERT_TRUE(one.ok()) << describe(one.error());
    ASSERT_TRUE(two.ok()) << describe(two.error());
    EXPECT_NEAR(one->reml.loglik, two->reml.loglik, 1e-9);
    EXPECT_NEAR(one->reml.aic, two->reml.aic, 1e-8);
  }
}

}  // namespace
}  // namespace hedgerow::model
