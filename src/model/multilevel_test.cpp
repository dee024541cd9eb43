// The twin is dense: M is built as a rows x rows matrix, and likelihood and score are written as in the textbook.
#include "model/multilevel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "data/formula.hpp"
#include "data/readers.hpp"
#include "model/blup.hpp"
#include "model/detail/nested_likelihood.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

Problem make_problem(Data data, Multilevel spec) {
  while (data.names.size() < data.p()) {
    data.names.push_back("x" + std::to_string(data.names.size()));
    data.term.push_back(static_cast<int>(data.term.size()));
  }
  for (std::size_t l = spec.s_names.size(); l < spec.groups.size(); ++l)
    spec.s_names.push_back("level" + std::to_string(l));
  auto problem = Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << (problem.ok() ? "" : describe(problem.error()));
  return problem.take();
}

/// A data set of the reference corpus with an intercept and, if named, one moderator. "" as a column: the row itself.
Problem from_corpus(const std::string& file, const std::vector<std::string>& columns, Likelihood likelihood,
                    const std::string& moderator = "", double shift = 0) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + file);
  EXPECT_TRUE(table.ok());
  Data data;
  data.yi = table->numbers("yi").take();
  data.vi = table->numbers("vi").take();
  data.x = Matrix(data.k(), moderator.empty() ? 1 : 2, 1.0);
  if (!moderator.empty()) {
    const Vector x = table->numbers(moderator).take();
    for (std::size_t i = 0; i < data.k(); ++i) data.x(i, 1) = x[i] - shift;
  }
  Multilevel spec;
  spec.likelihood = likelihood;
  spec.groups = data::nested_groups(columns, *table).take();
  return make_problem(std::move(data), std::move(spec));
}

/// The textbook: M, its inverse, P.
struct Dense {
  double loglik = 0;
  Vector score, beta;
  Matrix vb, m_inv;

  Dense(const Problem& problem, const Vector& sigma2) {
    const Data& data = problem.data();
    const auto& spec = std::get<Multilevel>(problem.spec());
    const std::size_t k = data.k();
    const std::size_t p = data.p();
    Matrix m(k, k);
    const auto same = [&](std::size_t l, std::size_t i, std::size_t j) {
      return spec.groups[l][i] == spec.groups[l][j];
    };
    for (std::size_t i = 0; i < k; ++i) {
      m(i, i) = data.vi[i];
      for (std::size_t j = 0; j < k; ++j)
        for (std::size_t l = 0; l < sigma2.size(); ++l) m(i, j) += same(l, i, j) ? sigma2[l] : 0;
    }
    const auto factor = stats::Cholesky::create(m);
    m_inv = factor->inverse();
    const Matrix mx = stats::multiply(m_inv, data.x);
    const Matrix a = stats::multiply(stats::transpose(data.x), mx);
    const auto factor_a = stats::Cholesky::create(a);
    vb = factor_a->inverse();
    beta = factor_a->solve(stats::multiply(stats::transpose(mx), data.yi));
    Vector e = data.yi;
    for (std::size_t i = 0; i < k; ++i) e[i] -= stats::dot(data.x.row(i), beta);
    const Vector py = stats::multiply(m_inv, e);
    const bool reml = spec.likelihood == Likelihood::reml;
    const double xtx = *stats::log_determinant(stats::multiply(stats::transpose(data.x), data.x));
    loglik = -0.5 * (static_cast<double>(reml ? k - p : k) * std::log(2 * M_PI) + factor->log_determinant() +
                     stats::dot(e, py) + (reml ? factor_a->log_determinant() - xtx : 0));
    Matrix proj = m_inv;
    if (reml) {
      const Matrix down = stats::multiply(mx, stats::multiply(vb, stats::transpose(mx)));
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j) proj(i, j) -= down(i, j);
    }
    for (std::size_t l = 0; l < sigma2.size(); ++l) {
      double sum = 0;
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j) sum += same(l, i, j) ? -proj(i, j) + py[i] * py[j] : 0;
      score.push_back(0.5 * sum);
    }
  }
};

/// Three grouping levels and the rows, in shuffled order, with one moderator that is constant within outer groups.
Problem deep_problem(std::uint64_t seed, std::size_t k, Likelihood likelihood, bool row_level) {
  std::mt19937_64 engine(seed);
  const auto uniform = [&] { return static_cast<double>(engine() >> 11) * 0x1.0p-53; };
  Data data;
  data.x = Matrix(k, 3, 1.0);
  Multilevel spec;
  spec.likelihood = likelihood;
  spec.groups.assign(row_level ? 4 : 3, std::vector<std::uint32_t>(k));
  std::vector<std::size_t> place(k);
  for (std::size_t i = 0; i < k; ++i) place[i] = (i * 7 + 3) % k;  // k is prime in the tests
  for (std::size_t i = 0; i < k; ++i) {
    const std::size_t at = place[i];
    spec.groups[0][at] = static_cast<std::uint32_t>(i / 8);
    spec.groups[1][at] = static_cast<std::uint32_t>(i / 4);
    spec.groups[2][at] = static_cast<std::uint32_t>(i / 2);
    if (row_level) spec.groups[3][at] = static_cast<std::uint32_t>(at);
  }
  for (std::size_t i = 0; i < k; ++i) {
    data.yi.push_back(100 + uniform() + 0.3 * std::sin(spec.groups[0][i]) + 0.2 * std::cos(3.0 * spec.groups[1][i]));
    data.vi.push_back(0.01 + 0.1 * uniform());
    data.x(i, 1) = 1990 + (spec.groups[0][i] % 5);
    data.x(i, 2) = uniform();
  }
  return make_problem(std::move(data), std::move(spec));
}

void expect_matches_twin(const Problem& problem, const Vector& sigma2) {
  const auto& spec = std::get<Multilevel>(problem.spec());
  const NestedLikelihood likelihood = NestedLikelihood::create(problem.data(), spec);
  const double unit = likelihood.unit();
  const auto at = [&](Vector s) {
    for (double& x : s) x /= unit;
    return likelihood.evaluate(s);
  };
  const NestedEvaluation ours = at(sigma2);
  const Dense twin(problem, sigma2);
  ASSERT_TRUE(ours.finite);
  EXPECT_NEAR(ours.loglik(spec.likelihood), twin.loglik, 1e-9 * (1 + std::fabs(twin.loglik)));
  for (std::size_t j = 0; j < twin.beta.size(); ++j) {
    EXPECT_NEAR(ours.beta[j], twin.beta[j], 1e-7 * (1 + std::fabs(twin.beta[j])));
    EXPECT_NEAR(ours.vb(j, j), twin.vb(j, j), 1e-7 * twin.vb(j, j));
  }
  for (std::size_t l = 0; l < sigma2.size(); ++l) {
    const double scale = std::sqrt(ours.expected(l, l)) / unit;
    EXPECT_NEAR(ours.score[l] / unit, twin.score[l], 1e-7 * scale) << "component " << l;
    // The Hessian against differences of our score, which was just compared with the twin.
    const double h = 1e-5 * unit;
    Vector up(sigma2), down(sigma2);
    up[l] += h;
    down[l] -= h;
    const NestedEvaluation a = at(up);
    const NestedEvaluation b = at(down);
    for (std::size_t m = 0; m < sigma2.size(); ++m) {
      const double numeric = -(a.score[m] - b.score[m]) / (2 * h / unit);
      EXPECT_NEAR(ours.observed(l, m), numeric, 1e-6 * std::sqrt(ours.expected(l, l) * ours.expected(m, m)));
    }
  }
}

TEST(NestedLikelihood, EqualsTheDenseTwinInThreeAndFourLevels) {
  for (const Likelihood likelihood : {Likelihood::ml, Likelihood::reml}) {
    expect_matches_twin(from_corpus("konstantopoulos2011.csv", {"district", "school"}, likelihood, "year"),
                        {0.07, 0.03});
    expect_matches_twin(from_corpus("konstantopoulos2011.csv", {"district"}, likelihood), {0.07});
    expect_matches_twin(deep_problem(1, 61, likelihood, true), {0.05, 0.02, 0.01, 0.03});
    expect_matches_twin(deep_problem(2, 61, likelihood, false), {0.05, 0.02, 0.01});
    expect_matches_twin(deep_problem(3, 61, likelihood, true), {5, 0.001, 20, 0.3});
  }
}

/// Groups of every kind that the lane kernels tell apart: singletons, a remainder of lanes, and groups whose own rows
/// are dealt over the lanes; one to five columns.
TEST(NestedLikelihood, EqualsTheDenseTwinForGroupsOfAllSizes) {
  std::mt19937_64 engine(11);
  const auto uniform = [&] { return static_cast<double>(engine() >> 11) * 0x1.0p-53; };
  for (std::size_t p = 1; p <= 6; ++p) {
    Data data;
    Multilevel spec;
    spec.likelihood = p % 2 == 0 ? Likelihood::ml : Likelihood::reml;
    spec.groups.resize(2);
    std::vector<double> x;
    const std::vector<std::size_t> sizes = {1, 2, 66, 1, 3, 2, 71, 5, 1};
    for (std::uint32_t g = 0; g < sizes.size(); ++g) {
      for (std::size_t n = 0; n < sizes[g]; ++n) {
        data.yi.push_back(uniform() + 0.2 * g);
        data.vi.push_back(0.01 + 0.1 * uniform());
        x.push_back(1);
        for (std::size_t j = 1; j < p; ++j) x.push_back(j == 1 ? 0.1 * g : uniform());
        spec.groups[0].push_back(g);
        spec.groups[1].push_back(static_cast<std::uint32_t>(spec.groups[1].size()));
      }
    }
    data.x = Matrix(data.k(), p);
    std::copy(x.begin(), x.end(), data.x.data());
    expect_matches_twin(make_problem(std::move(data), std::move(spec)), {0.3, 0.04});
  }
}

TEST(Multilevel, GivesTheGoldenValuesOfKonstantopoulos) {
  const auto fitted = fit(from_corpus("konstantopoulos2011.csv", {"district", "school"}, Likelihood::reml));
  ASSERT_TRUE(fitted.ok());
  EXPECT_NEAR(fitted->sigma2[0], 0.0650619443, 1e-7 * 0.065);
  EXPECT_NEAR(fitted->sigma2[1], 0.0327365170, 1e-7 * 0.033);
  EXPECT_NEAR(fitted->beta[0], 0.1847131637, 1e-8);
  EXPECT_NEAR(std::sqrt(fitted->vb(0, 0)), 0.0845559188, 1e-8);
  EXPECT_NEAR(fitted->reml.loglik, -7.95872403371094, 1e-10);
  EXPECT_NEAR(fitted->ml.loglik, -8.41999620920087, 1e-6);  // not at its own maximum: follows sigma2
  EXPECT_NEAR(fitted->ml.deviance, 161.496505538379, 1e-6);
  EXPECT_NEAR(fitted->reml.aic, 21.9174480674219, 1e-9);
  EXPECT_NEAR(fitted->reml.bic, 27.9394476231193, 1e-9);
  EXPECT_NEAR(fitted->reml.aicc, 22.388036302716, 1e-9);
  EXPECT_NEAR(fitted->ml.aicc, 23.3015308799402, 1e-6);
  EXPECT_NEAR(fitted->q_e, 578.864017958223, 1e-9);
  EXPECT_NEAR(fitted->i2, 95.1873, 5e-5);
  EXPECT_EQ(fitted->s_nlevels, (std::vector<std::size_t>{11, 56}));
  EXPECT_TRUE(fitted->certificate.converged);
  EXPECT_TRUE(fitted->certificate.warnings.empty());
  EXPECT_LT(fitted->certificate.gradient_norm, 1e-8);
  EXPECT_TRUE(std::isnan(fitted->tau2));
}

TEST(Multilevel, HasAZeroScoreByTheDenseTwin) {
  for (const Likelihood likelihood : {Likelihood::ml, Likelihood::reml}) {
    const Problem problem = from_corpus("assink2016.csv", {"study", "esid"}, likelihood, "year");
    const auto fitted = fit(problem);
    ASSERT_TRUE(fitted.ok());
    const Dense twin(problem, fitted->sigma2);
    EXPECT_NEAR(twin.score[0], 0, 1e-8);
    EXPECT_NEAR(twin.score[1], 0, 1e-8);
    EXPECT_NEAR(fitted->beta[1], twin.beta[1], 1e-10);
  }
}

TEST(Multilevel, FourLevelsReachAPointWhereNoScorePullsInside) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Problem problem = deep_problem(seed, 61, Likelihood::reml, true);
    const auto fitted = fit(problem);
    ASSERT_TRUE(fitted.ok());
    const Dense twin(problem, fitted->sigma2);
    for (std::size_t l = 0; l < 4; ++l) {
      if (fitted->sigma2[l] > 0) {
        EXPECT_NEAR(twin.score[l], 0, 1e-5);
      } else {
        EXPECT_LE(twin.score[l], 1e-6);
        EXPECT_TRUE(fitted->certificate.at_boundary[l]);
      }
    }
  }
}

/// Random sets with components at and off the boundary; a dense grid may not find a higher likelihood.
TEST(Multilevel, IsNeverBelowADenseGrid) {
  std::mt19937_64 engine(7);
  const auto uniform = [&] { return static_cast<double>(engine() >> 11) * 0x1.0p-53; };
  int at_boundary = 0;
  for (int set = 0; set < 20; ++set) {
    Data data;
    Multilevel spec;
    spec.likelihood = set % 2 == 0 ? Likelihood::reml : Likelihood::ml;
    spec.groups.resize(2);
    const double between = set % 3 == 0 ? 0 : 0.5 * uniform();
    const double within = set % 4 == 0 ? 0 : 0.5 * uniform();
    for (std::uint32_t study = 0; study < 6; ++study) {
      const double u = std::sqrt(12 * between) * (uniform() - 0.5);
      for (std::size_t n = 0; n < 1 + study % 3; ++n) {
        data.vi.push_back(0.05 + 0.2 * uniform());
        data.yi.push_back(u + std::sqrt(12 * (within + data.vi.back())) * (uniform() - 0.5));
        spec.groups[0].push_back(study);
        spec.groups[1].push_back(static_cast<std::uint32_t>(spec.groups[1].size()));
      }
    }
    data.x = Matrix(data.k(), 1, 1.0);
    const Problem problem = make_problem(std::move(data), std::move(spec));
    const auto fitted = fit(problem);
    ASSERT_TRUE(fitted.ok());
    const double reached = Dense(problem, fitted->sigma2).loglik;
    at_boundary += fitted->certificate.at_boundary[0] || fitted->certificate.at_boundary[1] ? 1 : 0;
    for (double a = 0; a < 8; a = a == 0 ? 0.002 : 1.6 * a)
      for (double b = 0; b < 8; b = b == 0 ? 0.002 : 1.6 * b)
        ASSERT_GE(reached, Dense(problem, {a, b}).loglik - 1e-9) << "set " << set << " at " << a << ", " << b;
  }
  EXPECT_GT(at_boundary, 3);
  EXPECT_LT(at_boundary, 18);
}

TEST(Multilevel, KeepsFixedComponents) {
  const Problem problem = from_corpus("konstantopoulos2011.csv", {"district", "school"}, Likelihood::reml);
  Multilevel spec = std::get<Multilevel>(problem.spec());
  spec.sigma2 = {0.05, std::nullopt};
  const auto partly = fit(problem.with_spec(spec).take());
  ASSERT_TRUE(partly.ok());
  EXPECT_EQ(partly->sigma2[0], 0.05);
  EXPECT_NEAR(partly->sigma2[1], 0.0335465353119298, 1e-8);
  spec.sigma2 = {0.05, 0.03};
  const auto wholly = fit(problem.with_spec(spec).take());
  ASSERT_TRUE(wholly.ok());
  EXPECT_EQ(wholly->sigma2, (Vector{0.05, 0.03}));
  EXPECT_NEAR(wholly->reml.loglik, Dense(problem, {0.05, 0.03}).loglik, 1e-10);
  EXPECT_NEAR(wholly->reml.aic, -2 * wholly->reml.loglik + 2, 1e-12);  // no variance component is counted
}

TEST(Multilevel, WarnsWhenLevelsAreConfounded) {
  Data data;
  data.yi = {0.1, 0.5, -0.3, 0.9, 0.2};
  data.vi = {0.04, 0.05, 0.03, 0.06, 0.05};
  data.x = Matrix(5, 1, 1.0);
  Multilevel spec;
  spec.groups = {{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}};
  const Problem both = make_problem(data, spec);
  const auto fitted = fit(both);
  ASSERT_TRUE(fitted.ok());
  spec.groups.pop_back();
  const auto one = fit(make_problem(data, spec));
  ASSERT_TRUE(one.ok());
  EXPECT_NEAR(fitted->sigma2[0], one->sigma2[0], 1e-12);
  EXPECT_EQ(fitted->sigma2[1], 0);
  EXPECT_EQ(fitted->certificate.identified, (std::vector<bool>{false, false}));
  ASSERT_EQ(fitted->certificate.warnings.size(), 1U);
  EXPECT_NE(fitted->certificate.warnings[0].find("not identified separately"), std::string::npos);
}

TEST(Multilevel, WarnsWhenTheDesignAbsorbsALevel) {
  Data data;
  data.yi = {0.1, 0.5, -0.3, 0.9, 0.2};
  data.vi = {0.04, 0.05, 0.03, 0.06, 0.05};
  data.x = Matrix(5, 1, 1.0);
  Multilevel spec;
  spec.groups = {{0, 0, 0, 0, 0}, {0, 1, 2, 3, 4}};
  const auto fitted = fit(make_problem(data, spec));
  ASSERT_TRUE(fitted.ok());
  EXPECT_EQ(fitted->sigma2[0], 0);
  EXPECT_FALSE(fitted->certificate.identified[0]);
  EXPECT_TRUE(fitted->certificate.identified[1]);
  EXPECT_EQ(fitted->certificate.warnings.size(), 1U);
}

TEST(Multilevel, HandlesTinyAndEqualData) {
  Data data;
  data.yi = {0.2, 0.2, 0.2, 0.2};
  data.vi = {0.01, 0.01, 0.01, 0.01};
  data.x = Matrix(4, 1, 1.0);
  Multilevel spec;
  spec.groups = {{0, 0, 1, 1}, {0, 1, 2, 3}};
  const auto equal = fit(make_problem(data, spec));
  ASSERT_TRUE(equal.ok());
  EXPECT_EQ(equal->sigma2, (Vector{0, 0}));
  EXPECT_NEAR(equal->beta[0], 0.2, 1e-15);
  data.yi = {0.2};
  data.vi = {0.01};
  data.x = Matrix(1, 1, 1.0);
  spec.groups = {{0}, {0}};
  const auto single = fit(make_problem(data, spec));
  ASSERT_FALSE(single.ok());
  EXPECT_EQ(single.error().code, ErrorCode::not_defined);
}

TEST(Multilevel, IsEquivariantInLocationAndScale) {
  const Problem problem = from_corpus("assink2016.csv", {"study", "esid"}, Likelihood::reml, "year");
  Data data = problem.data();
  for (std::size_t i = 0; i < data.k(); ++i) {
    data.yi[i] = 1e4 + 1000 * data.yi[i];
    data.vi[i] *= 1e6;
  }
  const auto small = fit(problem);
  const auto large = fit(make_problem(data, std::get<Multilevel>(problem.spec())));
  ASSERT_TRUE(small.ok() && large.ok());
  for (std::size_t l = 0; l < 2; ++l) EXPECT_NEAR(large->sigma2[l] / 1e6, small->sigma2[l], 1e-9 * small->sigma2[l]);
  EXPECT_NEAR((large->beta[0] - 1e4) / 1000, small->beta[0], 1e-9);
}

TEST(Multilevel, ProfileIsTheMaximumAtTheEstimate) {
  const Problem problem = from_corpus("konstantopoulos2011.csv", {"district", "school"}, Likelihood::reml);
  const auto fitted = fit(problem);
  const auto top = profile_loglik(problem, 0, fitted->sigma2[0]);
  const auto aside = profile_loglik(problem, 0, 0.1);
  ASSERT_TRUE(top.ok() && aside.ok());
  EXPECT_NEAR(*top, fitted->reml.loglik, 1e-11);
  EXPECT_LT(*aside, *top);
  EXPECT_NEAR(multilevel_loglik(problem, {0.1, 0.05}).value(), Dense(problem, {0.1, 0.05}).loglik, 1e-10);
  EXPECT_FALSE(profile_loglik(problem, 2, 0.1).ok());
  EXPECT_FALSE(profile_loglik(problem, 0, -0.1).ok());
}

TEST(Multilevel, SolvesWithTheMarginalCovariance) {
  const Problem problem = deep_problem(5, 61, Likelihood::reml, true);
  const auto fitted = fit(problem);
  ASSERT_TRUE(fitted.ok());
  const Dense twin(problem, fitted->sigma2);
  const Vector expected = stats::multiply(twin.m_inv, problem.data().yi);
  const Vector solved = solve_marginal(*fitted, problem.data().yi);
  for (std::size_t i = 0; i < solved.size(); ++i)
    EXPECT_NEAR(solved[i], expected[i], 1e-8 * (1 + std::fabs(expected[i])));
}

/// rma.mv of metafor 5.1-12: ranef and weights of the three-level model (mv-konst-3level-reml).
TEST(RandomEffects, EqualTheReference) {
  const auto fitted = fit(from_corpus("konstantopoulos2011.csv", {"district", "school"}, Likelihood::reml));
  const auto effects = random_effects(*fitted);
  ASSERT_TRUE(effects.ok());
  ASSERT_EQ(effects->size(), 2U);
  EXPECT_NEAR((*effects)[0].intrcpt[0], -0.189985955633239, 1e-7);
  EXPECT_NEAR((*effects)[0].intrcpt[6], 0.534277803788304, 1e-7);
  EXPECT_NEAR((*effects)[0].se[0], 0.166539657948748, 1e-7);
  EXPECT_NEAR((*effects)[1].intrcpt[2], 0.0435790627087429, 1e-7);
  EXPECT_NEAR((*effects)[1].se[2], 0.166035587629718, 1e-7);
  EXPECT_NEAR(weights_percent(*fitted)[4], 2.43059897000101, 1e-6);
}

/// Prediction variances by the dense formula at four levels, shuffled rows and two moderators.
TEST(RandomEffects, EqualTheDenseTwin) {
  const Problem problem = deep_problem(4, 61, Likelihood::reml, true);
  Multilevel spec = std::get<Multilevel>(problem.spec());
  spec.sigma2 = {0.05, 0.02, 0.01, 0.03};
  const auto fitted = fit(problem.with_spec(spec).take());
  ASSERT_TRUE(fitted.ok());
  const Dense twin(problem, fitted->sigma2);
  const Data& data = problem.data();
  const Matrix mx = stats::multiply(twin.m_inv, data.x);
  Vector e = data.yi;
  for (std::size_t i = 0; i < e.size(); ++i) e[i] -= stats::dot(data.x.row(i), twin.beta);
  const Vector py = stats::multiply(twin.m_inv, e);
  const auto effects = random_effects(*fitted);
  for (std::size_t l = 0; l < 4; ++l) {
    const double sigma2 = fitted->sigma2[l];
    for (std::size_t g = 0; g < (*effects)[l].se.size(); ++g) {
      double u = 0;
      double known = 0;
      Vector h(data.p(), 0.0);
      for (std::size_t i = 0; i < data.k(); ++i) {
        if (spec.groups[l][i] != g) continue;
        u += sigma2 * py[i];
        for (std::size_t j = 0; j < data.p(); ++j) h[j] += mx(i, j);
        for (std::size_t n = 0; n < data.k(); ++n) known += spec.groups[l][n] == g ? twin.m_inv(i, n) : 0;
      }
      known -= stats::quadratic_form(twin.vb, h);
      EXPECT_NEAR((*effects)[l].intrcpt[g], u, 1e-7);
      EXPECT_NEAR((*effects)[l].se[g], std::sqrt(sigma2 - sigma2 * sigma2 * known), 1e-8);
    }
  }
}

}  // namespace
}  // namespace hedgerow::model
