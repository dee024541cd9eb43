// The twin is the likelihood by dense factors, which mixed_likelihood_test.cpp holds against the textbook.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "model/detail/mixed_likelihood.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

struct Design {
  std::vector<std::size_t> sizes;  ///< rows of each study
  double rho = 0.6;
  std::size_t p = 2;
  Likelihood likelihood = Likelihood::reml;
  bool study = true, row = true;  ///< components
  double spread = 4;              ///< largest vi over the smallest
};

/// Rows of different studies lie mixed in the table.
Problem make_problem(const Design& design, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<std::uint32_t> study;
  for (std::size_t s = 0; s < design.sizes.size(); ++s)
    study.insert(study.end(), design.sizes[s], static_cast<std::uint32_t>(s));
  std::shuffle(study.begin(), study.end(), engine);
  std::vector<std::uint32_t> dense(design.sizes.size(), 1000), row;
  std::uint32_t next = 0;
  for (std::uint32_t& s : study) {
    if (dense[s] == 1000) dense[s] = next++;
    s = dense[s];
    row.push_back(static_cast<std::uint32_t>(row.size()));
  }
  Data data;
  const std::size_t k = study.size();
  data.x = Matrix(k, design.p, 1.0);
  for (std::size_t i = 0; i < k; ++i) {
    data.vi.push_back(0.05 * std::pow(design.spread, uniform(engine)));
    data.yi.push_back(0.3 + 0.4 * normal(engine));
    for (std::size_t j = 1; j < design.p; ++j) data.x(i, j) = normal(engine);
  }
  auto v = stats::BlockMatrix::zeros(study);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (study[i] == study[j]) v.set(i, j, i == j ? data.vi[i] : design.rho * std::sqrt(data.vi[i] * data.vi[j]));
  data.v = std::make_shared<stats::BlockMatrix>(std::move(v));
  for (std::size_t j = 0; j < design.p; ++j) {
    data.names.push_back(j == 0 ? "intrcpt" : "x" + std::to_string(j));
    data.term.push_back(static_cast<int>(j));
  }
  Multilevel spec;
  spec.likelihood = design.likelihood;
  if (design.study) spec.groups.push_back(study);
  if (design.row) spec.groups.push_back(row);
  spec.s_names.assign(spec.groups.size(), "level");
  return Problem::create(std::move(data), std::move(spec)).take();
}

void expect_close(double value, double expected, double tolerance, const std::string& what) {
  EXPECT_NEAR(value, expected, tolerance * (1 + std::abs(expected))) << what;
}

void compare(const Problem& problem, const Vector& theta) {
  SCOPED_TRACE(theta.front());
  const auto compound = make_compound_likelihood(problem), dense = make_dense_likelihood(problem);
  ASSERT_NE(compound, nullptr);
  const MixedEvaluation ours = compound->evaluate(theta, true), theirs = dense->evaluate(theta, true);
  ASSERT_EQ(ours.finite, theirs.finite);
  if (!theirs.finite) return;
  expect_close(ours.loglik_ml, theirs.loglik_ml, 1e-11, "ML");
  expect_close(ours.loglik_reml, theirs.loglik_reml, 1e-11, "REML");
  const auto expected = compound->expected_information(theta), wanted = dense->expected_information(theta);
  ASSERT_TRUE(expected.ok() && wanted.ok());
  for (std::size_t a = 0; a < theta.size(); ++a) {
    expect_close(ours.score[a], theirs.score[a], 1e-9, "score");
    for (std::size_t b = 0; b < theta.size(); ++b) {
      expect_close(ours.average_information(a, b), theirs.average_information(a, b), 1e-9, "average information");
      expect_close((*expected)(a, b), (*wanted)(a, b), 1e-9, "expected information");
    }
  }
  for (std::size_t j = 0; j < ours.beta.size(); ++j) {
    expect_close(ours.beta[j], theirs.beta[j], 1e-10, "beta");
    for (std::size_t i = 0; i < ours.beta.size(); ++i) expect_close(ours.vb(i, j), theirs.vb(i, j), 1e-10, "vb");
  }
  const auto form = compound->factorise(theta), other = dense->factorise(theta);
  ASSERT_TRUE(form.ok() && other.ok());
  Vector v(problem.data().k());
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = std::cos(static_cast<double>(i));
  const Vector solved = (*form)->solve(v), wanted_solution = (*other)->solve(v);
  const Vector moved = (*form)->derivative(0, v), wanted_move = (*other)->derivative(0, v);
  const std::vector<std::size_t> rows{3, 1, 2};
  const Matrix block = (*form)->block(rows), wanted_block = (*other)->block(rows);
  for (std::size_t i = 0; i < v.size(); ++i) {
    expect_close(solved[i], wanted_solution[i], 1e-10, "M^-1 v");
    expect_close(moved[i], wanted_move[i], 1e-12, "dM v");
  }
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(block.data()[i], wanted_block.data()[i]);
}

const std::vector<std::size_t> studies{1, 5, 2, 1, 9, 3, 40, 2, 4};

TEST(CompoundLikelihood, AgreesWithDenseFactors) {
  unsigned seed = 0;
  for (const double rho : {0.6, 0.0, 0.95, -0.02})
    for (const Likelihood likelihood : {Likelihood::ml, Likelihood::reml})
      for (const std::size_t p : {1UL, 3UL}) {
        const Problem problem = make_problem({.sizes = studies, .rho = rho, .p = p, .likelihood = likelihood}, ++seed);
        for (const Vector& theta : {Vector{0.1, 0.05}, Vector{0, 0.2}, Vector{0.3, 0}, Vector{0, 0}, Vector{1e-9, 4}})
          compare(problem, theta);
      }
}

TEST(CompoundLikelihood, OneComponentOnly) {
  compare(make_problem({.sizes = studies, .row = false}, 21), {0.2});
  compare(make_problem({.sizes = studies, .study = false}, 22), {0.2});
}

TEST(CompoundLikelihood, VariancesOfVeryDifferentSize) {
  const Problem problem = make_problem({.sizes = studies, .spread = 5e3}, 23);
  for (const Vector& theta : {Vector{0.1, 0.05}, Vector{0.1, 0}}) {
    const auto ours = make_compound_likelihood(problem)->evaluate(theta, true);
    const auto theirs = make_dense_likelihood(problem)->evaluate(theta, true);
    expect_close(ours.loglik_reml, theirs.loglik_reml, 1e-11, "REML");
    for (std::size_t a = 0; a < 2; ++a) expect_close(ours.score[a], theirs.score[a], 1e-8, "score");
  }
  EXPECT_EQ(make_compound_likelihood(make_problem({.sizes = studies, .spread = 1e6}, 24)), nullptr);
}

/// Forty rows with a correlation below -1/39.
TEST(CompoundLikelihood, NotPositiveDefiniteWithoutASharedComponent) {
  const Problem problem = make_problem({.sizes = studies, .rho = -0.03}, 25);
  const auto likelihood = make_compound_likelihood(problem);
  ASSERT_NE(likelihood, nullptr);
  EXPECT_FALSE(likelihood->evaluate({0, 0}, true).finite);
  EXPECT_FALSE(likelihood->factorise({0, 0}).ok());
  EXPECT_FALSE(likelihood->expected_information({0, 0}).ok());
  compare(problem, {0.5, 0.1});
}

TEST(CompoundLikelihood, DeclinesOtherErrorsAndOtherGroups) {
  const Problem problem = make_problem({.sizes = studies}, 26);
  Data data = problem.data();
  auto v = std::make_shared<stats::BlockMatrix>(*data.v);
  for (std::size_t b = 0; b < v->blocks(); ++b) {
    const auto block = v->block(b);
    if (block.size() != 3) continue;
    v->set(block.rows[0], block.rows[2], 0.9 * (*v)(block.rows[0], block.rows[2]));
    break;
  }
  data.v = v;
  EXPECT_EQ(make_compound_likelihood(Problem::create(data, problem.spec()).take()), nullptr);
  Multilevel spec = std::get<Multilevel>(problem.spec());
  for (std::size_t i = 0; i < spec.groups[1].size(); ++i) spec.groups[1][i] = static_cast<std::uint32_t>(i / 2);
  EXPECT_EQ(make_compound_likelihood(problem.with_spec(spec).take()), nullptr);
}

}  // namespace
}  // namespace hedgerow::model
