#include "bias/trim_fill.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "data/readers.hpp"

namespace hedgerow::bias {
namespace {

using stats::Vector;

model::Data mean_of(Vector yi, Vector vi) {
  model::Data out;
  out.x = stats::Matrix(yi.size(), 1, 1.0);
  out.yi = std::move(yi);
  out.vi = std::move(vi);
  out.names = {"intrcpt"};
  out.term = {0};
  return out;
}

model::Fit fit_of(model::Data data, model::Tau2Method method) {
  model::Univariate spec;
  spec.method = method;
  const auto problem = model::Problem::create(std::move(data), spec);
  EXPECT_TRUE(problem.ok()) << problem.error().message;
  const auto fit = model::fit(*problem);
  EXPECT_TRUE(fit.ok()) << fit.error().message;
  return *fit;
}

model::Fit reference(const std::string& file, model::Tau2Method method) {
  const data::Table rows = *data::read_table(std::string(HEDGEROW_SOURCE_DIR "/tests/reference/data/") + file);
  return fit_of(mean_of(*rows.numbers("yi"), *rows.numbers("vi")), method);
}

TrimFill fill(const model::Fit& fit, MissingEstimator estimator, std::optional<Side> side,
              TrimRule rule = TrimRule::model) {
  auto out = trim_and_fill(fit, {.estimator = estimator, .side = side, .rule = rule});
  EXPECT_TRUE(out.ok()) << out.error().message;
  return out.take();
}

TEST(TrimFill, BcgGoldenNumbers) {
  // dat.bcg (metafor 5.1-12): trimmed by the random-effects model L0 1, R0 0, Q0 1; by the common-effect model 4, 4, 5.
  const model::Fit random = reference("bcg.csv", model::Tau2Method::reml);
  const TrimFill l0 = fill(random, MissingEstimator::l0, {});
  EXPECT_EQ(l0.k0, 1U);
  EXPECT_EQ(l0.side, "right");
  EXPECT_TRUE(l0.side_chosen);
  EXPECT_NEAR(l0.fit.beta[0], -0.657083, 5e-6);
  EXPECT_EQ(fill(random, MissingEstimator::r0, {}).k0, 0U);
  EXPECT_EQ(fill(random, MissingEstimator::q0, {}).k0, 1U);
  const model::Fit common = reference("bcg.csv", model::Tau2Method::ee);
  for (const TrimRule rule : {TrimRule::model, TrimRule::common}) {
    EXPECT_EQ(fill(common, MissingEstimator::l0, {}, rule).k0, 4U);
    EXPECT_NEAR(fill(common, MissingEstimator::l0, {}, rule).fit.beta[0], -0.291026, 5e-7);
    EXPECT_EQ(fill(common, MissingEstimator::r0, {}, rule).k0, 4U);
    EXPECT_EQ(fill(common, MissingEstimator::q0, {}, rule).k0, 5U);
    EXPECT_NEAR(fill(common, MissingEstimator::q0, {}, rule).fit.beta[0], -0.286260, 5e-7);
  }
}

TEST(TrimFill, AgainstMetafor) {
  // Reference cases trimfill-* (metafor 5.1-12).
  struct Row {
    const char* file;
    model::Tau2Method method;
    MissingEstimator estimator;
    Side side;
    std::size_t k0;
    double se_k0, beta, se;
  };
  using E = MissingEstimator;
  const auto dl = model::Tau2Method::dl;
  const auto ee = model::Tau2Method::ee;
  const std::vector<Row> rows{
      {"bcg.csv", dl, E::l0, Side::left, 0, 2.16665853701039, -0.714117222073227, 0.178742089535403},
      {"bcg.csv", dl, E::q0, Side::left, 0, 2.07859459617408, -0.714117222073227, 0.178742089535403},
      {"bcg.csv", dl, E::l0, Side::right, 1, 2.45279864318293, -0.656073212988602, 0.173463402465388},
      {"bcg.csv", dl, E::q0, Side::right, 1, 2.77862574085483, -0.656073212988602, 0.173463402465388},
      {"egger2001.csv", ee, E::l0, Side::right, 8, 2.24342897347193, 0.0352058443157829, 0.0303050356035431},
      {"egger2001.csv", ee, E::r0, Side::right, 12, 5.09901951359278, 0.0423762407289221, 0.0301765920293543},
      {"bangertdrowns2004.csv", ee, E::l0, Side::left, 10, 4.57883460236221, 0.100981013194293, 0.0256189708119065},
      {"bangertdrowns2004.csv", ee, E::r0, Side::left, 1, 2, 0.156073473068836, 0.0268332491357648},
      {"bangertdrowns2004.csv", ee, E::q0, Side::left, 15, 6.50563706407508, 0.0690787194247438, 0.0249364011047001},
      {"lau1992.csv", dl, E::l0, Side::right, 6, 3.82381203271532, -0.244892557553683, 0.0638372278596355},
      {"lau1992.csv", dl, E::r0, Side::right, 2, 2.44948974278318, -0.261662584810516, 0.0624816028828807},
      {"lau1992.csv", dl, E::q0, Side::right, 7, 4.85578080935626, -0.225193671680769, 0.0654922205782449}};
  for (const Row& row : rows) {
    const TrimFill got = fill(reference(row.file, row.method), row.estimator, row.side);
    const std::string what = std::string(row.file) + " " + name(row.estimator);
    EXPECT_EQ(got.k0, row.k0) << what;
    EXPECT_NEAR(got.se_k0, row.se_k0, 1e-11) << what;
    EXPECT_NEAR(got.fit.beta[0], row.beta, 1e-12) << what;
    EXPECT_NEAR(std::sqrt(got.fit.vb(0, 0)), row.se, 1e-12) << what;
    EXPECT_EQ(got.yi.size(), got.fit.k()) << what;
  }
  const TrimFill r0 = fill(reference("egger2001.csv", ee), E::r0, Side::right);
  EXPECT_DOUBLE_EQ(r0.p_k0, 0.0001220703125);
  EXPECT_TRUE(is_missing(fill(reference("egger2001.csv", ee), E::l0, Side::right).p_k0));
  // The one filled effect of BCG mirrors trial 7.
  const TrimFill bcg = fill(reference("bcg.csv", dl), E::l0, {});
  EXPECT_EQ(bcg.mirror, std::vector<std::size_t>{6});
  EXPECT_NEAR(bcg.yi[13], 0.309510324887746, 1e-12);
  EXPECT_EQ(bcg.vi[13], bcg.vi[6]);
  EXPECT_TRUE(bcg.fill[13] && !bcg.fill[12]);
  EXPECT_EQ(bcg.fit.problem.data().slab[13], "Filled 1");
}

/// L0 by the steps of the header, on negated and sorted copies, with the common-effect mean and shared ranks.
std::size_t naive_common_l0(Vector yi, Vector vi, bool right) {
  const std::size_t k = yi.size();
  for (double& y : yi) y = right ? -y : y;
  for (std::size_t i = 0; i < k; ++i)  // bubble sort keeps the pairs together
    for (std::size_t j = 0; j + 1 < k; ++j)
      if (yi[j] > yi[j + 1]) {
        std::swap(yi[j], yi[j + 1]);
        std::swap(vi[j], vi[j + 1]);
      }
  std::size_t k0 = 0;
  for (int round = 0; round < 50; ++round) {
    double sum = 0;
    double weighted = 0;
    for (std::size_t i = 0; i < k - k0; ++i) {
      sum += 1 / vi[i];
      weighted += yi[i] / vi[i];
    }
    const double mean = weighted / sum;
    double positive = 0;
    for (std::size_t i = 0; i < k; ++i) {
      if (yi[i] <= mean) continue;
      double rank = 0.5;
      for (std::size_t j = 0; j < k; ++j) {
        if (std::abs(yi[j] - mean) < std::abs(yi[i] - mean)) rank += 1;
        if (std::abs(yi[j] - mean) == std::abs(yi[i] - mean)) rank += 0.5;
      }
      positive += rank;
    }
    const auto n = static_cast<double>(k);
    const double l0 = (4 * positive - n * (n + 1)) / (2 * n - 1);
    const auto next = static_cast<std::size_t>(std::max(0.0, std::floor(l0 + 0.5)));
    if (next == k0) return k0;
    k0 = next;
  }
  return k;
}

TEST(TrimFill, CommonRuleByTheNaiveTwin) {
  for (const char* file :
       {"bcg.csv", "egger2001.csv", "lau1992.csv", "bangertdrowns2004.csv", "hackshaw1998.csv", "syn_ties.csv"}) {
    const model::Fit fit = reference(file, model::Tau2Method::dl);
    const model::Data& data = fit.problem.data();
    for (const Side side : {Side::left, Side::right})
      EXPECT_EQ(fill(fit, MissingEstimator::l0, side, TrimRule::common).k0,
                naive_common_l0(data.yi, data.vi, side == Side::right))
          << file << " " << name(side);
  }
}

TEST(TrimFill, RulesDifferAndSayWhichTheyAre) {
  const model::Fit fit = reference("bcg.csv", model::Tau2Method::dl);
  const TrimFill common = fill(fit, MissingEstimator::l0, {}, TrimRule::common);
  EXPECT_EQ(common.k0, 4U);
  EXPECT_EQ(common.rule, "common");
  EXPECT_EQ(common.fit.method, "DL") << "the refit is by the original model";
  EXPECT_EQ(fill(fit, MissingEstimator::l0, {}).k0, 1U);
}

TEST(TrimFill, MirrorImageGivesTheMirroredAnswer) {
  const model::Fit fit = reference("egger2001.csv", model::Tau2Method::dl);
  model::Data flipped = fit.problem.data();
  for (double& y : flipped.yi) y = 10 - y;
  const TrimFill a = fill(fit, MissingEstimator::l0, {});
  const TrimFill b = fill(fit_of(flipped, model::Tau2Method::dl), MissingEstimator::l0, {});
  EXPECT_EQ(a.k0, b.k0);
  EXPECT_NE(a.side, b.side);
  EXPECT_NEAR(a.fit.beta[0], 10 - b.fit.beta[0], 1e-12);
}

TEST(TrimFill, TwoEffects) {
  // Reference case edge-regtest-k2: one of two effects is mirrored.
  const TrimFill out = fill(fit_of(mean_of({0.1, 0.9}, {0.02, 0.05}), model::Tau2Method::ee), MissingEstimator::l0, {});
  EXPECT_EQ(out.fit.k(), 3U);
  EXPECT_NEAR(out.fit.beta[0], 0.1, 1e-14);
}

TEST(TrimFill, RefusalsSayWhatWouldBeRight) {
  const model::Fit equal = fit_of(mean_of({0.1, 0.2, 0.4}, {0.1, 0.1, 0.1}), model::Tau2Method::ee);
  const auto side = trim_and_fill(equal, {});
  ASSERT_FALSE(side.ok());
  EXPECT_NE(side.error().message.find("give the side"), std::string::npos);
  EXPECT_TRUE(trim_and_fill(equal, {.side = Side::left}).ok());
  EXPECT_EQ(trim_and_fill(fit_of(mean_of({0.1}, {0.1}), model::Tau2Method::ee), {}).error().code,
            ErrorCode::not_defined);

  const model::Fit mean = reference("bcg.csv", model::Tau2Method::dl);
  stats::Matrix x(13, 2, 1.0);
  for (std::size_t i = 0; i < 13; ++i) x(i, 1) = static_cast<double>(i * i);
  const auto moderated = trim_and_fill(*model::fit(*mean.problem.with_design(x, {"intrcpt", "dose"})), {});
  ASSERT_FALSE(moderated.ok());
  EXPECT_NE(moderated.error().message.find("regression test"), std::string::npos);

  const auto q0 = trim_and_fill(reference("egger2001.csv", model::Tau2Method::ee),
                                {.estimator = MissingEstimator::q0, .side = Side::right});
  ASSERT_FALSE(q0.ok());
  EXPECT_EQ(q0.error().code, ErrorCode::not_defined);

  model::Multilevel spec;
  spec.s_names = {"study"};
  spec.groups = {{0, 0, 1, 1}};
  spec.sigma2 = {0.1};
  const auto nested = model::Problem::create(mean_of({0.1, 0.3, 0.2, 0.6}, {0.1, 0.2, 0.3, 0.2}), spec);
  const auto dependent = trim_and_fill(*model::fit(*nested), {});
  ASSERT_FALSE(dependent.ok());
  EXPECT_NE(dependent.error().message.find("multilevel"), std::string::npos);
  EXPECT_FALSE(parse_missing_estimator("L1").ok());
  EXPECT_FALSE(parse_side("up").ok());
  EXPECT_FALSE(parse_trim_rule("fe").ok());
}

}  // namespace
}  // namespace hedgerow::bias
