// Values that papers and manuals print, for what the reference corpus does not cover: intervals of tau2 and weighting
// schemes.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "data/readers.hpp"
#include "infer/heterogeneity.hpp"
#include "infer/inference.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

model::Fit fit_of(Vector yi, Vector vi, const Vector& moderator, model::Univariate spec) {
  model::Data data;
  data.yi = std::move(yi);
  data.vi = std::move(vi);
  data.x = Matrix(data.yi.size(), moderator.empty() ? 1 : 2, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  for (std::size_t i = 0; i < moderator.size(); ++i) data.x(i, 1) = moderator[i];
  if (!moderator.empty()) {
    data.names.emplace_back("x");
    data.term.push_back(1);
  }
  return model::fit(model::Problem::create(std::move(data), std::move(spec)).take()).take();
}

struct PublishedInterval {
  VarianceInterval kind;
  double lower, upper;
};

/// The two examples of jackson2014, 95% intervals with four decimals; they were found by root finders with tolerances
/// about 1e-4 (Imhof's integral in R gives our upper bound of J in example 1 to 1e-9), and Wald's with 1.96.
struct Example {
  Vector yi, vi, x;
  std::vector<PublishedInterval> intervals;
};

const Example kJackson1 = {{0.0267, 0.8242, 0.3930, 2.4405, 2.1401, 1.2528, 2.4849, 0.3087, 1.4246, 0.1823, 1.1378,
                            1.2321, 2.0695, 4.0237, 1.4383, 1.6021},
                           {0.1285, 0.0315, 0.0931, 2.0967, 1.0539, 0.1602, 1.0235, 0.0218, 0.5277, 0.0556, 0.3304,
                            0.1721, 0.4901, 2.0200, 0.3399, 0.1830},
                           {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1},
                           {{VarianceInterval::wald_log, 0.0110, 0.6330},
                            {VarianceInterval::biggerstaff_jackson, 0.0029, 0.6907},
                            {VarianceInterval::jackson, 0.0000, 1.1245},
                            {VarianceInterval::q_profile, 0.0023, 1.4871}}};

const Example kJackson2 = {
    {0.54, 0.4, 0.64, 0.365, 0.835, 0.02, 0.12, 0.085, 1.18, 0.08, 0.18, 0.325, 0.06, 0.715, 0.065, 0.245, 0.24, 0.06,
     0.19},
    {0.0176, 0.019, 0.0906, 0.0861, 0.0063, 0.0126, 0.0126, 0.0041, 0.0759, 0.0126, 0.0104, 0.0242, 0.0026, 0.2629,
     0.0169, 0.0156, 0.0481, 0.0084, 0.0044},
    {1986, 1987, 1988, 1988, 1998, 1999, 2000, 2000, 2000, 2001, 2001, 2001, 2002, 2002, 2002, 2002, 2003, 2003, 2003},
    {{VarianceInterval::wald_log, 0.0163, 0.1108},
     {VarianceInterval::biggerstaff_jackson, 0.0170, 0.1393},
     {VarianceInterval::jackson, 0.0180, 0.1375},
     {VarianceInterval::q_profile, 0.0178, 0.1564}}};

TEST(PublishedValues, IntervalsOfResidualHeterogeneity) {
  for (const Example* example : {&kJackson1, &kJackson2}) {
    const model::Fit fit = fit_of(example->yi, example->vi, example->x, {});
    for (const PublishedInterval& published : example->intervals) {
      const auto interval = variance_interval(fit, {published.kind, 0.95, std::nullopt});
      ASSERT_TRUE(interval.ok()) << name(published.kind);
      EXPECT_NEAR(interval->tau2.ci_lb, published.lower, 1e-4) << name(published.kind);
      EXPECT_NEAR(interval->tau2.ci_ub, published.upper, 1e-4) << name(published.kind);
    }
  }
}

/// molloy2014: conscientiousness and adherence, correlations of 16 studies as z. The metafor project's page on rma()
/// and lm() prints the common-effect fit and the weighted regression, which is UWLS.
TEST(PublishedValues, UnrestrictedWeightedLeastSquares) {
  const Vector n = {109, 749, 55, 107, 72, 65, 174, 326, 58, 771, 56, 91, 116, 537, 158, 65};
  const Vector r = {0.187, 0.162, 0.34, 0.32, 0.27, 0, 0.175, 0.05, 0.26, 0.01, -0.09, 0.37, 0, 0.15, 0.24, 0.04};
  Vector yi(16), vi(16);
  for (std::size_t i = 0; i < 16; ++i) {
    yi[i] = std::atanh(r[i]);
    vi[i] = 1 / (n[i] - 3);
  }
  const model::Fit fit = fit_of(yi, vi, {}, {.method = model::Tau2Method::ee});
  EXPECT_NEAR(fit.q_e, 38.1595, 0.5001e-4);
  const Coefficients common = coefficients(fit, {}).take();
  EXPECT_NEAR(common.se[0], 0.0170, 0.5001e-4);
  EXPECT_NEAR(common.zval[0], 7.3642, 0.5001e-4);
  const Coefficients uwls = coefficients(fit, {.test = infer::Test::knha}).take();
  EXPECT_NEAR(uwls.beta[0], 0.12518, 0.5001e-5);
  EXPECT_NEAR(uwls.se[0], 0.02711, 0.5001e-5);
  EXPECT_NEAR(uwls.zval[0], 4.617, 0.5001e-3);
  EXPECT_NEAR(uwls.pval[0], 0.000335, 0.5001e-6);
}

/// The variance of IVhet is the one about which Henmi and Copas build their interval; metafor 5.1-12 prints it
/// (reference corpus, `hc`).
TEST(PublishedValues, InverseVarianceHeterogeneity) {
  struct Case {
    const char* file;
    double beta, se, tau2;
  };
  for (const Case& c : {Case{"bcg.csv", -0.430285163654091, 0.28354435135525, 0.308760262862377},
                        Case{"hackshaw1998.csv", 0.185760203646787, 0.049276487491152, 0.0170364443178529},
                        Case{"bangertdrowns2004.csv", 0.165626359208917, 0.0517079487182157, 0.0455432466871333}}) {
    const auto table = data::read_table(std::string(HEDGEROW_SOURCE_DIR) + "/tests/reference/data/" + c.file).take();
    const Vector vi = table.numbers("vi").take();
    model::Univariate spec{.method = model::Tau2Method::dl};
    for (const double v : vi) spec.weights.push_back(1 / v);
    const model::Fit fit = fit_of(table.numbers("yi").take(), vi, {}, spec);
    EXPECT_NEAR(fit.tau2, c.tau2, 1e-9 * c.tau2) << c.file;
    EXPECT_NEAR(fit.beta[0], c.beta, 1e-9) << c.file;
    EXPECT_NEAR(std::sqrt(fit.vb(0, 0)), c.se, 1e-9 * c.se) << c.file;
  }
}

}  // namespace
}  // namespace hedgerow::infer
