// Golden numbers: dat.bcg (Colditz et al. 1994), log risk ratios, as printed in docs/methods and by metafor 5.1-12 with
// tight control. The dense twin writes every estimator with k x k matrices, as in the papers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "data/readers.hpp"
#include "model/fit.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"
#include "stats/roots.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

constexpr Tau2Method without_weights[] = {Tau2Method::dl, Tau2Method::he,  Tau2Method::hs,   Tau2Method::hsk,
                                          Tau2Method::sj, Tau2Method::ml,  Tau2Method::reml, Tau2Method::eb,
                                          Tau2Method::pm, Tau2Method::pmm, Tau2Method::dlit, Tau2Method::sjit,
                                          Tau2Method::co};

Data make_data(Vector yi, Vector vi, const std::vector<Vector>& moderators = {}) {
  Data data;
  data.yi = std::move(yi);
  data.vi = std::move(vi);
  data.x = Matrix(data.k(), 1 + moderators.size(), 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  for (std::size_t j = 0; j < moderators.size(); ++j) {
    for (std::size_t i = 0; i < data.k(); ++i) data.x(i, j + 1) = moderators[j][i];
    data.names.push_back("x" + std::to_string(j + 1));
    data.term.push_back(static_cast<int>(j + 1));
  }
  return data;
}

Data bcg(const std::vector<std::string>& moderators = {}) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/bcg.csv");
  std::vector<Vector> columns;
  for (const auto& name : moderators) columns.push_back(table->numbers(name).take());
  return make_data(table->numbers("yi").take(), table->numbers("vi").take(), columns);
}

Fit fit_of(Data data, Univariate spec) {
  const auto problem = Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << (problem.ok() ? "" : describe(problem.error()));
  auto fitted = fit(*problem);
  EXPECT_TRUE(fitted.ok()) << (fitted.ok() ? "" : describe(fitted.error()));
  return fitted.take();
}

Fit fit_of(Data data, Tau2Method method) { return fit_of(std::move(data), Univariate{.method = method}); }

Data random_data(unsigned seed, std::size_t k, double tau2) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform(0.01, 0.3);
  Vector yi(k), vi(k), x(k);
  for (std::size_t i = 0; i < k; ++i) {
    vi[i] = uniform(engine);
    x[i] = normal(engine);
    yi[i] = 0.4 + 0.2 * x[i] + std::sqrt(tau2 + vi[i]) * normal(engine);
  }
  return make_data(yi, vi, {x});
}

Matrix diagonal(const Vector& d) {
  Matrix out(d.size(), d.size());
  for (std::size_t i = 0; i < d.size(); ++i) out(i, i) = d[i];
  return out;
}

/// P = W - W X (X'WX)^-1 X'W, written out.
Matrix dense_p(const Data& data, const Vector& w) {
  const Matrix wx = stats::multiply(diagonal(w), data.x);
  const Matrix inner = stats::Cholesky::create(stats::multiply(stats::transpose(data.x), wx))->inverse();
  Matrix p = stats::multiply(stats::multiply(wx, inner), stats::transpose(wx));
  for (std::size_t i = 0; i < data.k(); ++i)
    for (std::size_t j = 0; j < data.k(); ++j) p(i, j) = (i == j ? w[i] : 0) - p(i, j);
  return p;
}

Vector inverse(const Vector& vi, double tau2) {
  Vector out;
  for (const double v : vi) out.push_back(1 / (v + tau2));
  return out;
}

double trace_product(const Matrix& a, const Matrix& b) { return stats::trace(stats::multiply(a, b)); }

struct Twin {
  double tau2 = 0, se = 0;
};

Twin moment_twin(const Data& data, const Vector& a) {
  const Matrix p = dense_p(data, a);
  const Matrix pv = stats::multiply(p, diagonal(data.vi));
  const double tr = stats::trace(p);
  const double t = std::max(0.0, (stats::quadratic_form(p, data.yi) - stats::trace(pv)) / tr);
  return {t,
          std::sqrt(2 * trace_product(pv, pv) + 4 * t * trace_product(pv, p) + 2 * t * t * trace_product(p, p)) / tr};
}

/// Score by its definition with dense matrices.
double dense_score(const Data& data, double tau2, bool reml) {
  const Vector w = inverse(data.vi, tau2);
  const Matrix p = dense_p(data, w);
  const Vector py = stats::multiply(p, data.yi);
  double sum_w = 0;
  for (const double x : w) sum_w += x;
  return 0.5 * (stats::dot(py, py) - (reml ? stats::trace(p) : sum_w));
}

TEST(Univariate, BcgGoldenTau2) {
  const std::pair<Tau2Method, double> golden[] = {
      {Tau2Method::dl, .308760}, {Tau2Method::he, .328564}, {Tau2Method::hs, .228363},  {Tau2Method::hsk, .249170},
      {Tau2Method::sj, .345516}, {Tau2Method::ml, .280028}, {Tau2Method::pmm, .343388}, {Tau2Method::reml, .313243}};
  // PMM: .343409 is seen in print too; it is what metafor's default root tolerance of 1e-4 gives.
  for (const auto& [method, tau2] : golden) EXPECT_NEAR(fit_of(bcg(), method).tau2, tau2, 5e-7) << name(method);
  for (const auto method : {Tau2Method::eb, Tau2Method::pm, Tau2Method::dlit, Tau2Method::sjit})
    EXPECT_NEAR(fit_of(bcg(), method).tau2, .3180684522, 5e-11) << name(method);
}

TEST(Univariate, BcgGoldenReml) {
  const Fit fit = fit_of(bcg(), Tau2Method::reml);
  EXPECT_NEAR(fit.tau2, .3132432581, 5e-11);
  EXPECT_NEAR(fit.beta[0], -.7145323422, 5e-11);
  EXPECT_NEAR(std::sqrt(fit.vb(0, 0)), .1797815161, 5e-11);
  EXPECT_NEAR(fit.reml.loglik, -12.20237142, 5e-9);
  EXPECT_NEAR(fit.ml.loglik, -12.68777166, 5e-9);
  EXPECT_NEAR(fit_of(bcg(), Tau2Method::ml).ml.loglik, -12.66507635, 5e-9);
  EXPECT_NEAR(fit.reml.aic, 28.404743, 5e-7);
  EXPECT_NEAR(fit.reml.aicc, 29.738076, 5e-7);
  EXPECT_NEAR(fit.q_e, 152.2330, 5e-5);
  EXPECT_NEAR(fit.i2, 92.2214, 5e-5);
  EXPECT_TRUE(fit.certificate.converged);
  EXPECT_LT(fit.certificate.gradient_norm, 1e-11);
  EXPECT_FALSE(fit.certificate.at_boundary[0]);
}

TEST(Univariate, BcgGoldenMetaRegression) {
  const Fit fit = fit_of(bcg({"ablat", "year"}), Tau2Method::reml);
  EXPECT_NEAR(fit.beta[0], -3.545505, 2e-4);  // printed after metafor's default stop at 1e-5
  EXPECT_NEAR(fit.beta[0], -3.54535301994065, 1e-9);
  EXPECT_NEAR(fit.beta[1], -.028011, 5e-7);
  EXPECT_NEAR(fit.beta[2], .00190748044749929, 1e-12);
  EXPECT_NEAR(fit.tau2, .110784696947656, 1e-12);
  EXPECT_NEAR(fit.r2, 64.6322, 1e-3);  // printed after the default stop
  EXPECT_NEAR(fit.q_e, 28.32514, 5e-6);
}

TEST(Univariate, MomentEstimatorsAgreeWithTheDenseTwin) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const Data data = random_data(seed, 15, 0.1);
    Vector a(data.k());
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = 1 / (data.vi[i] + 0.1 * static_cast<double>(i + 1));
    const std::pair<Univariate, Vector> cases[] = {{{.method = Tau2Method::he}, Vector(data.k(), 1.0)},
                                                   {{.method = Tau2Method::dl}, inverse(data.vi, 0)},
                                                   {{.method = Tau2Method::genq, .weights = a}, a}};
    for (const auto& [spec, weights] : cases) {
      const Twin twin = moment_twin(data, weights);
      const Fit fit = fit_of(data, spec);
      EXPECT_NEAR(fit.tau2, twin.tau2, 1e-12 * twin.tau2) << fit.method << " seed " << seed;
      EXPECT_NEAR(fit.se_tau2, twin.se, 1e-11 * twin.se) << fit.method << " seed " << seed;
    }
  }
}

TEST(Univariate, LikelihoodEstimatesAreZerosOfTheDenseScore) {
  for (const bool reml : {false, true}) {
    const Data data = random_data(7, 20, 0.2);
    const Fit fit = fit_of(data, reml ? Tau2Method::reml : Tau2Method::ml);
    const auto root = stats::find_root([&](double t) { return dense_score(data, t, reml); }, 1e-6, 10);
    ASSERT_TRUE(root.has_value());
    EXPECT_NEAR(fit.tau2, *root, 1e-12);
    const Vector w = inverse(data.vi, fit.tau2);
    const Matrix p = dense_p(data, w);
    double sum_w2 = 0;
    for (const double x : w) sum_w2 += x * x;
    EXPECT_NEAR(fit.se_tau2, std::sqrt(2 / (reml ? trace_product(p, p) : sum_w2)), 1e-12);
  }
}

TEST(Univariate, PauleMandelSolvesItsEquation) {
  const Data data = random_data(11, 18, 0.15);
  for (const auto& [method, target] :
       {std::pair{Tau2Method::pm, 16.0}, {Tau2Method::pmm, stats::chi2_quantile(0.5, 16)}}) {
    const Fit fit = fit_of(data, method);
    EXPECT_NEAR(stats::quadratic_form(dense_p(data, inverse(data.vi, fit.tau2)), data.yi), target, 1e-11);
  }
}

TEST(Univariate, TwoTopsOfTheLikelihoodTheHigherWins) {
  // Two precise effects that agree and two vague ones far away: one top near 0, another far from it.
  const Data data = make_data({0, 0.02, -0.02, 0.01, 9, -9}, {1e-4, 1e-4, 1e-4, 1e-4, 1, 1});
  const Fit fit = fit_of(data, Tau2Method::ml);
  double best = -1e300;
  double where = 0;
  for (double t = 1e-8; t < 1e3; t *= 1.001) {
    const Vector w = inverse(data.vi, t);
    double ll = -0.5 * stats::quadratic_form(dense_p(data, w), data.yi);
    for (const double x : w) ll += 0.5 * std::log(x);
    if (ll > best) best = ll, where = t;
  }
  EXPECT_NEAR(fit.tau2, where, 1e-3 * where);
}

TEST(Univariate, TranslationAndScaleEquivariance) {
  for (const auto method : without_weights) {
    const Data data = random_data(5, 14, 0.1);
    Data moved = data;
    for (std::size_t i = 0; i < moved.k(); ++i) {
      moved.yi[i] = 100 * (data.yi[i] + 3);
      moved.vi[i] = 1e4 * data.vi[i];
    }
    const Fit a = fit_of(data, method);
    const Fit b = fit_of(moved, method);
    EXPECT_NEAR(b.tau2, 1e4 * a.tau2, 1e-8 * b.tau2 + 1e-9) << a.method;
    EXPECT_NEAR(b.beta[0], 100 * (a.beta[0] + 3), 1e-8) << a.method;
    EXPECT_NEAR(b.i2, a.i2, 1e-8) << a.method;
  }
}

TEST(Univariate, OrderOfRowsDoesNotMatter) {
  for (const auto method : without_weights) {
    const Data data = bcg({"ablat"});
    const auto problem = Problem::create(data, Univariate{.method = method});
    std::vector<std::size_t> order{12, 3, 7, 0, 1, 11, 5, 4, 9, 2, 10, 8, 6};
    const auto permuted = problem->subset(order);
    ASSERT_TRUE(permuted.ok());
    EXPECT_NEAR(fit(*permuted)->tau2, fit(*problem)->tau2, 1e-12) << name(method);
  }
}

TEST(Univariate, HomogeneousDataHaveNoVariance) {
  for (const auto method : without_weights) {
    const Fit fit = fit_of(make_data({.2, .21, .19, .2, .205}, {.05, .04, .06, .05, .03}), method);
    if (method == Tau2Method::sj) {
      EXPECT_LT(fit.tau2, 1e-4);  // SJ is positive by construction
    } else {
      EXPECT_EQ(fit.tau2, 0) << fit.method;
      EXPECT_TRUE(fit.certificate.at_boundary[0]) << fit.method;
    }
  }
}

TEST(Univariate, EqualEffectsAndTwoEffects) {
  for (const auto method : without_weights) {
    const Fit equal = fit_of(make_data({.3, .3, .3}, {.02, .05, .01}), method);
    EXPECT_EQ(equal.tau2, 0) << equal.method;
    EXPECT_NEAR(equal.beta[0], .3, 1e-15);
    EXPECT_EQ(equal.s2w, 0);
    const Fit two = fit_of(make_data({.1, .9}, {.02, .05}), method);
    EXPECT_TRUE(std::isfinite(two.tau2)) << two.method;
    EXPECT_NEAR(two.q_e, .64 / .07, 1e-12);
  }
}

TEST(Univariate, OneEffect) {
  for (const auto method : without_weights) {
    const Fit fit = fit_of(make_data({.1}, {.02}), method);
    EXPECT_EQ(fit.tau2, 0);
    EXPECT_TRUE(std::isnan(fit.se_tau2));
    EXPECT_NEAR(fit.vb(0, 0), .02, 1e-17);
    EXPECT_EQ(fit.q_e, 0);
    EXPECT_EQ(fit.q_e_p, 1);
    EXPECT_EQ(fit.i2, 0);
    EXPECT_EQ(fit.h2, 1);
    EXPECT_NEAR(fit.ml.loglik, 1.0370729695094, 1e-12);
  }
}

TEST(Univariate, ZeroSamplingVariance) {
  // Values of metafor 5.1-12 for these five effects.
  const Data data = make_data({.1, .4, .3, -.2, .6}, {.02, 0, .05, .03, .04});
  EXPECT_NEAR(fit_of(data, Tau2Method::he).tau2, .065, 1e-12);
  const Fit eb = fit_of(data, Tau2Method::eb);
  EXPECT_NEAR(eb.tau2, .0633169955920246, 1e-10);
  EXPECT_TRUE(std::isnan(eb.q_e));
  EXPECT_TRUE(std::isnan(eb.i2));
  for (const auto method : {Tau2Method::dl, Tau2Method::hs, Tau2Method::pm}) {
    const auto refused = fit(*Problem::create(data, Univariate{.method = method}));
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find("effect 2 is 0"), std::string::npos);
  }
  EXPECT_FALSE(fit(*Problem::create(data, Univariate{.method = Tau2Method::ee})).ok());
  const Fit weighted = fit_of(data, Univariate{.method = Tau2Method::ee, .weights = {1, 2, 3, 4, 5}});
  EXPECT_NEAR(weighted.beta[0], .266666666666667, 1e-14);
  EXPECT_NEAR(weighted.vb(0, 0), .00866666666666666, 1e-16);
}

TEST(Univariate, UserWeightsGiveASandwich) {
  const Data data = bcg();
  Vector w(data.k());
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = static_cast<double>(i % 4 + 1);
  const Fit fit = fit_of(data, Univariate{.method = Tau2Method::dl, .weights = w});
  double total = 0, mean = 0, variance = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    total += w[i];
    mean += w[i] * data.yi[i];
    variance += w[i] * w[i] * (data.vi[i] + fit.tau2);
  }
  EXPECT_NEAR(fit.beta[0], mean / total, 1e-13);
  EXPECT_NEAR(fit.vb(0, 0), variance / (total * total), 1e-14);
  EXPECT_NEAR(fit.tau2, fit_of(data, Tau2Method::dl).tau2, 1e-15);
  EXPECT_NEAR(weights_percent(fit)[1], 100 * w[1] / total, 1e-12);
}

TEST(Univariate, FixedTau2IsNotCountedAsAParameter) {
  const Fit fit = fit_of(bcg(), Univariate{.method = Tau2Method::reml, .tau2 = 0.2});
  EXPECT_EQ(fit.tau2, 0.2);
  EXPECT_NEAR(fit.se_tau2, .114891389516372, 1e-13);
  EXPECT_NEAR(fit.reml.aic, -2 * fit.reml.loglik + 2, 1e-12);
}

TEST(Univariate, MedianUnbiasedGeneralisedQ) {
  // metafor 5.1-12: GENQM with weights 1 / (vi + 0.1), root found to about 1e-5.
  const Data data = bcg();
  const Fit fit = fit_of(data, Univariate{.method = Tau2Method::genqm, .weights = inverse(data.vi, 0.1)});
  EXPECT_NEAR(fit.tau2, .338861201236107, 1e-8);
}

TEST(Univariate, TooFewEffectsAreRefused) {
  const Data data = make_data({.1, .9}, {.02, .05}, {{1, 2}});
  const auto refused = fit(*Problem::create(data, Univariate{}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::not_defined);
  EXPECT_TRUE(fit(*Problem::create(data, Univariate{.method = Tau2Method::ee})).ok());
  EXPECT_FALSE(fit(*Problem::create(bcg(), Univariate{.method = Tau2Method::genq})).ok());
}

TEST(Univariate, SolveMarginalAndWeights) {
  const Fit fit = fit_of(bcg(), Tau2Method::dl);
  const Vector ones = solve_marginal(fit, Vector(fit.k(), 1.0));
  const Vector variances = marginal_variances(fit);
  double total = 0;
  for (std::size_t i = 0; i < fit.k(); ++i) {
    EXPECT_DOUBLE_EQ(ones[i], 1 / variances[i]);
    total += weights_percent(fit)[i];
  }
  EXPECT_NEAR(total, 100, 1e-12);
}

}  // namespace
}  // namespace hedgerow::model
