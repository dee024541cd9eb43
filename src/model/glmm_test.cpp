// Mixed models of counts against published and reference values, brute-force integration and degenerate data.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "model/fit.hpp"
#include "model/glmm_profile.hpp"

namespace hedgerow::model {
namespace {

Data with_intercept(Counts counts) {
  Data data;
  const std::size_t k = counts.x1.size();
  data.counts = std::move(counts);
  data.x = stats::Matrix(k, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  for (std::size_t i = 0; i < k; ++i) {
    const Counts& c = data.counts;
    if (c.kind == CountKind::tables) {
      double a = c.x1[i], b = c.n1[i] - a, cc = c.x2[i], d = c.n2[i] - cc;
      if (a * b * cc * d == 0) a += 0.5, b += 0.5, cc += 0.5, d += 0.5;
      data.yi.push_back(std::log(a * d / (b * cc)));
      data.vi.push_back(1 / a + 1 / b + 1 / cc + 1 / d);
    } else {
      data.yi.push_back(0);
      data.vi.push_back(1);
    }
  }
  return data;
}

Data bcg(bool with_latitude = false) {
  Counts c;
  c.kind = CountKind::tables;
  c.x1 = {4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27};
  c.n1 = {123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913};
  c.x2 = {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29};
  c.n2 = {139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854};
  Data data = with_intercept(c);
  if (with_latitude) {
    const stats::Vector ablat{44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33};
    data.x = stats::Matrix(13, 2, 1.0);
    for (std::size_t i = 0; i < 13; ++i) data.x(i, 1) = ablat[i];
    data.names = {"intrcpt", "ablat"};
    data.term = {0, 1};
  }
  return data;
}

/// Catheter infections: seven studies without events in one group, one without any.
Data nielweise() {
  Counts c;
  c.kind = CountKind::tables;
  c.x1 = {0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4};
  c.n1 = {116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64};
  c.x2 = {3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1};
  c.n2 = {117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69};
  return with_intercept(c);
}

CountModel model_of(CountMethod method, bool random = true) {
  CountModel out;
  out.method = method;
  out.measure = "OR";
  out.random = random;
  return out;
}

Fit must_fit(const Data& data, const CountModel& spec) {
  auto problem = Problem::create(data, spec);
  EXPECT_TRUE(problem.ok()) << (problem.ok() ? "" : problem.error().message);
  auto fit = model::fit(*problem);
  EXPECT_TRUE(fit.ok()) << (fit.ok() ? "" : fit.error().message);
  return fit.take();
}

/// Trapezoidal rule over a standard normal variable.
template <class F>
double integral(F f) {
  double sum = 0;
  constexpr int points = 600;
  for (int i = 0; i <= points; ++i) {
    const double u = -12 + 24.0 * i / points;
    sum += f(u) * std::exp(-u * u / 2) / std::sqrt(2 * std::numbers::pi);
  }
  return sum * 24 / points;
}

double binomial(double x, double n, double eta) {
  const double p = 1 / (1 + std::exp(-eta)), q = 1 / (1 + std::exp(eta));
  const double choose = std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1);
  return std::exp(choose + (x > 0 ? x * std::log(p) : 0) + (x < n ? (n - x) * std::log(q) : 0));
}

double hypergeometric(double x1, double n1, double x2, double n2, double eta) {
  const auto log_choose = [](double n, double x) {
    return std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1);
  };
  const double m = x1 + x2;
  double sum = 0;
  for (double y = std::max(0.0, m - n2); y <= std::min(n1, m); ++y)
    sum +=
        std::exp(log_choose(n1, y) + log_choose(n2, m - y) - log_choose(n1, x1) - log_choose(n2, x2) + (y - x1) * eta);
  return 1 / sum;
}

double um_fs_twin(const Counts& c, const stats::Vector& level, double beta, double tau) {
  double l = 0;
  for (std::size_t j = 0; j < c.x1.size(); ++j)
    if (std::isfinite(level[j]))
      l += std::log(integral([&](double u) {
        const double half = tau * u / 2;
        return binomial(c.x1[j], c.n1[j], level[j] + beta + half) * binomial(c.x2[j], c.n2[j], level[j] - half);
      }));
  return l;
}

double cm_el_twin(const Counts& c, double beta, double tau) {
  double l = 0;
  for (std::size_t j = 0; j < c.x1.size(); ++j)
    l += std::log(
        integral([&](double u) { return hypergeometric(c.x1[j], c.n1[j], c.x2[j], c.n2[j], beta + tau * u); }));
  return l;
}

TEST(Glmm, FixedLevelsAgainstTheTrapezoidalRule) {
  CountModel spec = model_of(CountMethod::um_fs);
  spec.quadrature = 40;
  const Data data = nielweise();
  const Fit fit = must_fit(data, spec);
  const double tau = std::sqrt(fit.tau2), beta = fit.beta[0];
  const auto twin = [&](double b, double t) { return um_fs_twin(data.counts, fit.counts.study, b, t); };
  EXPECT_NEAR(fit.ml.loglik, twin(beta, tau), 1e-8);
  const double h = 1e-4;
  EXPECT_NEAR((twin(beta + h, tau) - twin(beta - h, tau)) / (2 * h), 0, 1e-5);
  EXPECT_NEAR((twin(beta, tau + h) - twin(beta, tau - h)) / (2 * h), 0, 1e-5);
  EXPECT_TRUE(std::isnan(fit.counts.study[14]));  // no event in both groups
}

TEST(Glmm, ConditionalModelAgainstTheTrapezoidalRule) {
  CountModel spec = model_of(CountMethod::cm_el);
  spec.quadrature = 30;
  const Data data = nielweise();
  const Fit fit = must_fit(data, spec);
  const double tau = std::sqrt(fit.tau2), beta = fit.beta[0];
  const auto twin = [&](double b, double t) { return cm_el_twin(data.counts, b, t); };
  EXPECT_NEAR(fit.ml.loglik, twin(beta, tau), 1e-8);
  const double h = 1e-3;
  EXPECT_NEAR((twin(beta + h, tau) - twin(beta - h, tau)) / (2 * h), 0, 1e-4);
  EXPECT_NEAR((twin(beta, tau + h) - twin(beta, tau - h)) / (2 * h), 0, 1e-4);
  // Var(b) by second differences of the twin, tau included.
  const double l = twin(beta, tau);
  const double bb = -(twin(beta + h, tau) - 2 * l + twin(beta - h, tau)) / (h * h);
  const double tt = -(twin(beta, tau + h) - 2 * l + twin(beta, tau - h)) / (h * h);
  const double bt =
      -(twin(beta + h, tau + h) - twin(beta + h, tau - h) - twin(beta - h, tau + h) + twin(beta - h, tau - h)) /
      (4 * h * h);
  EXPECT_NEAR(fit.vb(0, 0), tt / (bb * tt - bt * bt), 1e-5);
  EXPECT_NEAR(fit.se_tau2, 2 * tau * std::sqrt(bb / (bb * tt - bt * bt)), 1e-4);
}

TEST(Glmm, MoreNodesThanLaplaceForTwoRandomEffects) {
  CountModel spec = model_of(CountMethod::um_rs);
  spec.quadrature = 25;
  const Fit fine = must_fit(bcg(), spec);
  spec.quadrature = 7;
  EXPECT_NEAR(must_fit(bcg(), spec).ml.loglik, fine.ml.loglik, 1e-4);
  spec.quadrature = 1;
  EXPECT_GT(std::abs(must_fit(bcg(), spec).ml.loglik - fine.ml.loglik), 0.01);
}

/// metafor 5.1 with lme4.
TEST(Glmm, VaccineAgainstTuberculosis) {
  CountModel spec = model_of(CountMethod::um_fs);
  spec.metafor_loglik = true;
  const Fit fs = must_fit(bcg(), spec);
  EXPECT_NEAR(fs.beta[0], -0.745013466103339, 2e-5);
  EXPECT_NEAR(std::sqrt(fs.vb(0, 0)), 0.175565799339644, 1e-5);
  EXPECT_NEAR(fs.tau2, 0.294893647589718, 1e-5);
  EXPECT_NEAR(fs.counts.q_wald, 163.16491518507, 1e-6);
  EXPECT_NEAR(fs.counts.q_lrt, 176.954448188362, 1e-8);
  EXPECT_NEAR(fs.i2, 91.0235056575569, 1e-3);
  EXPECT_NEAR(fs.ml.loglik, -70.9676873363521, 5e-4);  // what metafor calls so
  EXPECT_NEAR(fs.ml.aicc, 219.935374672704, 1e-3);
  spec.metafor_loglik = false;
  EXPECT_LT(must_fit(bcg(), spec).ml.loglik, -88);  // the marginal log-likelihood
  spec = model_of(CountMethod::um_rs);
  spec.quadrature = 1;
  spec.correlated = true;
  const Fit rs = must_fit(bcg(), spec);
  EXPECT_NEAR(rs.beta[0], -0.741674459511832, 1e-4);
  EXPECT_NEAR(rs.tau2, 0.336089221704295, 1e-4);
  EXPECT_NEAR(rs.counts.sigma2, 1.85266191539051, 1e-4);
  EXPECT_NEAR(rs.counts.rho, -0.634936138514291, 1e-4);
  EXPECT_GE(rs.ml.loglik, -123.688651528002);
  const Fit al = must_fit(bcg(true), model_of(CountMethod::cm_al));
  EXPECT_NEAR(al.beta[1], -0.0299316133545058, 1e-6);
  EXPECT_NEAR(al.tau2, 0.0318679833681326, 1e-5);
  EXPECT_NEAR(al.counts.q_lrt, 30.0133866894769, 1e-7);
}

TEST(Glmm, ExactConditionalCommonEffect) {
  const Fit fit = must_fit(nielweise(), model_of(CountMethod::cm_el, false));
  EXPECT_NEAR(fit.beta[0], -1.2235592, 1e-6);
  EXPECT_NEAR(fit.ml.loglik, -26.67446, 1e-5);
  EXPECT_NEAR(fit.counts.q_lrt, 28.609268, 1e-5);
  EXPECT_EQ(fit.tau2, 0);
}

/// Catheter-related infections per day; metafor 5.1.
TEST(Glmm, RatesAndOneGroup) {
  Counts proportions{CountKind::proportions,
                     {16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6},
                     {17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10},
                     {},
                     {}};
  CountModel spec = model_of(CountMethod::one_group);
  spec.measure = "PLO";
  const Fit plo = must_fit(with_intercept(proportions), spec);
  EXPECT_NEAR(plo.beta[0], 1.3766044, 1e-4);
  EXPECT_NEAR(plo.tau2, 0.5893309, 2e-4);
  EXPECT_NEAR(plo.counts.q_lrt, 42.232398, 1e-5);
  EXPECT_NEAR(plo.counts.q_wald, 25.097909, 1e-4);
}

TEST(Glmm, HomogeneousStudiesHaveNoVariance) {
  Counts c{CountKind::tables, {10, 20, 30}, {100, 200, 300}, {15, 30, 45}, {100, 200, 300}};
  for (const CountMethod method : {CountMethod::um_fs, CountMethod::um_rs, CountMethod::cm_el, CountMethod::cm_al}) {
    const Fit fit = must_fit(with_intercept(c), model_of(method));
    EXPECT_EQ(fit.tau2, 0);
    EXPECT_TRUE(fit.certificate.at_boundary[0]);
    EXPECT_TRUE(std::isnan(fit.se_tau2));
    const Fit common = must_fit(with_intercept(c), model_of(method, false));
    EXPECT_NEAR(fit.ml.loglik, common.ml.loglik, 1e-9);
    EXPECT_NEAR(fit.vb(0, 0) / common.vb(0, 0), 1, 1e-6);
  }
}

TEST(Glmm, ASeparatedEffectIsRefused) {
  Counts c{CountKind::tables, {0, 0, 0}, {100, 200, 300}, {5, 3, 4}, {100, 200, 300}};
  for (const CountMethod method : {CountMethod::um_fs, CountMethod::um_rs, CountMethod::cm_el, CountMethod::cm_al}) {
    auto problem = Problem::create(with_intercept(c), model_of(method));
    ASSERT_TRUE(problem.ok());
    const auto fit = model::fit(*problem);
    ASSERT_FALSE(fit.ok());
    EXPECT_NE(fit.error().message.find("FIRTH"), std::string::npos) << fit.error().message;
  }
}

TEST(Glmm, AMillionPersonsAndStudiesWithoutEvents) {
  Counts c{CountKind::tables, {40, 0, 0, 900}, {1e6, 1e6, 5e5, 1e6}, {60, 3, 0, 1100}, {1e6, 9e5, 5e5, 1e6}};
  for (const CountMethod method : {CountMethod::um_fs, CountMethod::um_rs, CountMethod::cm_el, CountMethod::cm_al}) {
    CountModel spec = model_of(method);
    const double dropped = must_fit(with_intercept(c), spec).beta[0];
    spec.drop00 = false;
    const double kept = must_fit(with_intercept(c), spec).beta[0];
    if (method != CountMethod::um_rs) {
      EXPECT_NEAR(dropped, kept, 1e-7);
    }
    EXPECT_NEAR(dropped, -0.23, 0.1);
  }
  // Rare events: the approximate likelihood is the exact one.
  EXPECT_NEAR(must_fit(with_intercept(c), model_of(CountMethod::cm_al)).beta[0],
              must_fit(with_intercept(c), model_of(CountMethod::cm_el)).beta[0], 1e-3);
}

TEST(Glmm, HeldVarianceAndRequestsThatMakeNoSense) {
  CountModel spec = model_of(CountMethod::um_fs);
  spec.tau2 = 0.1;
  EXPECT_NEAR(must_fit(bcg(), spec).tau2, 0.1, 1e-15);
  spec.tau2 = -1;
  EXPECT_FALSE(model::fit(*Problem::create(bcg(), spec)).ok());
  spec = model_of(CountMethod::um_fs);
  spec.quadrature = 0;
  EXPECT_FALSE(model::fit(*Problem::create(bcg(), spec)).ok());
  spec = model_of(CountMethod::um_fs);
  spec.coding = 0.3;
  EXPECT_FALSE(model::fit(*Problem::create(bcg(), spec)).ok());
  Data fractions = bcg();
  fractions.counts.x1[0] += 0.5;
  EXPECT_FALSE(model::fit(*Problem::create(fractions, model_of(CountMethod::cm_el))).ok());
  EXPECT_TRUE(model::fit(*Problem::create(fractions, model_of(CountMethod::um_fs))).ok());
}

TEST(Glmm, OneStudyHasNoVarianceBetweenStudies) {
  Counts c{CountKind::tables, {10}, {100}, {15}, {100}};
  const Fit fit = must_fit(with_intercept(c), model_of(CountMethod::um_fs));
  EXPECT_NEAR(fit.beta[0], std::log(10.0 * 85 / (90 * 15)), 1e-9);
  EXPECT_EQ(fit.tau2, 0);
}

TEST(Glmm, ProfileIntervalOfTheVariance) {
  const Fit fit = must_fit(bcg(), model_of(CountMethod::cm_al));
  const auto interval = profile_tau2(fit, 0.95);
  ASSERT_TRUE(interval.ok());
  EXPECT_LT(interval->lower, fit.tau2);
  EXPECT_GT(interval->upper, fit.tau2);
  for (const double end : {interval->lower, interval->upper}) {
    CountModel held = model_of(CountMethod::cm_al);
    held.tau2 = end;
    EXPECT_NEAR(2 * (fit.ml.loglik - must_fit(bcg(), held).ml.loglik), 3.841458820694124, 1e-6);
  }
  Counts even{CountKind::tables, {10, 20, 30}, {100, 200, 300}, {15, 30, 45}, {100, 200, 300}};
  const auto from_zero = profile_tau2(must_fit(with_intercept(even), model_of(CountMethod::cm_al)), 0.95);
  ASSERT_TRUE(from_zero.ok());
  EXPECT_EQ(from_zero->lower, 0);
  EXPECT_GT(from_zero->upper, 0);
  EXPECT_FALSE(profile_tau2(must_fit(bcg(), model_of(CountMethod::cm_al, false)), 0.95).ok());
}

}  // namespace
}  // namespace hedgerow::model
