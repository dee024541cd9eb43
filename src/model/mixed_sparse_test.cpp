// The twin is dense: M as a rows x rows matrix, likelihood and information as in the textbook, the score also by
// differences of the twin's likelihood.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "model/detail/mixed_likelihood.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

double log_det(const Matrix& a) { return stats::Cholesky::create(a)->log_determinant(); }

struct Twin {
  const Data& data;
  const Multilevel& spec;
  double loglik_ml = 0, loglik_reml = 0;
  Vector beta;
  Matrix m, m_inv, p, vb;
  std::vector<Matrix> derivative;

  Twin(const Problem& problem, const Vector& theta)
      : data(problem.data()), spec(std::get<Multilevel>(problem.spec())), m(data.k(), data.k()) {
    const std::size_t k = data.k();
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) m(i, j) = data.v ? (*data.v)(i, j) : (i == j ? data.vi[i] : 0.0);
    for (std::size_t l = 0; l < theta.size(); ++l) {
      derivative.emplace_back(k, k);
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j)
          if (spec.groups[l][i] == spec.groups[l][j]) {
            derivative[l](i, j) = 1;
            m(i, j) += theta[l];
          }
    }
    m_inv = stats::Cholesky::create(m)->inverse();
    const Matrix n = stats::multiply(m_inv, data.x), xt = stats::transpose(data.x);
    const Matrix a = stats::multiply(xt, n);
    vb = stats::Cholesky::create(a)->inverse();
    beta = stats::multiply(vb, stats::multiply(stats::transpose(n), data.yi));
    p = stats::multiply(n, stats::multiply(vb, stats::transpose(n)));
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) p(i, j) = m_inv(i, j) - p(i, j);
    const double log_2_pi = std::log(2 * std::numbers::pi);
    loglik_ml = -0.5 * (static_cast<double>(k) * log_2_pi + log_det(m) + stats::quadratic_form(p, data.yi));
    loglik_reml = loglik_ml +
                  0.5 * (static_cast<double>(data.p()) * log_2_pi - log_det(a) + log_det(stats::multiply(xt, data.x)));
  }

  double loglik() const { return spec.likelihood == Likelihood::ml ? loglik_ml : loglik_reml; }
  const Matrix& q() const { return spec.likelihood == Likelihood::ml ? m_inv : p; }
  double score(std::size_t a) const {
    const Vector r = stats::multiply(p, data.yi);
    return -0.5 * (stats::trace(stats::multiply(q(), derivative[a])) - stats::quadratic_form(derivative[a], r));
  }
  double average(std::size_t a, std::size_t b) const {
    const Vector r = stats::multiply(p, data.yi);
    return 0.5 * stats::dot(stats::multiply(derivative[a], r), stats::multiply(p, stats::multiply(derivative[b], r)));
  }
  Matrix expected() const {
    const std::size_t n = derivative.size(), k = data.k();
    std::vector<Matrix> moved;
    for (const Matrix& d : derivative) moved.push_back(stats::multiply(q(), d));
    Matrix out(n, n);
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b)
        for (std::size_t i = 0; i < k; ++i)
          for (std::size_t j = 0; j < k; ++j) out(a, b) += 0.5 * moved[a](i, j) * moved[b](j, i);
    return out;
  }
};

enum class Errors { independent, blocks, large_blocks };

struct Design {
  std::size_t rows = 60;
  std::vector<std::size_t> crossed;  ///< groups of each crossed factor; rows: one per row
  bool nested = false;               ///< and pairs of rows within the groups of the first factor
  Errors errors = Errors::independent;
  std::size_t p = 1;
  Likelihood likelihood = Likelihood::reml;
  double shift = 0;  ///< added to effects and moderators
};

std::vector<std::uint32_t> dense_ids(const std::vector<std::uint32_t>& ids) {
  std::vector<std::uint32_t> seen, out;
  for (const std::uint32_t id : ids) {
    auto at = std::find(seen.begin(), seen.end(), id);
    if (at == seen.end()) at = seen.insert(seen.end(), id);
    out.push_back(static_cast<std::uint32_t>(at - seen.begin()));
  }
  return out;
}

Problem make_problem(const Design& design, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform(0.05, 0.4);
  const std::size_t k = design.rows;
  Data data;
  Multilevel spec;
  spec.likelihood = design.likelihood;
  Vector effect(k, design.shift);
  for (const std::size_t count : design.crossed) {
    std::vector<std::uint32_t> ids(k);
    for (std::size_t i = 0; i < k; ++i) ids[i] = static_cast<std::uint32_t>(count == k ? i : engine() % count);
    spec.groups.push_back(dense_ids(ids));
    Vector u(count);
    for (double& x : u) x = 0.4 * normal(engine);
    for (std::size_t i = 0; i < k; ++i) effect[i] += u[ids[i]];
  }
  if (design.nested) {
    std::vector<std::uint32_t> ids(k);
    for (std::size_t i = 0; i < k; ++i) ids[i] = 2 * spec.groups[0][i] + static_cast<std::uint32_t>(i % 2);
    spec.groups.push_back(dense_ids(ids));
  }
  data.x = Matrix(k, design.p, 1.0);
  for (std::size_t i = 0; i < k; ++i) {
    data.vi.push_back(uniform(engine));
    data.yi.push_back(effect[i] + std::sqrt(data.vi[i]) * normal(engine));
    for (std::size_t j = 1; j < design.p; ++j) data.x(i, j) = design.shift + normal(engine);
  }
  if (design.errors == Errors::blocks) {
    // Blocks of 1 to 5 rows that do not follow any factor, correlation 0.6.
    std::vector<std::uint32_t> block(k);
    for (std::size_t i = 0; i < k; ++i) block[i] = static_cast<std::uint32_t>(i % 3 == 0 ? i % 15 : k + i / 6);
    auto v = stats::BlockMatrix::zeros(dense_ids(block));
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j <= i; ++j)
        if (block[i] == block[j]) v.set(i, j, i == j ? data.vi[i] : 0.6 * std::sqrt(data.vi[i] * data.vi[j]));
    data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
  }
  if (design.errors == Errors::large_blocks) {
    // Four blocks, three of them of constant correlation, that cut through every factor.
    std::vector<std::uint32_t> block(k);
    for (std::size_t i = 0; i < k; ++i) block[i] = static_cast<std::uint32_t>(i % 4);
    auto v = stats::BlockMatrix::zeros(block);
    const double rho[] = {0.6, 0.95, -0.05, 0.4};
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = i % 4; j <= i; j += 4) {
        const double r = i == j ? 1 : block[i] < 3 ? rho[block[i]] : std::pow(rho[3], static_cast<double>(i - j) / 4);
        v.set(i, j, r * std::sqrt(data.vi[i] * data.vi[j]));
      }
    data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
  }
  for (std::size_t j = 0; j < design.p; ++j) {
    data.names.push_back(j == 0 ? "intrcpt" : "x" + std::to_string(j));
    data.term.push_back(static_cast<int>(j));
  }
  for (std::size_t l = 0; l < spec.groups.size(); ++l) spec.s_names.push_back("factor" + std::to_string(l));
  auto problem = Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << (problem.ok() ? "" : describe(problem.error()));
  return problem.take();
}

void expect_close(double value, double expected, double tolerance, const std::string& what) {
  EXPECT_NEAR(value, expected, tolerance * (1 + std::abs(expected))) << what;
}

void compare_marginal(const MixedLikelihood& sparse, const Twin& twin, const Vector& theta) {
  const auto form = sparse.factorise(theta);
  ASSERT_TRUE(form.ok());
  const std::size_t k = twin.data.k();
  Vector v(k);
  for (std::size_t i = 0; i < k; ++i) v[i] = std::cos(static_cast<double>(i));
  const Vector solved = (*form)->solve(v), expected = stats::multiply(twin.m_inv, v);
  for (std::size_t i = 0; i < k; ++i) expect_close(solved[i], expected[i], 1e-10, "M^-1 v");
  for (std::size_t a = 0; a < theta.size(); ++a) {
    const Vector moved = (*form)->derivative(a, v), other = stats::multiply(twin.derivative[a], v);
    for (std::size_t i = 0; i < k; ++i) expect_close(moved[i], other[i], 1e-13, "dM v");
  }
  const std::vector<std::size_t> rows{5, 2, 9, 12, k - 1};
  const Matrix block = (*form)->block(rows);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows.size(); ++j) expect_close(block(i, j), twin.m(rows[i], rows[j]), 1e-15, "block");
}

void compare_with_dense(const Problem& problem, const Vector& theta) {
  const auto sparse = make_sparse_likelihood(problem);
  ASSERT_NE(sparse, nullptr);
  const Twin twin(problem, theta);
  const MixedEvaluation at = sparse->evaluate(theta, true);
  ASSERT_TRUE(at.finite);
  expect_close(at.loglik_ml, twin.loglik_ml, 1e-10, "ML");
  expect_close(at.loglik_reml, twin.loglik_reml, 1e-10, "REML");
  const auto expected = sparse->expected_information(theta);
  ASSERT_TRUE(expected.ok());
  const Matrix exact = twin.expected();
  for (std::size_t a = 0; a < theta.size(); ++a) {
    expect_close(at.score[a], twin.score(a), 1e-9, "score " + std::to_string(a));
    for (std::size_t b = 0; b < theta.size(); ++b) {
      expect_close(at.average_information(a, b), twin.average(a, b), 1e-9, "average information");
      expect_close((*expected)(a, b), exact(a, b), 1e-9, "expected information");
    }
  }
  for (std::size_t i = 0; i < twin.beta.size(); ++i) {
    const double se = std::sqrt(twin.vb(i, i));
    EXPECT_NEAR(at.beta[i], twin.beta[i], 1e-7 * se);
    for (std::size_t j = 0; j < twin.beta.size(); ++j)
      EXPECT_NEAR(at.vb(i, j), twin.vb(i, j), 1e-7 * se * std::sqrt(twin.vb(j, j)));
  }
  compare_marginal(*sparse, twin, theta);
}

Vector some_theta(std::size_t count) {
  const Vector values{0.11, 0.05, 0.2, 0.03, 0.4};
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(SparseLikelihood, AgreesWithTheDenseTwin) {
  unsigned seed = 1;
  const std::vector<std::pair<std::vector<std::size_t>, bool>> effects{
      {{12, 9}, false}, {{12, 9, 60}, false}, {{12, 9}, true}, {{10, 60, 7, 4}, true}, {{60}, false}, {{12}, true}};
  for (const auto& [crossed, nested] : effects)
    for (const Errors errors : {Errors::independent, Errors::blocks, Errors::large_blocks})
      for (const Likelihood likelihood : {Likelihood::ml, Likelihood::reml}) {
        const Design design{
            .crossed = crossed, .nested = nested, .errors = errors, .p = 1 + seed % 4, .likelihood = likelihood};
        SCOPED_TRACE(seed);
        const Problem problem = make_problem(design, ++seed);
        compare_with_dense(problem, some_theta(crossed.size() + (nested ? 1 : 0)));
      }
}

TEST(SparseLikelihood, ComponentsAtZeroAndNextToIt) {
  for (const Errors errors : {Errors::independent, Errors::blocks, Errors::large_blocks}) {
    const Problem problem = make_problem({.crossed = {12, 9, 60}, .nested = true, .errors = errors, .p = 2}, 77);
    for (const double small : {0.0, 1e-20, 1e-12, 1e-7})
      for (std::size_t a = 0; a < 4; ++a) {
        Vector theta = some_theta(4);
        theta[a] = small;
        compare_with_dense(problem, theta);
        compare_with_dense(problem, Vector(4, small));
      }
  }
}

/// Variances a million times the sampling variances.
TEST(SparseLikelihood, VeryLargeVariances) {
  const Problem problem = make_problem({.crossed = {12, 9, 60}, .nested = true, .p = 2}, 78);
  const Vector theta{2e4, 1e5, 1e-3, 3e4};
  const Twin twin(problem, theta);
  const MixedEvaluation at = make_sparse_likelihood(problem)->evaluate(theta, true);
  EXPECT_NEAR(at.loglik_reml, twin.loglik_reml, 1e-7);
  const Matrix expected = twin.expected();
  for (std::size_t a = 0; a < 4; ++a) EXPECT_NEAR(at.score[a], twin.score(a), 1e-6 * std::sqrt(expected(a, a))) << a;
}

TEST(SparseLikelihood, ScoreIsTheSlopeOfTheDenseLikelihood) {
  const Problem problem = make_problem({.crossed = {12, 9, 60}, .errors = Errors::blocks, .p = 3}, 5);
  const Vector theta = some_theta(3);
  const MixedEvaluation at = make_sparse_likelihood(problem)->evaluate(theta, true);
  for (std::size_t a = 0; a < 3; ++a) {
    const double h = 1e-4 * theta[a];
    Vector up = theta, down = theta;
    up[a] += h;
    down[a] -= h;
    const double slope = (Twin(problem, up).loglik() - Twin(problem, down).loglik()) / (2 * h);
    EXPECT_NEAR(at.score[a], slope, 1e-5 * (1 + std::abs(slope))) << a;
  }
}

/// Too many connected rows for traces: 2 average - observed, at components inside, small and 0.
TEST(SparseLikelihood, ExpectedInformationOfLargerModelsByDifferences) {
  const auto check = [](Likelihood likelihood, const Vector& theta) {
    const Problem problem = make_problem({.rows = 520, .crossed = {70, 20, 520}, .p = 2, .likelihood = likelihood}, 15);
    const auto expected = make_sparse_likelihood(problem)->expected_information(theta);
    ASSERT_TRUE(expected.ok());
    const Matrix exact = Twin(problem, theta).expected();
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b)
        EXPECT_NEAR((*expected)(a, b), exact(a, b), 2e-6 * std::sqrt(exact(a, a) * exact(b, b))) << a << b;
  };
  check(Likelihood::reml, {0.1, 0.2, 0.05});
  check(Likelihood::ml, {0, 0.2, 1e-7});
}

/// Adding a constant to all effects and moderators moves the intercept and nothing else.
TEST(SparseLikelihood, EffectsFarFromZero) {
  Design design{.crossed = {12, 9, 60}, .p = 3};
  const Problem near = make_problem(design, 6);
  design.shift = 1 << 20;
  const Problem far = make_problem(design, 6);
  const Vector theta = some_theta(3);
  const MixedEvaluation a = make_sparse_likelihood(near)->evaluate(theta, true);
  const MixedEvaluation b = make_sparse_likelihood(far)->evaluate(theta, true);
  EXPECT_NEAR(a.loglik_reml, b.loglik_reml, 1e-8);
  for (std::size_t l = 0; l < 3; ++l) EXPECT_NEAR(a.score[l], b.score[l], 1e-7 * (1 + std::abs(a.score[l])));
}

Problem from_corpus(const std::string& file, const std::vector<std::vector<std::string>>& terms) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + file);
  EXPECT_TRUE(table.ok());
  Data data;
  data.yi = table->numbers("yi").take();
  data.vi = table->numbers("vi").take();
  data.x = Matrix(data.k(), 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  Multilevel spec;
  for (const auto& columns : terms) {
    if (columns.empty()) {
      spec.groups.emplace_back(data.k());
      std::iota(spec.groups.back().begin(), spec.groups.back().end(), 0u);
    } else {
      for (auto& level : data::nested_groups(columns, *table).take()) spec.groups.push_back(std::move(level));
    }
  }
  spec.s_names.assign(spec.groups.size(), "level");
  return Problem::create(std::move(data), std::move(spec)).take();
}

/// metafor 5.1-12, rma.mv(yi, vi, random = list(~ 1 | SampleID, ~ 1 | SA.measure.type, ~ 1 | row)), data of Bakdash
/// et al. (2021).
TEST(SparseFit, BakdashCrossed) {
  const auto fit = model::fit(from_corpus("bakdash2021.csv", {{"SampleID"}, {"SA.measure.type"}, {}}));
  ASSERT_TRUE(fit.ok());
  EXPECT_NEAR(fit->reml.loglik, -58.0699889188534, 1e-9);
  EXPECT_NEAR(fit->beta[0], 0.270807925344074, 1e-6);
  EXPECT_NEAR(std::sqrt(fit->vb(0, 0)), 0.0352889507767924, 1e-6);
  EXPECT_NEAR(fit->sigma2[0], 0.0303991771168363, 1e-6);
  EXPECT_NEAR(fit->sigma2[1], 0.00494682335676188, 1e-6);
  EXPECT_NEAR(fit->sigma2[2], 0.0122628671690576, 1e-6);
  EXPECT_TRUE(fit->certificate.hessian_negative_definite);
  EXPECT_LT(fit->certificate.gradient_norm, 1e-4);
}

TEST(SparseLikelihood, OnlySamplingErrors) {
  const Problem problem = make_problem({.crossed = {}, .errors = Errors::blocks, .p = 2}, 8);
  compare_with_dense(problem, {});
}

TEST(SparseLikelihood, EffectsWithoutSamplingVarianceNeedARowComponent) {
  const auto with_zero = [](std::vector<std::size_t> crossed) {
    const Problem problem = make_problem({.crossed = std::move(crossed)}, 4);
    Data data = problem.data();
    data.vi[3] = 0;
    return Problem::create(std::move(data), problem.spec()).take();
  };
  EXPECT_EQ(make_sparse_likelihood(with_zero({12, 9})), nullptr);
  const auto sparse = make_sparse_likelihood(with_zero({12, 60}));
  ASSERT_NE(sparse, nullptr);
  EXPECT_FALSE(sparse->evaluate({0.1, 0}, true).finite);
  EXPECT_FALSE(sparse->evaluate({0.1, -0.1}, true).finite);
  EXPECT_FALSE(sparse->factorise({0.1, 0}).ok());
  const Problem problem = with_zero({12, 60});
  compare_with_dense(problem, {0.1, 0.2});
}

TEST(SparseLikelihood, DeclinesCorrelatedGroupsAndStructures) {
  const Problem problem = make_problem({.crossed = {12, 9}}, 4);
  Multilevel spec = std::get<Multilevel>(problem.spec());
  spec.r = {std::make_shared<Matrix>(stats::identity(12)), nullptr};
  const auto with_r = problem.with_spec(spec);
  ASSERT_TRUE(with_r.ok());
  EXPECT_EQ(make_sparse_likelihood(*with_r), nullptr);
}

}  // namespace
}  // namespace hedgerow::model
