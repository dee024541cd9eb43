// Pre-post-control measures: the sources of r, naive twins, and the variance of PPC3 (which Morris does not give)
// against simulated trials.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "data/readers.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {
namespace {

data::Table table(const std::string& csv) { return data::parse_csv(csv, "prepost.csv").take(); }

const char* kHeader = "m1i_pre,m1i_post,sd1i_pre,sd1i_post,n1i,m2i_pre,m2i_post,sd2i_pre,sd2i_post,n2i";

Arguments arguments(std::initializer_list<const char*> more = {}) {
  Arguments arguments;
  for (const char* name :
       {"m1i_pre", "m1i_post", "sd1i_pre", "sd1i_post", "n1i", "m2i_pre", "m2i_post", "sd2i_pre", "sd2i_post", "n2i"}) {
    arguments[name] = name;
  }
  for (const char* name : more) arguments[name] = name;
  return arguments;
}

std::string row(const std::string& more_names, const std::string& more_values) {
  return std::string(kHeader) + more_names + "\n10,14,3,4,20,11,12,3.5,3,25" + more_values + "\n";
}

double variance(const std::string& csv, const Arguments& names, const Options& options = {}) {
  const auto effects = compute("PPC2", table(csv), names, options);
  EXPECT_TRUE(effects.ok()) << (effects.ok() ? "" : describe(effects.error()));
  return effects.ok() ? effects->vi[0] : NAN;
}

TEST(PrePost, EverySourceOfRGivesTheSameVariance) {
  // r = 0.6 and 0.7: change SDs sqrt(9 + 16 - 2*0.6*12) and sqrt(12.25 + 9 - 2*0.7*10.5).
  const double sc1 = std::sqrt(25 - 14.4);
  const double sc2 = std::sqrt(21.25 - 14.7);
  const double expected = variance(row(",r1i,r2i", ",0.6,0.7"), arguments({"r1i", "r2i"}));
  const auto number = [](double x) { return "," + std::to_string(x); };
  EXPECT_NEAR(variance(row(",sdc1i,sdc2i", number(sc1) + number(sc2)), arguments({"sdc1i", "sdc2i"})), expected, 1e-6);
  const double t1 = 4 * std::sqrt(20) / sc1;
  const double t2 = 1 * std::sqrt(25) / sc2;
  EXPECT_NEAR(variance(row(",t1i,t2i", number(t1) + number(-t2)), arguments({"t1i", "t2i"})), expected, 1e-6);
  Options declared;
  declared.r = 0.6;
  EXPECT_DOUBLE_EQ(variance(row("", ""), arguments(), declared), variance(row(",ri", ",0.6"), arguments({"ri"})));
  // A row's own r goes before the declared one.
  EXPECT_DOUBLE_EQ(variance(row(",r1i,r2i", ",0.6,0.7"), arguments({"r1i", "r2i"}), declared), expected);
}

TEST(PrePost, AnImpossibleBackSolvedRShowsTheThreeSds) {
  const auto effects = compute("PPC2", table(row(",sdc1i,sdc2i", ",9,2")), arguments({"sdc1i", "sdc2i"}), {});
  ASSERT_FALSE(effects.ok());
  EXPECT_EQ(effects.error().code, ErrorCode::input);
  EXPECT_EQ(effects.error().where, "prepost.csv:2:sdc1i");
  for (const char* part : {"sd1i_post = 4", "sd1i_pre = 3", "changes 9", "-2.33333"}) {
    EXPECT_NE(effects.error().message.find(part), std::string::npos) << part << " in " << effects.error().message;
  }
}

TEST(PrePost, RMissingMeansNoVarianceAndTheNoteSaysSo) {
  const auto effects = compute("PPC1", table(row(",ri", ",NA")), arguments({"ri"}), {});
  ASSERT_TRUE(effects.ok());
  EXPECT_FALSE(std::isnan(effects->yi[0]));
  EXPECT_TRUE(std::isnan(effects->vi[0]));
  EXPECT_NE(effects->records[0].note.find("no variance: ri missing"), std::string::npos) << effects->records[0].note;
  EXPECT_FALSE(compute("PPC1", table(row("", "")), arguments(), {}).ok());  // no source of r at all
}

TEST(PrePost, PostSdTakesTheUsualVarianceAtHalf) {
  Options plain;
  plain.correct = false;
  const auto silent = compute("PPCPOST", table(row("", "")), arguments(), plain);
  ASSERT_TRUE(silent.ok());
  const double sd = std::sqrt((19 * 16.0 + 24 * 9.0) / 43);
  const double d = 3 / sd;
  EXPECT_NEAR(silent->yi[0], d, 1e-14);
  EXPECT_NEAR(silent->vi[0], 1.0 / 20 + 1.0 / 25 + d * d / 90, 1e-15);
  const auto known = compute("PPCPOST", table(row(",ri", ",0.8")), arguments({"ri"}), plain);
  EXPECT_NEAR(known->vi[0], 0.4 * (1.0 / 20 + 1.0 / 25) + d * d / 90, 1e-15);
}

TEST(PrePost, ChangeScoresTwin) {
  const auto effects =
      compute("PPCCHANGE", table("a,b,c,d,e,f\n5,4,16,2,6,9\n"),
              {{"mc1i", "a"}, {"sdc1i", "b"}, {"n1i", "c"}, {"mc2i", "d"}, {"sdc2i", "e"}, {"n2i", "f"}}, {});
  ASSERT_TRUE(effects.ok());
  const double j = std::exp(std::lgamma(11.5) - std::lgamma(11.0)) / std::sqrt(11.5);
  const double g = j * 3 / std::sqrt((15 * 16.0 + 8 * 36.0) / 23);
  EXPECT_NEAR(effects->yi[0], g, 1e-14);
  EXPECT_NEAR(effects->vi[0], 1.0 / 16 + 1.0 / 9 + g * g / 50, 1e-15);
}

// One simulated group: pre and post scores with SD 1 and correlation r.
struct Group {
  double m_pre, m_post, v_pre, v_post;
};

Group simulate(std::mt19937_64& random, int n, double shift, double r) {
  std::normal_distribution<double> normal;
  double s1 = 0, s2 = 0, q1 = 0, q2 = 0;
  for (int i = 0; i < n; ++i) {
    const double x = normal(random);
    const double y = shift + r * x + std::sqrt(1 - r * r) * normal(random);
    s1 += x;
    s2 += y;
    q1 += x * x;
    q2 += y * y;
  }
  return {s1 / n, s2 / n, (q1 - s1 * s1 / n) / (n - 1), (q2 - s2 * s2 / n) / (n - 1)};
}

// Delta-method variance at the true effect against the spread of g over 20,000 trials; its Monte Carlo error is 1%.
TEST(PrePost, VarianceOfPpc3HoldsInSimulation) {
  std::mt19937_64 random(20081);
  for (const double r : {0.3, 0.8}) {
    const int n = 25;
    const double delta = 1.0;
    const double j = 1 - 3.0 / (8 * 48 - 1);
    const int trials = 20000;
    double sum = 0, squares = 0;
    for (int i = 0; i < trials; ++i) {
      const Group t = simulate(random, n, delta, r);
      const Group c = simulate(random, n, 0, r);
      const double sd = std::sqrt((t.v_pre + t.v_post + c.v_pre + c.v_post) / 4);
      const double g = j * ((t.m_post - t.m_pre) - (c.m_post - c.m_pre)) / sd;
      sum += g;
      squares += g * g;
    }
    const double spread = squares / trials - std::pow(sum / trials, 2);
    const double m2 = delta / j;  // the change that gives g = delta
    const auto effects = compute(
        "PPC3",
        table(std::string(kHeader) + ",ri\n0," + std::to_string(m2) + ",1,1,25,0,0,1,1,25," + std::to_string(r)),
        arguments({"ri"}), {});
    ASSERT_TRUE(effects.ok());
    EXPECT_NEAR(effects->vi[0] / spread, 1, 0.05) << "r = " << r;
  }
}

}  // namespace
}  // namespace hedgerow::effect
