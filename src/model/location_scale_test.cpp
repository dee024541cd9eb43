// Twins: the likelihood as in the textbook with dense matrices, derivatives by differences; a grid instead of a climb.
#include "model/location_scale.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "data/readers.hpp"
#include "model/detail/scale_likelihood.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;
using Link = LocationScale::Link;

Data read(const std::string& file, const std::vector<std::string>& moderators, std::vector<Vector>& columns) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + file).take();
  Data out;
  out.yi = table.numbers("yi").take();
  out.vi = table.numbers("vi").take();
  for (const std::string& name : moderators) columns.push_back(table.numbers(name).take());
  out.x = Matrix(out.k(), 1, 1.0);
  out.names = {"intrcpt"};
  out.term = {0};
  return out;
}

LocationScale scale(const Data& data, const std::vector<Vector>& columns, Link link, Likelihood likelihood) {
  LocationScale out;
  out.link = link;
  out.likelihood = likelihood;
  out.z = Matrix(data.k(), 1 + columns.size(), 1.0);
  out.names = {"intrcpt"};
  for (std::size_t j = 0; j < columns.size(); ++j) {
    out.names.push_back("z" + std::to_string(j + 1));
    for (std::size_t i = 0; i < data.k(); ++i) out.z(i, j + 1) = columns[j][i];
  }
  return out;
}

Problem bcg(Link link, Likelihood likelihood) {
  std::vector<Vector> columns;
  Data data = read("bcg.csv", {"ablat"}, columns);
  LocationScale spec = scale(data, columns, link, likelihood);
  return Problem::create(std::move(data), std::move(spec)).take();
}

/// ln|A| and A^-1 by Gauss-Jordan.
double invert(Matrix& a) {
  const std::size_t n = a.rows();
  double log_det = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const double pivot = a(j, j);
    log_det += std::log(pivot);
    a(j, j) = 1;
    for (std::size_t c = 0; c < n; ++c) a(j, c) /= pivot;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == j) continue;
      const double factor = a(i, j);
      a(i, j) = 0;
      for (std::size_t c = 0; c < n; ++c) a(i, c) -= factor * a(j, c);
    }
  }
  return log_det;
}

double naive_loglik(const Problem& problem, const Vector& alpha) {
  const Data& data = problem.data();
  const auto& spec = std::get<LocationScale>(problem.spec());
  const std::size_t k = data.k(), p = data.p();
  Matrix a(p, p), xtx(p, p);
  Vector right(p, 0.0), d(k);
  double sum = 0;
  for (std::size_t i = 0; i < k; ++i) {
    double eta = 0;
    for (std::size_t j = 0; j < alpha.size(); ++j) eta += spec.z(i, j) * alpha[j];
    d[i] = data.vi[i] + (spec.link == Link::log ? std::exp(eta) : eta);
    sum += std::log(d[i]);
    for (std::size_t r = 0; r < p; ++r) {
      right[r] += data.x(i, r) * data.yi[i] / d[i];
      for (std::size_t c = 0; c < p; ++c) {
        a(r, c) += data.x(i, r) * data.x(i, c) / d[i];
        xtx(r, c) += data.x(i, r) * data.x(i, c);
      }
    }
  }
  const double log_det = invert(a), log_det_x = invert(xtx);
  for (std::size_t i = 0; i < k; ++i) {
    double fitted = 0;
    for (std::size_t r = 0; r < p; ++r)
      for (std::size_t c = 0; c < p; ++c) fitted += data.x(i, r) * a(r, c) * right[c];
    sum += (data.yi[i] - fitted) * (data.yi[i] - fitted) / d[i];
  }
  const bool reml = spec.likelihood == Likelihood::reml;
  const double n = static_cast<double>(reml ? k - p : k);
  return -0.5 * (n * std::log(2 * std::numbers::pi) + sum + (reml ? log_det - log_det_x : 0));
}

TEST(LocationScale, DerivativesAreThoseOfTheTextbookLikelihood) {
  for (const Link link : {Link::log, Link::identity}) {
    for (const Likelihood likelihood : {Likelihood::ml, Likelihood::reml}) {
      const Problem two = [&] {
        const Problem one = bcg(link, likelihood);
        Matrix x(one.data().k(), 2, 1.0);
        for (std::size_t i = 0; i < x.rows(); ++i) x(i, 1) = std::sin(static_cast<double>(i));
        return one.with_design(x, {"intrcpt", "wave"}).take();
      }();
      const auto& spec = std::get<LocationScale>(two.spec());
      const Vector alpha = link == Link::log ? Vector{-1.0, 0.01} : Vector{0.4, -0.003};
      ScaleLikelihood likely(two);
      const Curvature here = likely.at(stats::multiply(spec.z, alpha), spec.z);
      ASSERT_TRUE(here.finite);
      const double full = naive_loglik(two, alpha);
      EXPECT_NEAR(likelihood == Likelihood::reml ? likely.values().reml : likely.values().ml, full, 1e-10);
      const Vector h = link == Link::log ? Vector{1e-3, 3e-5} : Vector{1e-4, 3e-6};
      const auto at = [&](double a, double b) { return naive_loglik(two, {alpha[0] + a * h[0], alpha[1] + b * h[1]}); };
      EXPECT_NEAR(here.score[0], (at(1, 0) - at(-1, 0)) / (2 * h[0]), 1e-4 * std::fabs(here.score[0]) + 1e-5);
      EXPECT_NEAR(here.score[1], (at(0, 1) - at(0, -1)) / (2 * h[1]), 1e-4 * std::fabs(here.score[1]) + 1e-5);
      const double d00 = -(at(1, 0) - 2 * full + at(-1, 0)) / (h[0] * h[0]);
      const double d11 = -(at(0, 1) - 2 * full + at(0, -1)) / (h[1] * h[1]);
      const double d01 = -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h[0] * h[1]);
      EXPECT_NEAR(here.observed(0, 0), d00, 1e-3 * std::fabs(d00));
      EXPECT_NEAR(here.observed(1, 1), d11, 1e-3 * std::fabs(d11));
      EXPECT_NEAR(here.observed(0, 1), d01, 1e-3 * std::fabs(d01));
    }
  }
}

/// metafor's rma(yi, vi, scale = ~ ablat) of the BCG trials (tests/reference/location_scale.json).
TEST(LocationScale, BcgWithAbsoluteLatitude) {
  const auto fit = fit_location_scale(bcg(Link::log, Likelihood::reml), {});
  ASSERT_TRUE(fit.ok());
  EXPECT_TRUE(fit->certificate.converged);
  EXPECT_LT(fit->certificate.gradient_norm, 1e-6);
  EXPECT_NEAR(fit->reml.loglik, -12.20236656933, 1e-9);
  EXPECT_NEAR(fit->ml.loglik, -12.6878854422826, 1e-7);
  EXPECT_NEAR(fit->ml.deviance, 37.1616391580766, 1e-6);
  EXPECT_NEAR(fit->reml.aicc, 33.40473313866, 1e-8);
  EXPECT_NEAR(fit->beta[0], -0.715638098206272, 1e-6);
  EXPECT_NEAR(fit->vb(0, 0), 0.0323290627435807, 1e-7);
  EXPECT_NEAR(fit->scale.alpha[0], -1.1535861531691, 1e-5);
  // The Hessian of metafor is numerical: 2.36952 and 0.070136, 2e-4 away (docs/errata.md).
  EXPECT_NEAR(fit->scale.se_alpha[0], 2.36952027805791, 1e-3);
  EXPECT_NEAR(fit->scale.se_alpha[1], 0.0701361020869649, 3e-5);
  EXPECT_NEAR(fit->q_e, 152.233008082373, 1e-9);
}

TEST(LocationScale, InterceptAloneIsTheTwoLevelModel) {
  for (const Link link : {Link::log, Link::identity}) {
    for (const Likelihood likelihood : {Likelihood::ml, Likelihood::reml}) {
      std::vector<Vector> none;
      Data data = read("bcg.csv", {}, none);
      LocationScale spec = scale(data, none, link, likelihood);
      const Problem problem = Problem::create(data, spec).take();
      const auto plain =
          fit(problem.with_spec(Univariate{likelihood == Likelihood::ml ? Tau2Method::ml : Tau2Method::reml}).take());
      const auto same = fit_location_scale(problem, {});
      ASSERT_TRUE(same.ok());
      EXPECT_NEAR(same->scale.tau2[0], plain->tau2, 1e-7);
      EXPECT_NEAR(same->beta[0], plain->beta[0], 1e-7);
      EXPECT_NEAR(same->ml.aic, plain->ml.aic, 1e-7);
      EXPECT_NEAR(same->reml.bic, plain->reml.bic, 1e-7);
      EXPECT_NEAR(same->vt, plain->vt, 1e-12);
    }
  }
}

TEST(LocationScale, NoPointOfAGridIsHigher) {
  for (const Link link : {Link::log, Link::identity}) {
    const Problem problem = bcg(link, Likelihood::ml);
    const auto fit = fit_location_scale(problem, {});
    ASSERT_TRUE(fit.ok());
    EXPECT_NEAR(fit->ml.loglik, naive_loglik(problem, fit->scale.alpha), 1e-9);
    double highest = -HUGE_VAL;
    for (double a = link == Link::log ? -8.0 : 0.0; a <= 5; a += 0.05)
      for (double b = -0.15; b <= 0.15; b += 0.0025) {
        if (link == Link::identity && (a + 13 * b < 0 || a + 55 * b < 0)) continue;
        highest = std::max(highest, naive_loglik(problem, {a, b}));
      }
    EXPECT_GE(fit->ml.loglik, highest - 1e-9);
  }
}

/// Six effects without spread beyond their errors and six with: tau2 of the first six is at its bound.
Problem half_without_spread(Link link) {
  Data data;
  data.yi = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, -1, 1.2, -0.9, 1.1, -1.3, 0.8};
  data.vi = Vector(12, 0.05);
  data.x = Matrix(12, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  const LocationScale spec = scale(data, {{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}}, link, Likelihood::reml);
  return Problem::create(std::move(data), spec).take();
}

TEST(LocationScale, AGroupWithoutSpread) {
  const auto logarithmic = fit_location_scale(half_without_spread(Link::log), {});
  const auto identity = fit_location_scale(half_without_spread(Link::identity), {});
  ASSERT_TRUE(logarithmic.ok() && identity.ok());
  EXPECT_LT(logarithmic->scale.tau2[0], 1e-7);
  EXPECT_NEAR(identity->scale.tau2[0], 0, 1e-12);
  EXPECT_NEAR(identity->scale.tau2[11], logarithmic->scale.tau2[11], 1e-6);
  EXPECT_NEAR(identity->reml.loglik, logarithmic->reml.loglik, 1e-7);
  EXPECT_FALSE(logarithmic->certificate.warnings.empty());
  EXPECT_FALSE(identity->certificate.warnings.empty());
  EXPECT_TRUE(identity->certificate.at_boundary[0]);
}

TEST(LocationScale, AHeldCoefficientStaysAndLowersTheLikelihood) {
  const Problem problem = bcg(Link::log, Likelihood::ml);
  const auto best = fit_location_scale(problem, {});
  const auto held = fit_with_alpha(problem, 1, 0.05, best->scale.alpha);
  ASSERT_TRUE(held.ok());
  EXPECT_DOUBLE_EQ(held->scale.alpha[1], 0.05);
  EXPECT_TRUE(std::isnan(held->scale.se_alpha[1]));
  EXPECT_LT(held->ml.loglik, best->ml.loglik);
  double highest = -HUGE_VAL;
  for (double a = -8; a < 5; a += 0.001) highest = std::max(highest, naive_loglik(problem, {a, 0.05}));
  EXPECT_NEAR(held->ml.loglik, highest, 1e-6);
}

TEST(LocationScale, UnitsOfAModeratorDoNotMatter) {
  std::vector<Vector> columns;
  Data data = read("bcg.csv", {"year"}, columns);
  Vector years = columns[0];
  for (double& year : columns[0]) year = (year - 1950) / 10;
  const auto near =
      fit_location_scale(Problem::create(data, scale(data, columns, Link::log, Likelihood::reml)).take(), {});
  const auto far =
      fit_location_scale(Problem::create(data, scale(data, {years}, Link::log, Likelihood::reml)).take(), {});
  ASSERT_TRUE(near.ok() && far.ok());
  EXPECT_NEAR(near->reml.loglik, far->reml.loglik, 1e-9);
  EXPECT_NEAR(near->scale.alpha[1] / 10, far->scale.alpha[1], 1e-6);
  EXPECT_NEAR(near->scale.se_alpha[1] / 10, far->scale.se_alpha[1], 1e-6);
}

TEST(LocationScale, Refusals) {
  std::vector<Vector> columns;
  Data data = read("bcg.csv", {"ablat"}, columns);
  LocationScale twice = scale(data, {columns[0], columns[0]}, Link::log, Likelihood::reml);
  EXPECT_FALSE(Problem::create(data, twice).ok());
  LocationScale held = scale(data, columns, Link::log, Likelihood::reml);
  held.alpha = {1.0};
  EXPECT_FALSE(Problem::create(data, held).ok());
  LocationScale negative = scale(data, columns, Link::identity, Likelihood::reml);
  negative.alpha = {-1.0, 0.0};
  EXPECT_FALSE(fit_location_scale(Problem::create(data, negative).take(), {}).ok());
  const Problem whole = bcg(Link::log, Likelihood::reml);
  const std::vector<std::size_t> two{0, 1};
  EXPECT_FALSE(fit(whole.subset(two).take()).ok());
  data.vi[3] = 0;
  EXPECT_FALSE(
      fit_location_scale(Problem::create(data, scale(data, columns, Link::log, Likelihood::reml)).take(), {}).ok());
}

}  // namespace
}  // namespace hedgerow::model
