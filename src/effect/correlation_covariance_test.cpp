#include "effect/correlation_covariance.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "data/readers.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {
namespace {

data::Table table_of(const std::string& csv) { return data::parse_csv(csv, "r.csv").take(); }

// Study 3 of Craft et al. (2003), whose covariances metafor's rcalc gives (tests/reference, vcalc-rcalc-craft).
const char* const kCraft =
    "study,var1,var2,ri,ni\n1,acog,perf,-.55,142\n1,asom,perf,-.48,142\n1,conf,perf,.66,142\n1,acog,asom,.47,142\n"
    "1,acog,conf,-.38,142\n1,asom,conf,-.46,142\n";

Expected<SamplingCovariance> covariance(const data::Table& table, const std::string& measure,
                                        const std::string& nfun = "min") {
  const auto effects = compute(measure, table, {{"ri", "ri"}, {"ni", "ni"}}, {});
  return correlation_covariance(table, *effects, {}, {"study", "var1", "var2", nfun, NotDefinite::refuse});
}

TEST(CorrelationCovariance, ValuesOfRcalc) {
  const auto v = covariance(table_of(kCraft), "COR");
  ASSERT_TRUE(v.ok()) << describe(v.error());
  EXPECT_NEAR((*v->v)(0, 0), 0.00345039893617021, 1e-16);
  EXPECT_NEAR((*v->v)(0, 1), 0.00132651489361702, 1e-16);
  EXPECT_NEAR((*v->v)(0, 2), -0.000554579787234042, 1e-16);
  EXPECT_NEAR((*v->v)(0, 5), 0.000932237234042553, 1e-16);
}

TEST(CorrelationCovariance, FisherScaleHasTheVarianceOfZ) {
  const auto v = covariance(table_of(kCraft), "ZCOR");
  ASSERT_TRUE(v.ok());
  EXPECT_NEAR((*v->v)(2, 2), 1.0 / 139, 1e-15);
  const auto raw = covariance(table_of(kCraft), "COR");
  const double slope = (1 - .55 * .55) * (1 - .48 * .48);
  EXPECT_NEAR((*v->v)(0, 1), (*raw->v)(0, 1) * 141 / 139 / slope, 1e-15);
}

TEST(CorrelationCovariance, CommonSampleSize) {
  const data::Table table = table_of("study,var1,var2,ri,ni\n1,a,b,.3,20\n1,a,c,.4,30\n1,b,c,.5,60\n");
  EXPECT_EQ(covariance(table, "COR")->ni[2], 20);
  EXPECT_DOUBLE_EQ(covariance(table, "COR", "harmonic")->ni[0], 30);
  EXPECT_DOUBLE_EQ(covariance(table, "COR", "mean")->ni[0], 110.0 / 3);
}

TEST(CorrelationCovariance, RefusalsAreLocated) {
  const auto failure = [](const std::string& csv) {
    const auto out = covariance(table_of("study,var1,var2,ri,ni\n" + csv), "COR");
    return out.ok() ? "" : describe(out.error());
  };
  EXPECT_EQ(
      failure("1,a,b,.3,20\n1,c,d,.4,20\n"),
      "r.csv:3: the covariance of line 2 and line 3 needs the correlation of 'c' and 'a', which study '1' does not "
      "report");
  EXPECT_EQ(failure("1,a,a,.3,20\n"), "r.csv:2:var2: 'a' is paired with itself");
  EXPECT_EQ(failure("1,a,b,.3,20\n1,b,a,.3,20\n"), "r.csv:3:var1: the pair 'b' and 'a' occurs twice in its cluster");
  EXPECT_FALSE(covariance(table_of(kCraft), "COR", "max").ok());
}

}  // namespace
}  // namespace hedgerow::effect
