// Fail-safe N, test of excess significance, Henmi and Copas: published and reference values, naive twins, bounds.
#include <gtest/gtest.h>

#include <cmath>

#include "base/missing.hpp"
#include "bias/excess_significance.hpp"
#include "bias/fail_safe.hpp"
#include "bias/henmi_copas.hpp"
#include "data/readers.hpp"
#include "stats/distributions.hpp"
#include "stats/tails.hpp"

namespace hedgerow::bias {
namespace {

using stats::Vector;

model::Fit fit_of(Vector yi, Vector vi, model::Tau2Method method) {
  model::Data data;
  data.x = stats::Matrix(yi.size(), 1, 1.0);
  data.yi = std::move(yi);
  data.vi = std::move(vi);
  data.names = {"intrcpt"};
  data.term = {0};
  model::Univariate spec;
  spec.method = method;
  const auto problem = model::Problem::create(std::move(data), spec);
  EXPECT_TRUE(problem.ok());
  const auto fit = model::fit(*problem);
  EXPECT_TRUE(fit.ok()) << describe(fit.error());
  return *fit;
}

model::Fit data_set(const std::string& name, model::Tau2Method method) {
  const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR "/tests/reference/data/") + name);
  return fit_of(*table->numbers("yi"), *table->numbers("vi"), method);
}

FailSafe fsn(const model::Fit& fit, FailSafeKind kind, bool exact = false, std::optional<double> target = {}) {
  FailSafeOptions options;
  options.kind = kind;
  options.exact = exact;
  options.target = target;
  const auto found = fail_safe(fit, options);
  EXPECT_TRUE(found.ok()) << describe(found.error());
  return *found;
}

TEST(FailSafe, BcgIsThePublishedNumber) {
  const FailSafe found = fsn(data_set("bcg.csv", model::Tau2Method::ee), FailSafeKind::rosenthal);
  EXPECT_EQ(found.fsnum, 598);
}

TEST(FailSafe, ReferenceNumbersOfHackshaw) {
  const model::Fit fit = data_set("hackshaw1998.csv", model::Tau2Method::dl);
  EXPECT_EQ(fsn(fit, FailSafeKind::rosenthal).fsnum, 393);
  EXPECT_NEAR(fsn(fit, FailSafeKind::rosenthal).pval, 1.03834475749128e-08, 1e-20);
  EXPECT_EQ(fsn(fit, FailSafeKind::orwin).fsnum, 37);
  EXPECT_EQ(fsn(fit, FailSafeKind::orwin, false, 0.05).fsnum, 101);
  EXPECT_EQ(fsn(fit, FailSafeKind::rosenberg).fsnum, 202);
}

// The number is the smallest that overturns: one study fewer does not.
TEST(FailSafe, GeneralIsTheSmallestNumber) {
  const model::Fit fit = data_set("hackshaw1998.csv", model::Tau2Method::dl);
  const FailSafe found = fsn(fit, FailSafeKind::general);
  EXPECT_EQ(found.fsnum, 120);
  EXPECT_NEAR(found.pval_fsn, 0.05004194968017665, 1e-12);
  EXPECT_NEAR(found.est_fsn, 0.044304917116340374, 1e-12);
  EXPECT_NEAR(found.tau2_fsn, 0.02522068877602787, 1e-12);
}

// With common effects the general method is Rosenberg's, and with a target Orwin's: the added studies have the same
// weights as the harmonic mean.
TEST(FailSafe, GeneralWithCommonEffectsIsRosenbergAndOrwin) {
  const model::Fit fit = data_set("hackshaw1998.csv", model::Tau2Method::ee);
  EXPECT_EQ(fsn(fit, FailSafeKind::general).fsnum, fsn(fit, FailSafeKind::rosenberg).fsnum);
  EXPECT_EQ(fsn(fit, FailSafeKind::general, true).fsnum, fsn(fit, FailSafeKind::rosenberg).fsnum);
  EXPECT_EQ(fsn(fit, FailSafeKind::general, false, 0.07).fsnum, fsn(fit, FailSafeKind::orwin, false, 0.07).fsnum);
}

TEST(FailSafe, ZeroWhereNothingIsToBeOverturned) {
  const model::Fit fit = fit_of({0.1, -0.1, 0.05}, {1, 1, 2}, model::Tau2Method::reml);
  for (FailSafeKind kind : {FailSafeKind::rosenthal, FailSafeKind::rosenberg, FailSafeKind::general})
    EXPECT_EQ(fsn(fit, kind).fsnum, 0);
  EXPECT_TRUE(std::isinf(fsn(fit, FailSafeKind::orwin, false, 0.0).fsnum));
  EXPECT_EQ(fsn(fit, FailSafeKind::orwin, false, -5.0).fsnum, 0);
}

TEST(FailSafe, BeyondTheSearchIsSaid) {
  const FailSafe found = fsn(fit_of({40, 40.1}, {1e-6, 1e-6}, model::Tau2Method::ee), FailSafeKind::general);
  EXPECT_TRUE(found.beyond);
  EXPECT_EQ(found.fsnum, kMostAdded);
}

TEST(FailSafe, OneStudyIsRefused) {
  const auto found = fail_safe(fit_of({1}, {0.1}, model::Tau2Method::ee));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::not_defined);
}

/// P(at least `observed` successes) by all subsets.
double by_subsets(const Vector& power, std::size_t observed) {
  double sum = 0;
  for (std::size_t mask = 0; mask < (std::size_t{1} << power.size()); ++mask) {
    double product = 1;
    std::size_t count = 0;
    for (std::size_t i = 0; i < power.size(); ++i) {
      const bool in = (mask >> i) & 1U;
      product *= in ? power[i] : 1 - power[i];
      count += in;
    }
    if (count >= observed) sum += product;
  }
  return sum;
}

TEST(ExcessSignificance, ReferenceNumbersOfBcg) {
  const model::Fit fit = data_set("bcg.csv", model::Tau2Method::ee);
  ExcessOptions options;
  const auto exact = excess_significance(fit, options);
  ASSERT_TRUE(exact.ok());
  EXPECT_EQ(exact->observed, 8U);
  EXPECT_NEAR(exact->expected, 6.09265909028069, 1e-11);
  EXPECT_NEAR(exact->pval, 0.134408585400308, 1e-12);
  EXPECT_NEAR(exact->pval, by_subsets(exact->power, 8), 1e-13);
  options.test = ExcessTest::chi2;
  EXPECT_NEAR(excess_significance(fit, options)->pval, 0.144552729083024, 1e-12);
  EXPECT_NEAR(excess_significance(fit, options)->x2, 1.12378241207415, 1e-11);
  options.test = ExcessTest::binom;
  EXPECT_NEAR(excess_significance(fit, options)->pval, 0.217063085745655, 1e-12);
}

// At the limit estimate the p-value is tes_alpha.
TEST(ExcessSignificance, LimitEstimateSolvesItsEquation) {
  const model::Fit fit = data_set("bcg.csv", model::Tau2Method::ee);
  ExcessOptions options;
  const double limit = excess_significance(fit, options)->theta_lim.front();
  options.theta = limit;
  EXPECT_NEAR(excess_significance(fit, options)->pval, 0.1, 1e-9);
  EXPECT_LT(limit, 0);
}

// The power averaged over random effects, against a sum over a fine grid.
TEST(ExcessSignificance, PowerIsAveragedOverTheTrueEffects) {
  const model::Fit fit = fit_of({0.5, 0.2, 0.9}, {0.04, 0.09, 0.16}, model::Tau2Method::ee);
  ExcessOptions options;
  options.theta = 0.3;
  options.tau2 = 0.05;
  const auto found = excess_significance(fit, options);
  for (std::size_t i = 0; i < 3; ++i) {
    const double sei = std::sqrt(fit.problem.data().vi[i]), tau = std::sqrt(0.05), step = 1e-3;
    double sum = 0;
    for (double u = -9; u <= 9; u += step) {
      const double d = (0.3 + tau * u) / sei, c = 1.959963984540054;
      sum += step * stats::normal_density(u) * (stats::normal_upper(c - d) + stats::normal_cdf(-c - d));
    }
    EXPECT_NEAR(found->power[i], sum, 1e-9);
  }
}

// All of 40 studies significant where none should be: the tail is a product of powers.
TEST(ExcessSignificance, FarTailKeepsItsDigits) {
  const model::Fit fit = fit_of(Vector(200, 5.0), Vector(200, 1.0), model::Tau2Method::ee);
  ExcessOptions options;
  options.theta = 0;
  options.test = ExcessTest::exact;
  const double expected = 200 * std::log(0.05);
  EXPECT_NEAR(std::log(excess_significance(fit, options)->pval) / expected, 1, 1e-12);
  options.test = ExcessTest::binom;
  EXPECT_NEAR(std::log(excess_significance(fit, options)->pval) / expected, 1, 1e-10);
  EXPECT_TRUE(is_missing(excess_significance(fit_of({0.1, 0.2}, {1, 1}, model::Tau2Method::ee))->theta_lim.front()));
}

TEST(HenmiCopas, BcgIsTheReferenceInterval) {
  const auto found = henmi_copas(data_set("bcg.csv", model::Tau2Method::dl));
  ASSERT_TRUE(found.ok()) << describe(found.error());
  EXPECT_NEAR(found->beta, -0.430285163654091, 1e-13);
  EXPECT_NEAR(found->se, 0.28354435135525, 1e-13);
  EXPECT_NEAR(found->tau2, 0.308760262862377, 1e-13);
  EXPECT_NEAR(found->ci_lb, -1.15554876193203, 2e-6);
  EXPECT_NEAR(found->ci_ub, 0.294978434623848, 2e-6);
}

TEST(HenmiCopas, WiderThanTheNormalIntervalAndDefinedForTwoStudies) {
  for (double level : {0.5, 0.9, 0.95, 0.99, 0.9999}) {
    const auto found = henmi_copas(fit_of({0.2, 0.9}, {0.04, 0.09}, model::Tau2Method::dl), level);
    ASSERT_TRUE(found.ok()) << level;
    EXPECT_TRUE(std::isfinite(found->ci_lb) && std::isfinite(found->ci_ub));
    EXPECT_LT(found->ci_lb, found->beta);
  }
  EXPECT_FALSE(henmi_copas(fit_of({0.2}, {0.04}, model::Tau2Method::ee)).ok());
}

}  // namespace
}  // namespace hedgerow::bias
