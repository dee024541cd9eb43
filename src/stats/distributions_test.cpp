// Distributions against 60-digit arithmetic (mpmath: erfc, regularised incomplete gamma and beta), far tails included.
#include "stats/distributions.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace hedgerow::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

void expect_relative(double found, double expected, double tolerance) {
  EXPECT_NEAR(found, expected, tolerance * std::fabs(expected)) << "expected " << expected << ", found " << found;
}

TEST(Normal, UpperTailIsRightToTheLastDigits) {
  constexpr double kCases[][2] = {{0.1, 0.46017216272297102},      {1.96, 0.024997895148220436},
                                  {8, 6.2209605742717841e-16},     {20, 2.7536241186062337e-89},
                                  {30.3, 5.7317235033154953e-202}, {37, 5.7255712225245768e-300},
                                  {37.5, 4.6053530095819548e-308}};
  for (const auto& [z, p] : kCases) {
    expect_relative(normal_upper(z), p, 1e-15);
    expect_relative(normal_cdf(-z), p, 1e-15);
    expect_relative(two_sided_p(-z, kInf), 2 * p, 1e-15);
    EXPECT_DOUBLE_EQ(normal_upper(-z), 1 - p);
  }
  EXPECT_EQ(normal_upper(40), 0);  // 3.7e-350 is below the smallest double
  EXPECT_EQ(normal_upper(kInf), 0);
  EXPECT_EQ(normal_cdf(kInf), 1);
  EXPECT_EQ(two_sided_p(0, kInf), 1);
  EXPECT_TRUE(std::isnan(normal_upper(kNaN)));
}

TEST(Normal, QuantileInvertsTheTail) {
  for (const double p : {1e-300, 1e-100, 1e-8, 0.025, 0.3}) expect_relative(normal_cdf(normal_quantile(p)), p, 1e-12);
  EXPECT_DOUBLE_EQ(normal_quantile(0.975), 1.9599639845400543);
  EXPECT_EQ(normal_quantile(0), -kInf);
  EXPECT_EQ(normal_quantile(1), kInf);
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(kNaN)));
}

TEST(StudentsT, UpperTail) {
  constexpr double kCases[][3] = {
      {1e-8, 1, 0.49999999681690114},     {0.3, 2.37, 0.39424697790075754},   {2.5, 5, 0.027245049671188121},
      {10, 30.5, 1.9121781316195814e-11}, {60, 12, 1.5188060669570227e-16},   {1e3, 100, 3.959809303973926e-202},
      {1e8, 10, 1.2304687499999944e-76},  {36, 1e6, 6.3669955601995134e-284}, {2, 0.5, 0.22275744509156562}};
  for (const auto& [t, df, p] : kCases) {
    expect_relative(t_upper(t, df), p, 1e-14);
    expect_relative(two_sided_p(-t, df), 2 * p, 1e-14);
    EXPECT_NEAR(t_upper(-t, df), 1 - p, 1e-15);
  }
  EXPECT_EQ(t_upper(0, 7), 0.5);
  EXPECT_EQ(t_upper(kInf, 3), 0);
  EXPECT_EQ(t_upper(-kInf, 3), 1);
  EXPECT_TRUE(std::isnan(t_upper(1, 0)));
  EXPECT_TRUE(std::isnan(t_upper(1, -1)));
}

TEST(StudentsT, QuantileInvertsTheTail) {
  for (const double df : {1.0, 2.5, 10.0, 150.0})
    for (const double p : {1e-20, 0.025, 0.4}) expect_relative(t_upper(-t_quantile(p, df), df), p, 1e-12);
  EXPECT_DOUBLE_EQ(interval_quantile(0.95, 1), 12.706204736174705);
  EXPECT_DOUBLE_EQ(interval_quantile(0.95, kInf), 1.9599639845400543);
  EXPECT_EQ(interval_quantile(0.95, kNaN), interval_quantile(0.95, kInf));
}

TEST(ChiSquared, BothTails) {
  constexpr double kCases[][4] = {{1e-10, 0.7, 0.99972158797615429, 0.00027841202384571112},
                                  {5, 1, 0.025347318677468264, 0.97465268132253174},
                                  {40, 3, 1.0655090334255861e-8, 0.99999998934490967},
                                  {1300, 12, 4.9810481366093075e-271, 1},
                                  {400, 1, 5.5072482372124674e-89, 1},
                                  {150, 200, 0.99664755850181301, 0.0033524414981869919},
                                  {3500, 3000, 4.2277434583872512e-10, 0.99999999957722565}};
  for (const auto& [x, df, upper, lower] : kCases) {
    expect_relative(chi2_upper(x, df), upper, 1e-14);
    expect_relative(chi2_cdf(x, df), lower, 1e-14);
  }
  EXPECT_EQ(chi2_upper(0, 3), 1);
  EXPECT_EQ(chi2_upper(-1, 3), 1);
  EXPECT_EQ(chi2_cdf(kInf, 3), 1);
  EXPECT_TRUE(std::isnan(chi2_upper(kNaN, 3)));
  EXPECT_TRUE(std::isnan(chi2_upper(1, 0)));
}

TEST(ChiSquared, QuantilesInvertTheTails) {
  for (const double df : {0.7, 1.0, 4.0, 120.0})
    for (const double p : {1e-12, 0.025, 0.5, 0.9}) {
      expect_relative(chi2_cdf(chi2_quantile(p, df), df), p, 1e-12);
      expect_relative(chi2_upper(chi2_quantile_upper(p, df), df), p, 1e-12);
    }
}

TEST(FisherF, UpperTail) {
  constexpr double kCases[][4] = {{1e-6, 1, 1, 0.99936338043983888},
                                  {4, 2, 10, 0.052922149401344646},
                                  {30, 5, 55, 1.431793795990221e-14},
                                  {1e3, 2, 1000, 2.750252956203138e-239},
                                  {1e6, 17, 3.5, 5.6352684922808272e-11}};
  for (const auto& [x, df1, df2, p] : kCases) expect_relative(f_upper(x, df1, df2), p, 1e-13);
  expect_relative(f_upper(2.5, 3, kInf), chi2_upper(7.5, 3), 1e-15);
  expect_relative(f_upper(6.25, 1, 9), two_sided_p(2.5, 9), 1e-13);
  EXPECT_EQ(f_upper(0, 2, 3), 1);
  EXPECT_TRUE(std::isnan(f_upper(1, 2, -3)));
}

}  // namespace
}  // namespace hedgerow::stats
