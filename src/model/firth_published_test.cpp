// Firth's logistic regression on published data. The model of this room has a level for each study; so a dense twin for
// any design is held against the published analysis of endometrial cancer (heinze2002, by the R package logistf), and
// the model against the twin.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "data/readers.hpp"
#include "model/firth.hpp"
#include "stats/distributions.hpp"
#include "stats/linalg.hpp"
#include "stats/roots.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Events and persons by row of a design.
struct Grouped {
  Matrix x;
  Vector events, persons;
};

struct TwinFit {
  Vector beta;
  double penalised = 0;
};

/// Newton's method on the modified scores, all matrices written out; coefficient `held` stays at `value`.
TwinFit twin_fit(const Grouped& data, std::optional<std::size_t> held = {}, double value = 0) {
  const std::size_t n = data.events.size(), p = data.x.cols();
  TwinFit out{Vector(p, 0.0), 0};
  if (held) out.beta[*held] = value;
  for (int round = 0; round < 200; ++round) {
    Matrix information(p, p);
    Vector pi(n), w(n);
    out.penalised = 0;
    for (std::size_t i = 0; i < n; ++i) {
      pi[i] = 1 / (1 + std::exp(-stats::dot(data.x.row(i), out.beta)));
      w[i] = data.persons[i] * pi[i] * (1 - pi[i]);
      out.penalised += data.events[i] * std::log(pi[i]) + (data.persons[i] - data.events[i]) * std::log(1 - pi[i]);
      for (std::size_t r = 0; r < p; ++r)
        for (std::size_t s = 0; s < p; ++s) information(r, s) += w[i] * data.x(i, r) * data.x(i, s);
    }
    out.penalised += *stats::log_determinant(information) / 2;
    const Matrix inverse = stats::Cholesky::create(information)->inverse();
    Vector score(p, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double h = w[i] * stats::quadratic_form(inverse, data.x.row(i));
      const double residual = data.events[i] - data.persons[i] * pi[i] + h * (0.5 - pi[i]);
      for (std::size_t r = 0; r < p; ++r) score[r] += residual * data.x(i, r);
    }
    if (held) {
      for (std::size_t r = 0; r < p; ++r) information(*held, r) = information(r, *held) = r == *held;
      score[*held] = 0;
    }
    const Vector step = stats::multiply(stats::Cholesky::create(information)->inverse(), score);
    double largest = 0;
    for (const double s : step) largest = std::max(largest, std::fabs(s));
    for (std::size_t r = 0; r < p; ++r) out.beta[r] += step[r] * std::min(1.0, 1 / std::max(largest, 1e-300));
    if (largest < 1e-12) break;
  }
  return out;
}

/// End of the interval by the profile on the given side of the estimate, which lies within `reach` of it.
double twin_end(const Grouped& data, std::size_t coefficient, double reach) {
  const TwinFit best = twin_fit(data);
  const double drop = stats::chi2_quantile(0.95, 1);
  double near = best.beta[coefficient], far = near + reach;
  for (int i = 0; i < 60; ++i) {
    const double middle = (near + far) / 2;
    (2 * (best.penalised - twin_fit(data, coefficient, middle).penalised) < drop ? near : far) = middle;
  }
  return near;
}

TEST(FirthPublished, EndometrialCancer) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/firth/endometrial.csv").take();
  const char* const names[] = {"", "NV", "PI", "EH"};
  Grouped data{Matrix(79, 4, 1.0), table.numbers("HG").take(), Vector(79, 1.0)};
  for (std::size_t j = 1; j < 4; ++j) {
    const Vector column = table.numbers(names[j]).take();
    for (std::size_t i = 0; i < 79; ++i) data.x(i, j) = column[i];
  }
  struct Published {
    double estimate, lower, upper;
  };
  const Published published[] = {{3.77455951, 1.0825371, 7.20928050},
                                 {2.92927330, 0.6097244, 7.85463171},
                                 {-0.03475175, -0.1244587, 0.04045547},
                                 {-2.60416387, -4.3651832, -1.23272106}};
  const TwinFit fit = twin_fit(data);
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(fit.beta[j] / published[j].estimate, 1, 1e-6) << j;
    EXPECT_NEAR(twin_end(data, j, -10) / published[j].lower, 1, 1e-5) << j;
    EXPECT_NEAR(twin_end(data, j, 10) / published[j].upper, 1, 1e-5) << j;
  }
}

TEST(FirthPublished, TheModelOfStudiesIsTheTwin) {
  const Vector x1 = {0, 2, 1, 0, 7}, n1 = {40, 35, 60, 22, 90}, x2 = {3, 5, 0, 4, 9}, n2 = {38, 33, 61, 25, 70};
  Data tables;
  tables.counts = {CountKind::tables, x1, n1, x2, n2};
  tables.yi.assign(5, 0.0);
  tables.vi.assign(5, 1.0);
  tables.names = {"intrcpt"};
  tables.term = {0};
  tables.x = Matrix(5, 1, 1.0);
  CountModel spec;
  spec.method = CountMethod::firth;
  spec.measure = "OR";
  spec.random = false;
  const Fit fit = fit_firth(Problem::create(tables, spec).take()).take();

  Grouped data{Matrix(10, 6), Vector(10), Vector(10)};
  for (std::size_t j = 0; j < 5; ++j) {
    data.x(2 * j, j) = data.x(2 * j + 1, j) = data.x(2 * j, 5) = 1;
    data.events[2 * j] = x1[j];
    data.persons[2 * j] = n1[j];
    data.events[2 * j + 1] = x2[j];
    data.persons[2 * j + 1] = n2[j];
  }
  const TwinFit twin = twin_fit(data);
  EXPECT_NEAR(fit.beta[0], twin.beta[5], 1e-9);
  for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(fit.counts.study[j], twin.beta[j], 1e-8) << j;
  const FirthProfile profile = profile_firth(fit, 0, 0.95).take();
  EXPECT_NEAR(profile.ci_lb, twin_end(data, 5, -5), 1e-7);
  EXPECT_NEAR(profile.ci_ub, twin_end(data, 5, 5), 1e-7);
}

}  // namespace
}  // namespace hedgerow::model
