// Ticks and limits of axes.
#include "plot/axis.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hedgerow::plot {
namespace {

std::string labels(const std::vector<Tick>& ticks) {
  std::string out;
  for (const Tick& t : ticks) out += t.label + " ";
  return out;
}

TEST(Axis, ticks_are_pretty_numbers_with_enough_digits) {
  EXPECT_EQ(labels(ticks(-1.0, 3.0, Display::identity, 5)), "−1 0 1 2 3 ");
  EXPECT_EQ(labels(ticks(0.0, 0.53, Display::identity, 5)), "0.0 0.2 0.4 ");
  EXPECT_EQ(labels(ticks(0.0, 0.1, Display::identity, 4)), "0.000 0.025 0.050 0.075 0.100 ");
  EXPECT_EQ(labels(ticks(0.0, 1000.0, Display::identity, 4)), "0 250 500 750 1000 ");
}

TEST(Axis, ratios_have_logarithmic_ticks) {
  EXPECT_EQ(labels(ticks(std::log(0.08), std::log(7.0), Display::exp)), "0.1 0.2 0.5 1 2 5 ");
  EXPECT_EQ(labels(ticks(std::log(1e-3), std::log(1e3), Display::exp)), "0.001 0.01 0.1 1 10 100 1000 ");
  EXPECT_EQ(labels(ticks(std::log(0.79), std::log(1.21), Display::exp, 4)), "0.8 1.0 1.2 ");
  for (const Tick& t : ticks(-3.0, 3.0, Display::exp)) EXPECT_NEAR(std::exp(t.at), std::stod(t.label), 1e-12);
}

double logit(double p) { return std::log(p) - std::log1p(-p); }

TEST(Axis, proportions_far_from_one_half_have_enough_ticks) {
  const auto shown = [](double lower, double upper) {
    return labels(ticks(logit(lower), logit(upper), Display::ilogit));
  };
  EXPECT_EQ(shown(0.15, 0.85), "0.2 0.4 0.6 0.8 ");
  EXPECT_EQ(shown(0.0015, 0.12), "0.002 0.005 0.01 0.02 0.05 0.1 ");
  EXPECT_EQ(shown(0.9, 0.9995), "0.9 0.95 0.99 0.995 0.999 0.9995 ");
  EXPECT_EQ(shown(1e-6, 0.3), "0.000001 0.00001 0.0001 0.001 0.01 0.1 ");
  for (double center = -14; center < 14; center += 0.7)
    for (double half : {0.5, 1.0, 3.0, 6.0})
      EXPECT_GE(ticks(center - half, center + half, Display::ilogit).size(), center > 12 ? 1u : 2u)
          << center << " " << half;
}

// 1 - exp(x) falls: the ticks stand in the order of positions, their labels fall.
TEST(Axis, vaccine_efficacy_falls) {
  const std::vector<Tick> found = ticks(std::log(0.05), std::log(1.2), Display::ve);
  ASSERT_GE(found.size(), 3u);
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_GT(found[i].at, found[i - 1].at);
  for (const Tick& t : found) {
    if (t.label.front() != '\xE2') {
      EXPECT_NEAR(1 - std::exp(t.at), std::stod(t.label), 1e-12);
    }
  }
}

constexpr Display kAll[] = {Display::identity, Display::exp,   Display::tanh,  Display::ilogit,
                            Display::iarcsin,  Display::pnorm, Display::isqrt, Display::ztor2,
                            Display::iahw,     Display::iabt,  Display::ve};

TEST(Axis, ticks_stay_inside_the_limits) {
  for (Display display : kAll) {
    for (double center : {0.0, 1e-6, -3.0, 1e6}) {
      for (double half : {1e-7, 0.1, 2.0, 1e5}) {
        for (const Tick& t : ticks(center - half, center + half, display)) {
          EXPECT_GE(t.at, center - half - 1e-6 * half);
          EXPECT_LE(t.at, center + half + 1e-6 * half);
        }
      }
    }
  }
}

TEST(Axis, robust_limits_leave_a_huge_value_outside_but_hold_what_must_be_seen) {
  std::vector<double> values{-1, -0.5, 0, 0.2, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 500};
  const Limits limits = robust_limits(values, std::vector<double>{-2.0});
  EXPECT_DOUBLE_EQ(limits.lower, -2.0);
  EXPECT_LT(limits.upper, 10.0);
  EXPECT_GE(limits.upper, 1.5);
}

TEST(Axis, number_text_has_a_true_minus_and_no_negative_zero) {
  EXPECT_EQ(number_text(-0.5, 2), "−0.50");
  EXPECT_EQ(number_text(-0.001, 2), "0.00");
  EXPECT_EQ(number_text(NAN, 2), "");
  EXPECT_EQ(number_text(-HUGE_VAL, 2), "−Inf");
  EXPECT_LT(number_text(1e300, 2).size(), 10U);
}

TEST(Axis, display_and_back) {
  for (Display display : {Display::identity, Display::exp, Display::tanh, Display::ilogit}) {
    for (double v : {-2.0, -0.1, 0.0, 0.7, 3.0}) EXPECT_NEAR(from_display(to_display(v, display), display), v, 1e-12);
  }
  for (Display display : kAll)
    for (double v : {0.1, 0.4, 0.7, 0.9}) EXPECT_NEAR(from_display(to_display(v, display), display), v, 1e-12);
}

}  // namespace
}  // namespace hedgerow::plot
