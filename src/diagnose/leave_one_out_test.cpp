#include "diagnose/leave_one_out.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "data/formula.hpp"
#include "data/readers.hpp"

namespace hedgerow::diagnose {
namespace {

using stats::Vector;

data::Table table(const std::string& name) {
  return *data::read_table(std::string(HEDGEROW_SOURCE_DIR "/tests/reference/data/") + name);
}

model::Data mean_of(Vector yi, Vector vi) {
  model::Data out;
  out.x = stats::Matrix(yi.size(), 1, 1.0);
  out.yi = std::move(yi);
  out.vi = std::move(vi);
  out.names = {"intrcpt"};
  out.term = {0};
  return out;
}

model::Fit fit_of(model::Data data, model::Spec spec) {
  const auto problem = model::Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok()) << problem.error().message;
  const auto fit = model::fit(*problem);
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return *fit;
}

model::Fit bcg(model::Tau2Method method) {
  const data::Table rows = table("bcg.csv");
  model::Univariate spec;
  spec.method = method;
  model::Data data = mean_of(*rows.numbers("yi"), *rows.numbers("vi"));
  data.slab = *rows.texts("author");
  return fit_of(data, spec);
}

model::Fit konstantopoulos() {
  const data::Table rows = table("konstantopoulos2011.csv");
  model::Multilevel spec;
  spec.s_names = {"district", "district/school"};
  spec.groups = *data::nested_groups({"district", "school"}, rows);
  return fit_of(mean_of(*rows.numbers("yi"), *rows.numbers("vi")), spec);
}

void expect_close(double got, double expected, double tolerance, const char* what) {
  EXPECT_NEAR(got, expected, tolerance * std::abs(expected)) << what;
}

TEST(LeaveOneOut, BcgByEffectAgainstMetafor) {
  // Reference case unipost-bcg-dl-knha (metafor 5.1-12): trials 1, 8 and 13 left out.
  LeaveOneOutOptions options;
  options.inference.test = infer::Test::knha;
  const auto out = leave_one_out(bcg(model::Tau2Method::dl), options);
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_EQ(out->units.size(), 13U);
  EXPECT_EQ(out->failed, 0U);
  const std::vector<std::size_t> at{0, 7, 12};
  const Vector estimate{-0.705125198417451, -0.7900865998537, -0.778923740057072};
  const Vector se{0.193364611884798, 0.18006648990628, 0.185842192429399};
  const Vector tval{-3.64660933324008, -4.38774921566429, -4.19131807408581};
  const Vector pval{0.00384343229200476, 0.00108504754913429, 0.0015074894328063};
  const Vector ci_lb{-1.13071783966277, -1.18641027196721, -1.18795964771307};
  const Vector q{151.582572747109, 67.9858114990851, 149.788423825435};
  for (std::size_t i = 0; i < at.size(); ++i) {
    const LeftOut& unit = out->units[at[i]];
    expect_close(unit.beta[0], estimate[i], 1e-12, "estimate");
    expect_close(unit.se[0], se[i], 1e-12, "se");
    expect_close(unit.zval[0], tval[i], 1e-12, "tval");
    expect_close(unit.pval[0], pval[i], 1e-10, "pval");
    expect_close(unit.ci_lb[0], ci_lb[i], 1e-12, "ci_lb");
    expect_close(unit.q_e, q[i], 1e-12, "Q");
    EXPECT_EQ(unit.q_e_df, 11);
    EXPECT_EQ(unit.rows, std::vector<std::size_t>{at[i]});
  }
  EXPECT_EQ(out->units[0].label, "Aronson");
  EXPECT_EQ(out->ranges[0].min_unit, 7U);
  EXPECT_EQ(out->ranges[0].max_unit, 3U);
  EXPECT_TRUE(out->ranges[0].changes_significance.empty());
  EXPECT_TRUE(out->ranges[0].changes_sign.empty());
}

TEST(LeaveOneOut, GivenClustersAgainstMetafor) {
  // Reference case unipost-bcg-leave1out-cluster; clusters in alphabetical order, as metafor lists them.
  const std::vector<std::string> names{"alternate", "random", "systematic"};
  std::vector<std::uint32_t> clusters;
  const std::vector<std::string> allocation = *table("bcg.csv").texts("alloc");
  for (const std::string& alloc : allocation)
    clusters.push_back(static_cast<std::uint32_t>(std::find(names.begin(), names.end(), alloc) - names.begin()));
  LeaveOneOutOptions options;
  options.by = Unit::study;
  options.clusters = clusters;
  options.labels = names;
  const auto out = leave_one_out(bcg(model::Tau2Method::dl), options);
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_EQ(out->units.size(), 3U);
  const Vector estimate{-0.768460324971071, -0.494663796635708, -0.850446060134309};
  const Vector tau2{0.42074014513984, 0.135743146240532, 0.394421889934646};
  const Vector i2{92.1859744913206, 82.3309191659116, 94.1004034275208};
  const Vector h2{12.7975010945287, 5.65960396802718, 16.9503115630797};
  const Vector qp{1.20869603360178e-22, 3.18271854992712e-05, 1.94629367007857e-25};
  for (std::size_t i = 0; i < 3; ++i) {
    expect_close(out->units[i].beta[0], estimate[i], 1e-12, "estimate");
    expect_close(out->units[i].tau2, tau2[i], 1e-12, "tau2");
    expect_close(out->units[i].i2, i2[i], 1e-12, "I2");
    expect_close(out->units[i].h2, h2[i], 1e-12, "H2");
    expect_close(out->units[i].q_e_p, qp[i], 1e-9, "Qp");
  }
  EXPECT_EQ(out->units[1].label, "random");
}

TEST(LeaveOneOut, ThreeLevelByStudy) {
  // Oracle: metafor 3.8-1, rma.mv without district 11 (the first) and without district 71 (the fifth).
  LeaveOneOutOptions options;
  options.by = Unit::study;
  const model::Fit fit = konstantopoulos();
  const auto out = leave_one_out(fit, options);
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_EQ(out->units.size(), 11U);
  const LeftOut& first = out->units[0];
  expect_close(first.beta[0], 0.2069850095625227, 1e-6, "estimate");
  expect_close(first.se[0], 0.0878723824045932, 1e-6, "se");
  expect_close(first.sigma2[0], 0.0654405008296819, 1e-6, "sigma2.1");
  expect_close(first.sigma2[1], 0.0334302509954592, 1e-6, "sigma2.2");
  expect_close(first.q_e, 576.7583696269802, 1e-12, "QE");
  EXPECT_EQ(first.rows, (std::vector<std::size_t>{0, 1, 2, 3}));
  std::size_t units_with_71 = 0;
  for (const LeftOut& unit : out->units)
    if (std::abs(unit.beta[0] - 0.121521120856177) < 1e-6) ++units_with_71;
  EXPECT_EQ(units_with_71, 1U);
  // The whole fit has p = .029; the units that lift it above .05 are named.
  for (const std::size_t u : out->ranges[0].changes_significance) EXPECT_GT(out->units[u].pval[0], 0.05);
  EXPECT_FALSE(out->ranges[0].changes_significance.empty());
  options.by = Unit::effect;
  EXPECT_EQ(leave_one_out(fit, options)->units.size(), 56U);
}

TEST(LeaveOneOut, RefitByHand) {
  const model::Fit fit = bcg(model::Tau2Method::reml);
  const auto out = leave_one_out(fit);
  ASSERT_TRUE(out.ok());
  for (std::size_t drop = 0; drop < 13; ++drop) {
    Vector yi, vi;
    for (std::size_t i = 0; i < 13; ++i) {
      if (i == drop) continue;
      yi.push_back(fit.problem.data().yi[i]);
      vi.push_back(fit.problem.data().vi[i]);
    }
    const model::Fit by_hand = fit_of(mean_of(yi, vi), model::Univariate{});
    EXPECT_DOUBLE_EQ(out->units[drop].beta[0], by_hand.beta[0]);
    EXPECT_DOUBLE_EQ(out->units[drop].tau2, by_hand.tau2);
  }
}

TEST(LeaveOneOut, AFailedRefitDoesNotStopTheOthers) {
  const model::Fit mean = bcg(model::Tau2Method::dl);
  stats::Matrix x(13, 2, 0.0);
  for (std::size_t i = 0; i < 13; ++i) x(i, 0) = 1;
  x(4, 1) = 1;  // only trial 5 has the moderator, so without it the slope is not identified
  const model::Fit fit = *model::fit(*mean.problem.with_design(x, {"intrcpt", "fifth"}));
  const auto out = leave_one_out(fit);
  ASSERT_TRUE(out.ok()) << out.error().message;
  EXPECT_EQ(out->failed, 1U);
  EXPECT_NE(out->units[4].error.find("fifth"), std::string::npos) << out->units[4].error;
  EXPECT_TRUE(is_missing(out->units[4].tau2));
  EXPECT_TRUE(out->units[4].beta.empty());
  EXPECT_EQ(out->units[5].beta.size(), 2U);
  EXPECT_EQ(out->ranges.size(), 2U);
  EXPECT_NE(out->ranges[1].min_unit, 4U);
}

TEST(LeaveOneOut, ConclusionsThatHangOnOneEffect) {
  // Without the last effect the mean is near zero and of the other sign.
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  const auto out = leave_one_out(fit_of(mean_of({-0.05, -0.02, 0.0, 0.8}, {0.04, 0.04, 0.04, 0.01}), spec));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->ranges[0].changes_significance, std::vector<std::size_t>{3});
  EXPECT_EQ(out->ranges[0].changes_sign, std::vector<std::size_t>{3});
  EXPECT_EQ(out->ranges[0].min_unit, 3U);
}

// The first study alone has the second moderator, so that it can't be left out; the others tell the parameters.
TEST(LeaveOneOut, StructuredTermsTellTheirParameters) {
  model::Data data;
  model::Structured term;
  term.structure = model::Structure::hcs;
  term.inner_name = "outcome";
  term.outer_name = "study";
  term.levels = {"a", "b"};
  data.x = stats::Matrix(16, 2, 1.0);
  for (std::uint32_t i = 0; i < 16; ++i) {
    data.yi.push_back(0.5 * std::sin(3.0 * (i / 2)) + 0.3 * std::sin(7.0 * i));
    data.vi.push_back(0.03);
    data.x(i, 1) = i == 0 ? 1.0 : 0.0;
    term.outer.push_back(i / 2);
    term.inner.push_back(i % 2);
  }
  data.names = {"intrcpt", "first"};
  data.term = {0, 1};
  model::Multilevel spec;
  spec.structured = {term};
  LeaveOneOutOptions options;
  options.by = Unit::study;
  const auto out = leave_one_out(fit_of(data, spec), options);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->failed, 1U);
  EXPECT_TRUE(out->units[0].structured_tau2.empty());
  EXPECT_EQ(out->units[1].structured_tau2.size(), 2U);
  EXPECT_EQ(out->units[1].structured_rho.size(), 1U);
  EXPECT_TRUE(out->units[1].sigma2.empty());
}

TEST(LeaveOneOut, RefusesWhatHasNoMeaning) {
  model::Univariate spec;
  spec.method = model::Tau2Method::ee;
  EXPECT_EQ(leave_one_out(fit_of(mean_of({0.1}, {0.1}), spec)).error().code, ErrorCode::not_defined);
  const model::Fit two = fit_of(mean_of({0.1, 0.3}, {0.1, 0.1}), spec);
  EXPECT_TRUE(leave_one_out(two).ok());
  LeaveOneOutOptions options;
  options.by = Unit::study;
  options.clusters = std::vector<std::uint32_t>{0};
  EXPECT_EQ(leave_one_out(two, options).error().code, ErrorCode::usage);
  options.clusters.reset();
  options.labels = {"A"};
  EXPECT_EQ(leave_one_out(two, options).error().code, ErrorCode::usage);
  EXPECT_FALSE(parse_unit("row").ok());
}

}  // namespace
}  // namespace hedgerow::diagnose
