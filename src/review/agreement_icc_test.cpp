// Intraclass correlations: the example of Shrout and Fleiss (1979) with mean squares, forms, tests and limits.
#include "review/agreement_icc.hpp"

#include <gtest/gtest.h>

namespace hedgerow::review {
namespace {

stats::Matrix judges() {
  const double rows[6][4] = {{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};
  stats::Matrix out(6, 4);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 4; ++j) out(i, j) = rows[i][j];
  return out;
}

TEST(Icc, gives_the_published_mean_squares_and_forms) {
  const MeanSquares s = mean_squares(judges());
  EXPECT_NEAR(s.rows, 11.2417, 5e-5);
  EXPECT_NEAR(s.columns, 32.4861, 5e-5);
  EXPECT_NEAR(s.error, 1.0194, 5e-5);
  const auto forms = icc(s, 0.95);
  ASSERT_EQ(forms.size(), 6U);
  const double published[6] = {0.1657, 0.2898, 0.7148, 0.4428, 0.6201, 0.9093};
  // Limits and p as the R package psych (2.2.9) gives them; Shrout and Fleiss print the first three to three digits.
  const double lower[6] = {-0.132932325, 0.018786513, 0.342464765, -0.884442155, 0.071136815, 0.675674714};
  const double upper[6] = {0.72256006, 0.76108437, 0.94585826, 0.91241542, 0.92723204, 0.98589168};
  const double p[6] = {0.16476880834, 0.00013456652, 0.00013456652, 0.16476880834, 0.00013456652, 0.00013456652};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(*forms[i].estimate, published[i], 5e-5) << forms[i].name;
    EXPECT_NEAR(forms[i].lower, lower[i], 1e-8) << forms[i].name;
    EXPECT_NEAR(forms[i].upper, upper[i], 1e-8) << forms[i].name;
    EXPECT_NEAR(forms[i].p, p[i], 1e-10) << forms[i].name;
  }
}

TEST(Icc, is_one_without_differences_and_undefined_without_variation) {
  stats::Matrix same(3, 2);
  for (std::size_t i = 0; i < 3; ++i) same(i, 0) = same(i, 1) = static_cast<double>(i);
  for (const Coefficient& c : icc(mean_squares(same), 0.95)) EXPECT_DOUBLE_EQ(*c.estimate, 1.0) << c.name;
  EXPECT_FALSE(icc(mean_squares(stats::Matrix(3, 2, 4.0)), 0.95)[0].estimate.has_value());
  EXPECT_FALSE(icc(mean_squares(stats::Matrix(1, 2, 4.0)), 0.95)[0].estimate.has_value());
}

TEST(Icc, rests_on_items_that_all_rated) {
  const Ratings data{{"1", "2", "3"}, {"a", "b"}, {"3", "5"}, {3, 5}, {{0, 1}, {kNotRated, 1}, {1, 1}}};
  const stats::Matrix values = complete_values(data, {0, 1});
  ASSERT_EQ(values.rows(), 2U);
  EXPECT_EQ(values(0, 0), 3.0);
  EXPECT_EQ(values(1, 1), 5.0);
}

TEST(Differences, have_mean_and_limits_of_agreement) {
  stats::Matrix values(3, 2);
  values(0, 0) = 1;
  values(1, 0) = 2;
  values(2, 0) = 3;
  const auto found = differences(values, 0.95);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_DOUBLE_EQ(*found[0].estimate, 2.0);
  EXPECT_NEAR(found[0].upper, 2.0 + 4.302652729911275 / std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(*found[1].estimate, 0.04, 1e-12);
  EXPECT_NEAR(*found[2].estimate, 3.96, 1e-12);
}

}  // namespace
}  // namespace hedgerow::review
