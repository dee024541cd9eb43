// Sampling covariance: naive twins, published and metafor's values, refusals.
#include "effect/sampling_covariance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "base/text.hpp"
#include "data/readers.hpp"

namespace hedgerow::effect {
namespace {

data::Table table_of(const std::string& csv) {
  auto out = data::parse_csv(csv, "t.csv");
  EXPECT_TRUE(out.ok()) << describe(out.error());
  return out.take();
}

Effects given(const data::Table& table) {
  Effects out;
  out.measure = "GEN";
  out.vi = *table.numbers("vi");
  out.yi.assign(out.vi.size(), 0.5);
  return out;
}

stats::Matrix dense(const data::Table& table, const Effects& effects, const CovarianceRules& rules) {
  const auto out = sampling_covariance(table, effects, {}, rules);
  EXPECT_TRUE(out.ok()) << describe(out.error());
  return out.ok() ? out->v->dense() : stats::Matrix();
}

Correlation number(double value) { return {value, nullptr}; }

std::shared_ptr<const data::NamedMatrix> matrix(const std::string& csv) {
  return std::make_shared<const data::NamedMatrix>(data::parse_named_matrix(csv, "R.csv").take());
}

/// The formula of the header for one pair, with everything looked up by text in maps, as a twin of the kernel.
double naive(const data::Table& t, const CovarianceRules& r, std::size_t i, std::size_t j) {
  const auto text = [&](const std::string& column, std::size_t row, const std::string& otherwise) {
    return column.empty() ? otherwise : std::string(t.cell(row, *t.column(column)));
  };
  const auto value = [&](const std::string& column, std::size_t row, double otherwise) {
    return column.empty() ? otherwise : *parse_number(t.cell(row, *t.column(column)));
  };
  if (text(r.cluster, i, "") != text(r.cluster, j, "")) return 0;
  if (text(r.subgroup, i, "") != text(r.subgroup, j, "")) return 0;
  double c = 1;
  if (text(r.type, i, "") != text(r.type, j, ""))
    c = r.rho_type->value;
  else if (text(r.obs, i, "") != text(r.obs, j, ""))
    c = r.rho_obs->value;
  struct Arm {
    std::string group;
    double time, weight, sign;
  };
  const auto arms = [&](std::size_t row) {
    return std::vector<Arm>{{text(r.grp1, row, "first"), value(r.time1, row, 0), value(r.w1, row, 1), 1},
                            {text(r.grp2, row, "second"), value(r.time2.empty() ? r.time1 : r.time2, row, 0),
                             value(r.w2.empty() ? r.w1 : r.w2, row, 1), -1}};
  };
  const auto s = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (const Arm& x : arms(a))
      for (const Arm& y : arms(b))
        if (x.group == y.group)
          sum += x.sign * y.sign * std::pow(r.phi.value_or(1), std::fabs(x.time - y.time)) /
                 std::sqrt(x.weight * y.weight);
    return sum;
  };
  return c * s(i, j) / std::sqrt(s(i, i) * s(j, j)) * std::sqrt(value("vi", i, 0) * value("vi", j, 0));
}

/// 60 rows whose columns are drawn at random.
data::Table random_table(unsigned seed) {
  std::mt19937 random(seed);
  std::string csv = "study,sub,type,obs,t1,t2,g1,g2,n1,n2,vi\n";
  for (int i = 0; i < 60; ++i) {
    const auto draw = [&](unsigned n) -> unsigned { return static_cast<unsigned>(random() % n); };
    const unsigned g1 = draw(3);
    csv += "s" + std::to_string(i / 5) + "," + std::to_string(draw(2)) + ",ty" + std::to_string(draw(2)) + "," +
           std::to_string(i) + "," + std::to_string(draw(4)) + "," + std::to_string(draw(4)) + ",g" +
           std::to_string(g1) + ",g" + std::to_string((g1 + 1 + draw(2)) % 3) + "," + std::to_string(10 + draw(50)) +
           "," + std::to_string(10 + draw(50)) + "," + std::to_string(0.01 + 0.01 * draw(20)) + "\n";
  }
  return table_of(csv);
}

void expect_twin(const data::Table& table, CovarianceRules rules) {
  rules.cluster = "study";
  rules.not_definite = NotDefinite::keep;
  const stats::Matrix v = dense(table, given(table), rules);
  ASSERT_EQ(v.rows(), table.rows());
  for (std::size_t i = 0; i < v.rows(); ++i)
    for (std::size_t j = 0; j < v.rows(); ++j) ASSERT_NEAR(v(i, j), naive(table, rules, i, j), 1e-14) << i << ' ' << j;
}

TEST(SamplingCovariance, EveryRuleAloneAndTogetherAgreesWithANaiveTwin) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const data::Table table = random_table(seed);
    CovarianceRules obs;
    obs.obs = "obs";
    obs.rho_obs = number(0.6);
    expect_twin(table, obs);
    CovarianceRules both = obs;
    both.type = "type";
    both.rho_type = number(0.4);
    both.subgroup = "sub";
    expect_twin(table, both);
    CovarianceRules time = obs;
    time.time1 = "t1";
    time.phi = 0.8;
    expect_twin(table, time);
    CovarianceRules groups;
    groups.grp1 = "g1";
    groups.grp2 = "g2";
    expect_twin(table, groups);
    CovarianceRules all = both;
    all.time1 = "t1";
    all.time2 = "t2";
    all.phi = 0.7;
    all.grp1 = "g1";
    all.grp2 = "g2";
    all.w1 = "n1";
    all.w2 = "n2";
    expect_twin(table, all);
    CovarianceRules first;
    first.grp1 = "g1";
    expect_twin(table, first);
  }
}

// Two treatments against one control, and a second outcome; the values are metafor's (vcalc of 3.8-1).
TEST(SamplingCovariance, GivesTheValuesOfMetafor) {
  const data::Table table = table_of(
      "study,o,g1,g2,n1,n2,t,vi\n"
      "1,a,A,C,20,30,1,.1\n1,a,B,C,25,30,1,.2\n1,b,A,C,20,30,2,.3\n2,a,A,C,9,9,1,.4\n");
  CovarianceRules rules;
  rules.cluster = "study";
  rules.obs = "o";
  rules.rho_obs = number(0.5);
  rules.grp1 = "g1";
  rules.grp2 = "g2";
  rules.w1 = "n1";
  rules.w2 = "n2";
  rules.time1 = "t";
  rules.phi = 0.9;
  const stats::Matrix v = dense(table, given(table), rules);
  // By hand: r12 = (1/30) / sqrt((1/20 + 1/30)(1/25 + 1/30)), r13 = .5 * .9, r23 = .5 * .9 * r12.
  const double r12 = (1.0 / 30) / std::sqrt((1.0 / 20 + 1.0 / 30) * (1.0 / 25 + 1.0 / 30));
  EXPECT_NEAR(v(0, 1), r12 * std::sqrt(.1 * .2), 1e-15);
  EXPECT_NEAR(v(0, 2), .45 * std::sqrt(.1 * .3), 1e-15);
  EXPECT_NEAR(v(1, 2), .45 * r12 * std::sqrt(.2 * .3), 1e-15);
  EXPECT_EQ(v(0, 3), 0);
}

TEST(SamplingCovariance, MatricesByLevel) {
  const data::Table table = table_of("study,type,obs,vi\n1,x,a,1\n1,x,b,1\n1,y,a,1\n1,z,b,1\n");
  CovarianceRules rules;
  rules.cluster = "study";
  rules.type = "type";
  rules.obs = "obs";
  rules.rho_obs = Correlation{0, matrix("id,b,a\nb,1,.7\na,.7,1\n")};
  rules.rho_type = Correlation{0, matrix("id,x,y,z\nx,1,.1,.2\ny,.1,1,.3\nz,.2,.3,1\n")};
  const stats::Matrix v = dense(table, given(table), rules);
  EXPECT_EQ(v(0, 1), .7);
  EXPECT_EQ(v(0, 2), .1);
  EXPECT_EQ(v(1, 3), .2);
  EXPECT_EQ(v(2, 3), .3);
  rules.rho_obs = Correlation{0, matrix("id,b,c\nb,1,.7\nc,.7,1\n")};
  const auto wrong = sampling_covariance(table, given(table), {}, rules);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(describe(wrong.error()).find("t.csv:2:obs: 'a' has no row in R.csv"), std::string::npos);
}

TEST(SamplingCovariance, RowsOfMatricesInColumns) {
  const data::Table table = table_of("s,r1,r2,vi\na,1,NA,4\na,.5,1,9\nb,1,NA,2\n");
  CovarianceRules rules;
  rules.cluster = "s";
  rules.rvars = {"r1:r2"};
  stats::Matrix v = dense(table, given(table), rules);
  EXPECT_DOUBLE_EQ(v(0, 1), 3);
  EXPECT_EQ(v(2, 2), 2);
  rules.covariances = true;
  v = dense(table, given(table), rules);
  EXPECT_EQ(v(0, 1), .5);
  EXPECT_EQ(v(1, 1), 1);
  rules.rvars = {"r1"};
  const auto few = sampling_covariance(table, given(table), {}, rules);
  EXPECT_NE(describe(few.error()).find("s 'a' has 2 rows, but rvars name 1 columns"), std::string::npos);
  rules.rvars = {"r1", "r2"};
  rules.phi = 0.5;
  EXPECT_FALSE(sampling_covariance(table, given(table), {}, rules).ok());
}

// Shared control: definitions of the covariance by the delta method, from the numbers of the groups.
class SharedControl : public ::testing::Test {
 protected:
  static stats::Matrix of(const std::string& measure, const data::Table& table, const Arguments& arguments,
                          const Options& options = {}) {
    CovarianceRules rules;
    rules.cluster = "study";
    rules.grp1 = "g1";
    rules.grp2 = "g2";
    rules.not_definite = NotDefinite::keep;
    return dense(table, *compute(measure, table, arguments, options), rules);
  }
  const data::Table means = table_of(
      "study,g1,g2,m1,s1,n1,m2,s2,n2\n"
      "1,A,C,10,2,20,8,3,25\n1,B,C,9,2.5,30,8,3,25\n1,C,B,8,3,25,9,2.5,30\n");
  const Arguments mean_columns{{"m1i", "m1"}, {"sd1i", "s1"}, {"n1i", "n1"},
                               {"m2i", "m2"}, {"sd2i", "s2"}, {"n2i", "n2"}};
  const data::Table counts = table_of(
      "study,g1,g2,a,n1,c,n2\n1,A,C,12,40,20,50\n1,B,C,9,45,20,50\n2,A,C,0,10,3,12\n"
      "2,B,C,4,11,3,12\n");
  const Arguments count_columns{{"ai", "a"}, {"n1i", "n1"}, {"ci", "c"}, {"n2i", "n2"}};
};

TEST_F(SharedControl, DifferencesOfMeans) {
  const stats::Matrix v = of("MD", means, mean_columns);
  EXPECT_DOUBLE_EQ(v(0, 1), 9.0 / 25);
  EXPECT_DOUBLE_EQ(v(0, 2), -9.0 / 25);
}

TEST_F(SharedControl, AnEffectAndItsReverseAreRefused) {
  CovarianceRules rules;
  rules.cluster = "study";
  rules.grp1 = "g1";
  rules.grp2 = "g2";
  const auto out = sampling_covariance(means, *compute("MD", means, mean_columns, {}), {"x", "y", "z"}, rules);
  ASSERT_FALSE(out.ok());
  EXPECT_NE(describe(out.error()).find("line 3 ('y') and line 4 ('z') have correlation -1"), std::string::npos)
      << describe(out.error());
}

TEST_F(SharedControl, RatiosOfMeans) { EXPECT_DOUBLE_EQ(of("ROM", means, mean_columns)(0, 1), 9.0 / (25 * 64)); }

TEST_F(SharedControl, StandardisedDifferencesAfterGleserAndOlkin) {
  const auto effects = compute("SMD", means, mean_columns, {});
  const stats::Matrix v = of("SMD", means, mean_columns);
  EXPECT_NEAR(v(0, 1), 1.0 / 25 + effects->yi[0] * effects->yi[1] / (2 * (20 + 25 + 30)), 1e-15);
}

// The SDs of two differences share the control's: cov(log s_1, log s_2) = (n_C - 1) / (2 df_1 df_2).
TEST_F(SharedControl, StandardisedDifferencesOverTheirOwnSds) {
  const auto effects = compute("SMD", means, mean_columns, {});
  CovarianceRules rules;
  rules.cluster = "study";
  rules.grp1 = "g1";
  rules.grp2 = "g2";
  rules.shared = SharedGroups::pairwise;
  rules.not_definite = NotDefinite::keep;
  const stats::Matrix v = dense(means, *effects, rules);
  const double d1 = effects->yi[0], d2 = effects->yi[1];
  EXPECT_NEAR(v(0, 1), 1.0 / 25 + d1 * d2 * 24 / (2 * 43.0 * 53.0), 1e-15);
  // Both groups are shared, the other way round: the whole variance, with df for the N of the variance.
  EXPECT_NEAR(v(1, 2), -(1.0 / 25 + 1.0 / 30) - d2 * d2 / (2 * 53.0), 1e-15);
  const auto out = sampling_covariance(means, *effects, {}, rules);
  EXPECT_NE(out->assumed[1].find("each d over the SD of its own two groups"), std::string::npos) << out->assumed[1];
  rules.shared = SharedGroups::exact;
  const auto published = sampling_covariance(means, *effects, {}, rules);
  EXPECT_NE(published->assumed[1].find("Gleser and Olkin"), std::string::npos) << published->assumed[1];
}

// Outcomes with correlation rho measured at lag l: the means have rho phi^l in common, the SDs its square.
TEST_F(SharedControl, StandardisedDifferencesOfOtherOutcomesAndTimes) {
  const data::Table table = table_of(
      "study,g1,g2,o,t,m1,s1,n1,m2,s2,n2\n"
      "1,A,C,x,1,10,2,20,8,3,25\n1,B,C,y,3,9,2.5,30,8.5,3.5,23\n");
  const auto effects = compute("SMD", table, mean_columns, {});
  CovarianceRules rules;
  rules.cluster = "study";
  rules.grp1 = "g1";
  rules.grp2 = "g2";
  rules.obs = "o";
  rules.rho_obs = number(0.6);
  rules.time1 = "t";
  rules.phi = 0.9;
  rules.shared = SharedGroups::pairwise;
  const double sds = effects->yi[0] * effects->yi[1] * std::sqrt(24.0 * 22.0) / (2 * 43.0 * 51.0);
  EXPECT_NEAR(dense(table, *effects, rules)(0, 1), .6 * .81 / std::sqrt(25.0 * 23.0) + .36 * .81 * .81 * sds, 1e-15);
}

class GroupNumbers : public SharedControl {
 protected:
  static std::vector<std::string> warnings(const std::string& measure, const data::Table& table,
                                           const Arguments& arguments, const std::string& obs = "") {
    CovarianceRules rules;
    rules.cluster = "study";
    rules.grp1 = "g1";
    rules.grp2 = "g2";
    rules.obs = obs;
    if (!obs.empty()) rules.rho_obs = number(0.5);
    const auto out = sampling_covariance(table, *compute(measure, table, arguments, {}), {}, rules);
    EXPECT_TRUE(out.ok());
    return out.ok() ? out->warnings : std::vector<std::string>();
  }
};

TEST_F(GroupNumbers, OneGroupWithOtherNumbersInAnotherRowIsReported) {
  const data::Table table = table_of(
      "study,g1,g2,o,m1,s1,n1,m2,s2,n2\n"
      "1,A,C,x,10,2,20,8,3,25\n1,B,C,y,9,2.5,30,8,3,13\n1,D,C,z,9,2.5,30,8,3,12\n2,B,C,x,9,2,30,7,3,13\n");
  const auto out = warnings("MD", table, mean_columns);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_NE(out[0].find("t.csv:3: group 'C' of study '1' has other numbers here than in line 2 (n 25 and 13)"),
            std::string::npos)
      << out[0];
  EXPECT_TRUE(warnings("MD", table, mean_columns, "o").empty()) << "different outcomes have different numbers";
}

TEST_F(GroupNumbers, AGroupMayChangeSides) {
  // Line 3 compares C with B, and agrees with the others on both.
  const data::Table table = table_of(
      "study,g1,g2,m1,s1,n1,m2,s2,n2\n"
      "1,A,C,10,2,20,8,3,25\n1,C,B,8,3,25,9,2.5,30\n");
  EXPECT_TRUE(warnings("MD", table, mean_columns).empty());
  const data::Table turned = table_of(
      "study,g1,g2,m1,s1,n1,m2,s2,n2\n"
      "1,A,C,10,2,20,8,3,25\n1,C,B,8.1,3,25,9,2.5,30\n");
  const auto out = warnings("MD", turned, mean_columns);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_NE(out[0].find("(m 8 and 8.1)"), std::string::npos) << out[0];
}

TEST_F(GroupNumbers, CountsToo) {
  const data::Table table = table_of("study,g1,g2,a,n1,c,n2\n1,A,C,12,40,20,50\n1,B,C,9,45,21,50\n");
  const auto out = warnings("OR", table, count_columns);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_NE(out[0].find("(events 20 and 21)"), std::string::npos) << out[0];
  EXPECT_TRUE(warnings("OR", counts, count_columns).empty());
}

TEST_F(SharedControl, TablesOfCounts) {
  EXPECT_DOUBLE_EQ(of("OR", counts, count_columns)(0, 1), 1.0 / 20 + 1.0 / 30);
  EXPECT_DOUBLE_EQ(of("RR", counts, count_columns)(0, 1), 1.0 / 20 - 1.0 / 50);
  EXPECT_DOUBLE_EQ(of("RD", counts, count_columns)(0, 1), .4 * .6 / 50);
  EXPECT_DOUBLE_EQ(of("AS", counts, count_columns)(0, 1), 1.0 / 200);
}

TEST(SamplingCovariance, RefusesWhatIsNotPositiveDefiniteAndSaysWhy) {
  const data::Table table = table_of("study,type,vi\na,x,1\nb,x,1\nb,x,1\nb,y,1\n");
  CovarianceRules rules;
  rules.cluster = "study";
  rules.type = "type";
  rules.rho_type = number(0.5);
  const auto refused = sampling_covariance(table, given(table), {"r1", "r2", "r3", "r4"}, rules);
  ASSERT_FALSE(refused.ok());
  const std::string text = describe(refused.error());
  EXPECT_NE(text.find("t.csv:3: the sampling covariance of study 'b' is not positive definite: line 3 ('r2') and line "
                      "4 ('r3') have correlation 1"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("nearpd"), std::string::npos);
  rules.not_definite = NotDefinite::keep;
  const auto kept = sampling_covariance(table, given(table), {}, rules);
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->warnings.size(), 1U);
  EXPECT_EQ((*kept->v)(1, 2), 1);
  rules.not_definite = NotDefinite::nearest;
  const auto nearest = sampling_covariance(table, given(table), {}, rules);
  ASSERT_TRUE(nearest.ok());
  EXPECT_LT((*nearest->v)(1, 2), 1);
  EXPECT_EQ((*nearest->v)(1, 1), 1);
}

TEST(SamplingCovariance, MissingVariancesSpoilNothingElse) {
  const data::Table table = table_of("study,obs,vi\na,1,1\na,2,NA\na,3,4\n");
  CovarianceRules rules;
  rules.cluster = "study";
  rules.obs = "obs";
  rules.rho_obs = number(0.5);
  const stats::Matrix v = dense(table, given(table), rules);
  EXPECT_EQ(v(0, 2), 1);
  EXPECT_TRUE(std::isnan(v(0, 1)));
}

TEST(SamplingCovariance, RulesThatLackTheirCorrelationAreRefused) {
  const data::Table table = table_of("study,obs,t,g,vi\na,1,1,A,1\na,2,2,B,1\n");
  const auto failure = [&](const CovarianceRules& rules) {
    const auto out = sampling_covariance(table, given(table), {}, rules);
    return out.ok() ? std::string() : describe(out.error());
  };
  CovarianceRules rules;
  EXPECT_NE(failure(rules).find("needs the column of its clusters"), std::string::npos);
  rules.cluster = "study";
  rules.obs = "obs";
  EXPECT_NE(failure(rules).find("obs needs rho"), std::string::npos);
  rules.rho_obs = number(1.5);
  EXPECT_NE(failure(rules).find("rho is 1.5"), std::string::npos);
  rules.rho_obs = number(.5);
  rules.time1 = "t";
  EXPECT_NE(failure(rules).find("time1 needs phi"), std::string::npos);
  rules.phi = -.5;
  EXPECT_EQ(failure(rules), "");
  rules.time1 = "t / 2";
  EXPECT_NE(failure(rules).find("whole times only"), std::string::npos);
  rules.time1 = rules.obs = "";
  rules.rho_obs.reset();
  rules.phi.reset();
  rules.grp2 = "g";
  EXPECT_NE(failure(rules).find("grp2 needs grp1"), std::string::npos);
  rules.grp2 = "";
  rules.grp1 = "g";
  rules.shared = SharedGroups::exact;
  EXPECT_NE(failure(rules).find("needs effects computed here"), std::string::npos);
}

TEST(SamplingCovariance, FromAMatrix) {
  const data::Table table = table_of("vi\n1\n2\n3\n");
  const auto v = matrix("id,c,a,b\nc,3,0,.5\na,0,1,0\nb,.5,0,2\n");
  const auto by_name = sampling_covariance(table, given(table), {"a", "b", "c"}, *v, NotDefinite::refuse);
  ASSERT_TRUE(by_name.ok());
  EXPECT_EQ((*by_name->v)(1, 2), .5);
  EXPECT_EQ((*by_name->v)(2, 2), 3);
  const auto in_order = sampling_covariance(table, given(table), {}, *v, NotDefinite::refuse);
  EXPECT_EQ((*in_order->v)(0, 2), .5);
  const auto small = sampling_covariance(table, given(table), {}, *matrix("1,0\n0,1\n"), NotDefinite::refuse);
  EXPECT_NE(describe(small.error()).find("V has 2 rows, the table 3"), std::string::npos);
  const auto bad = sampling_covariance(table, given(table), {}, *matrix("1,2,0\n2,1,0\n0,0,1\n"), NotDefinite::refuse);
  EXPECT_NE(describe(bad.error()).find("have correlation 2, which no errors can have"), std::string::npos)
      << describe(bad.error());
}

}  // namespace
}  // namespace hedgerow::effect
