// Mantel-Haenszel and Peto against their textbook formulas written naively, golden numbers of metafor 5.1, and tables
// that leave nothing to estimate.
#include <gtest/gtest.h>

#include <cmath>

#include "model/fit.hpp"

namespace hedgerow::model {
namespace {

using stats::Vector;

constexpr double kNa = std::numeric_limits<double>::quiet_NaN();

Data data_of(Counts counts, Vector yi, Vector vi) {
  Data data;
  const std::size_t k = counts.x1.size();
  data.yi = yi.empty() ? Vector(k, kNa) : std::move(yi);
  data.vi = vi.empty() ? Vector(k, kNa) : std::move(vi);
  data.x = stats::Matrix(k, 1, 1.0);
  data.names = {"intrcpt"};
  data.term = {0};
  data.counts = std::move(counts);
  return data;
}

/// BCG trials: tuberculosis among the vaccinated and the others.
Counts bcg() {
  return {CountKind::tables,
          {4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27},
          {123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913},
          {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29},
          {139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854}};
}

Fit fit_of(const Counts& counts, const CountModel& spec, Vector yi = {}, Vector vi = {}) {
  auto problem = Problem::create(data_of(counts, std::move(yi), std::move(vi)), spec);
  EXPECT_TRUE(problem.ok()) << describe(problem.error());
  auto made = fit(*problem);
  EXPECT_TRUE(made.ok()) << describe(made.error());
  return made.take();
}

CountModel mh(const std::string& measure) {
  CountModel spec;
  spec.measure = measure;
  spec.drop00 = false;
  return spec;
}

TEST(MantelHaenszel, OddsRatioOfBcg) {
  const Fit fit = fit_of(bcg(), mh("OR"));
  EXPECT_NEAR(fit.beta[0], -0.473410988388585, 1e-14);
  EXPECT_NEAR(std::sqrt(fit.vb(0, 0)), 0.0410077784042314, 1e-15);
  EXPECT_NEAR(fit.counts.mh, 135.688943723906, 1e-9);
  EXPECT_NEAR(fit.counts.co, 135.70871485512, 1e-9);
  EXPECT_NEAR(fit.counts.bd, 171.765366579396, 1e-9);
  EXPECT_NEAR(fit.counts.ta, 171.756672993871, 1e-9);
  EXPECT_NEAR(fit.counts.ta_p / 2.08678239453652e-30, 1, 1e-9);
  EXPECT_EQ(fit.counts.k_pos, 13u);
}

TEST(MantelHaenszel, SumsAsTheTextbooksWriteThem) {
  const Counts c = bcg();
  double r = 0, s = 0, v = 0, w = 0, d = 0, gr = 0;
  for (std::size_t i = 0; i < c.x1.size(); ++i) {
    const double n = c.n1[i] + c.n2[i];
    r += c.x1[i] * c.n2[i] / n;
    s += c.x2[i] * c.n1[i] / n;
    v += (c.n1[i] * c.n2[i] * (c.x1[i] + c.x2[i]) - c.x1[i] * c.x2[i] * n) / (n * n);
    w += c.n1[i] * c.n2[i] / n;
    d += (c.x1[i] * c.n2[i] - c.x2[i] * c.n1[i]) / n;
    gr +=
        (c.x1[i] * (c.n1[i] - c.x1[i]) * std::pow(c.n2[i], 3) + c.x2[i] * (c.n2[i] - c.x2[i]) * std::pow(c.n1[i], 3)) /
        (c.n1[i] * c.n2[i] * n * n);
  }
  const Fit rr = fit_of(c, mh("RR"));
  EXPECT_NEAR(rr.beta[0], std::log(r / s), 1e-14);
  EXPECT_NEAR(rr.vb(0, 0), v / (r * s), 1e-15);
  CountModel spec = mh("RD");
  EXPECT_NEAR(std::sqrt(fit_of(c, spec).vb(0, 0)), 0.000286656748527374, 1e-16);
  spec.sato = false;
  const Fit rd = fit_of(c, spec);
  EXPECT_NEAR(rd.beta[0], d / w, 1e-16);
  EXPECT_NEAR(rd.vb(0, 0), gr / (w * w), 1e-18);
}

TEST(MantelHaenszel, RatesWithOneStudyAreTheRatioAndTheDifferenceOfThatStudy) {
  const Counts rates{CountKind::rates, {7}, {120}, {4}, {95}};
  const Fit irr = fit_of(rates, mh("IRR"));
  EXPECT_NEAR(irr.beta[0], std::log(7.0 / 120 / (4.0 / 95)), 1e-14);
  EXPECT_NEAR(irr.vb(0, 0), 1.0 / 7 + 1.0 / 4, 1e-14);
  const Fit ird = fit_of(rates, mh("IRD"));
  EXPECT_NEAR(ird.beta[0], 7.0 / 120 - 4.0 / 95, 1e-15);
  EXPECT_NEAR(ird.vb(0, 0), 7.0 / (120 * 120) + 4.0 / (95 * 95), 1e-16);
}

TEST(MantelHaenszel, OneTable) {
  const Fit fit = fit_of({CountKind::tables, {4}, {20}, {9}, {21}}, mh("OR"), {-1.09861228866811}, {0.506944444444444});
  EXPECT_NEAR(fit.vb(0, 0), 1.0 / 4 + 1.0 / 16 + 1.0 / 9 + 1.0 / 12, 1e-14);
  EXPECT_NEAR(fit.counts.bd, 0, 1e-25);
  EXPECT_TRUE(std::isnan(fit.counts.bd_p));
  EXPECT_EQ(fit.q_e, 0);
  EXPECT_EQ(fit.q_e_p, 1);
}

TEST(MantelHaenszel, NothingToPoolIsSaidAndNotANumber) {
  const Fit fit = fit_of({CountKind::tables, {0, 0}, {10, 20}, {0, 0}, {10, 20}}, mh("OR"));
  EXPECT_TRUE(std::isnan(fit.beta[0]));
  EXPECT_TRUE(std::isnan(fit.counts.mh_p));
  EXPECT_EQ(fit.h2, 1);
  ASSERT_EQ(fit.certificate.warnings.size(), 1u);
  EXPECT_NE(fit.certificate.warnings[0].find("does not exist"), std::string::npos);
}

TEST(MantelHaenszel, DoubleZerosChangeTheRiskDifferenceAlone) {
  const Counts with{CountKind::tables, {0, 3, 5}, {50, 20, 30}, {0, 6, 4}, {50, 22, 31}};
  const Counts without = with.subset(std::vector<std::size_t>{1, 2});
  for (const char* measure : {"OR", "RR"})
    EXPECT_NEAR(fit_of(with, mh(measure)).beta[0], fit_of(without, mh(measure)).beta[0], 1e-14) << measure;
  EXPECT_GT(std::fabs(fit_of(with, mh("RD")).beta[0] - fit_of(without, mh("RD")).beta[0]), 1e-3);
  CountModel drops = mh("RD");
  drops.drop00 = true;
  EXPECT_NEAR(fit_of(with, drops).beta[0], fit_of(without, drops).beta[0], 1e-15);
}

TEST(MantelHaenszel, AddedConstantsGoWhereToSays) {
  const Counts counts{CountKind::tables, {0, 3}, {10, 20}, {2, 6}, {12, 22}};
  CountModel spec = mh("OR");
  spec.add = 0.5;
  const auto by_hand = [&](double first, double second) {
    Counts c = counts;
    for (Vector* x : {&c.x1, &c.x2}) {
      (*x)[0] += first;
      (*x)[1] += second;
    }
    for (Vector* n : {&c.n1, &c.n2}) {
      (*n)[0] += 2 * first;
      (*n)[1] += 2 * second;
    }
    return fit_of(c, mh("OR")).beta[0];
  };
  for (const auto& [to, first, second] :
       {std::tuple{"none", 0.0, 0.0}, {"only0", 0.5, 0.0}, {"all", 0.5, 0.5}, {"if0all", 0.5, 0.5}}) {
    spec.to = to;
    EXPECT_NEAR(fit_of(counts, spec).beta[0], by_hand(first, second), 1e-14) << to;
  }
}

TEST(MantelHaenszel, ModeratorsAreRefusedWithTheAlternative) {
  Data data = data_of({CountKind::tables, {1, 3}, {10, 20}, {2, 6}, {12, 22}}, {}, {});
  data.x = stats::Matrix(2, 2, 1.0);
  data.x(1, 1) = 2;
  data.names = {"intrcpt", "dose"};
  data.term = {0, 1};
  const auto problem = Problem::create(data, mh("OR"));
  ASSERT_TRUE(problem.ok());
  const auto fitted = fit(*problem);
  ASSERT_FALSE(fitted.ok());
  EXPECT_EQ(fitted.error().code, ErrorCode::not_supported);
}

TEST(MantelHaenszel, WeightsArePercentOfThePooledSum) {
  const Vector weights = weights_percent(fit_of(bcg(), mh("OR")));
  EXPECT_NEAR(weights[0], 0.656527373745082, 1e-12);
  EXPECT_NEAR(weights[7], 32.5984300430236, 1e-11);
}

TEST(Peto, BcgAndOneTable) {
  CountModel spec;
  spec.method = CountMethod::peto;
  spec.measure = "OR";
  const Fit fit = fit_of(bcg(), spec);
  EXPECT_NEAR(fit.beta[0], -.47444631, 5e-9);
  EXPECT_NEAR(std::sqrt(fit.vb(0, 0)), .04065908, 5e-9);
  const Fit one = fit_of({CountKind::tables, {4}, {20}, {9}, {21}}, spec);
  EXPECT_NEAR(one.beta[0], -1.0298273155416, 1e-13);
  EXPECT_NEAR(one.vb(0, 0), 0.439822082679225, 1e-14);
  EXPECT_EQ(one.q_e_p, 1);
}

TEST(Peto, HeterogeneityIsThatOfTheScores) {
  CountModel spec;
  spec.method = CountMethod::peto;
  spec.measure = "OR";
  const Counts c{CountKind::tables, {0, 3, 0}, {10, 20, 8}, {4, 6, 0}, {12, 22, 9}};
  const Fit fit = fit_of(c, spec);
  double e2 = 0, e = 0, v = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const double n = c.n1[i] + c.n2[i], m = c.x1[i] + c.x2[i];
    const double vi = c.n1[i] * c.n2[i] * m * (n - m) / (n * n * (n - 1)), z = c.x1[i] - c.n1[i] * m / n;
    e2 += z * z / vi;
    e += z;
    v += vi;
  }
  EXPECT_NEAR(fit.q_e, e2 - e * e / v, 1e-13);
  EXPECT_EQ(fit.q_e_df, 1);
  EXPECT_EQ(fit.counts.k_pos, 2u);
}

}  // namespace
}  // namespace hedgerow::model
