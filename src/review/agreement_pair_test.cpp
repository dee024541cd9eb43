// Agreement of two raters: worked tables, published indices, a naive twin of the variance, degenerate tables.
#include "review/agreement_pair.hpp"

#include <gtest/gtest.h>

#include "review/agreement_many.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::review {
namespace {

stats::Matrix table(std::initializer_list<std::initializer_list<double>> rows) {
  stats::Matrix out(rows.size(), rows.begin()->size());
  std::size_t i = 0;
  for (const auto& row : rows) {
    std::size_t j = 0;
    for (const double value : row) out(i, j++) = value;
    ++i;
  }
  return out;
}

Coefficient cohen(const stats::Matrix& counts) { return cohen_kappa(counts, identity_weights(counts.rows()), 0.95); }

struct Worked {
  stats::Matrix counts;
  double po, kappa, se, pabak, ac1;
};

TEST(TwoRaters, give_the_worked_numbers_to_the_printed_digits) {
  const std::vector<Worked> cases{{table({{40, 9}, {6, 45}}), 0.85, 0.6995, 0.0714, 0.70, 0.7007},
                                  {table({{60, 40}, {30, 3445}}), 0.9804, 0.6216, 0.0417, 0.9608, 0.9794},
                                  {table({{80, 10}, {5, 5}}), 0.85, 0.3182, 0.1335, 0.70, 0.8080}};
  for (const Worked& c : cases) {
    EXPECT_NEAR(*observed_agreement(c.counts, 0.95).estimate, c.po, 5e-5);
    EXPECT_NEAR(*cohen(c.counts).estimate, c.kappa, 5e-5);
    EXPECT_NEAR(cohen(c.counts).se, c.se, 5e-5);
    EXPECT_NEAR(*pabak(c.counts, 0.95).estimate, c.pabak, 5e-5);
    EXPECT_NEAR(*gwet_ac(item_counts(c.counts), identity_weights(2), 0.95).estimate, c.ac1, 5e-5);
  }
  const auto by_class = agreement_by_class(cases[1].counts, {"include", "exclude"}, 0.95);
  EXPECT_NEAR(*by_class[0].estimate, 0.6316, 5e-5);
  EXPECT_EQ(by_class[0].n, 130U);
}

// Kappa and its standard error written from the printed formula of two classes, A + B - C.
double naive_se(const stats::Matrix& t) {
  double n = 0;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) n += t(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
  const double p11 = t(0, 0) / n, p12 = t(0, 1) / n, p21 = t(1, 0) / n, p22 = t(1, 1) / n;
  const double r1 = p11 + p12, r2 = p21 + p22, c1 = p11 + p21, c2 = p12 + p22;
  const double pe = r1 * c1 + r2 * c2, k = (p11 + p22 - pe) / (1 - pe);
  const double a = p11 * std::pow(1 - (r1 + c1) * (1 - k), 2) + p22 * std::pow(1 - (r2 + c2) * (1 - k), 2);
  const double b = (1 - k) * (1 - k) * (p12 * std::pow(c1 + r2, 2) + p21 * std::pow(c2 + r1, 2));
  const double c = std::pow(k - pe * (1 - k), 2);
  return std::sqrt(a + b - c) / ((1 - pe) * std::sqrt(n));
}

TEST(TwoRaters, standard_error_equals_the_formula_of_two_classes) {
  for (int a = 1; a < 40; a += 7)
    for (int b = 0; b < 20; b += 3)
      for (int c = 1; c < 20; c += 5)
        for (int d = 1; d < 60; d += 11) {
          const auto counts = table({{1.0 * a, 1.0 * b}, {1.0 * c, 1.0 * d}});
          EXPECT_NEAR(cohen(counts).se, naive_se(counts), 1e-12);
        }
}

// Three classes: kappa and quadratic weights as the R package psych (2.2.9) gives them. Its standard error of kappa is
// another formula; the delta method by numerical derivatives is the second road here.
double kappa_of(const stats::Matrix& p, const stats::Matrix& w) {
  double po = 0, pe = 0;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      po += w(i, j) * p(i, j);
      double row = 0, col = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        row += p(i, k);
        col += p(k, j);
      }
      pe += w(i, j) * row * col;
    }
  return (po - pe) / (1 - pe);
}

double delta_se(stats::Matrix counts, const stats::Matrix& w) {
  double n = 0, mean = 0, square = 0;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) n += counts(i, j);
  stats::Matrix p(3, 3);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) p(i, j) = counts(i, j) / n;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      stats::Matrix up = p, down = p;
      up(i, j) += 1e-5;
      down(i, j) -= 1e-5;
      const double slope = (kappa_of(up, w) - kappa_of(down, w)) / 2e-5;
      mean += p(i, j) * slope;
      square += p(i, j) * slope * slope;
    }
  return std::sqrt((square - mean * mean) / n);
}

TEST(TwoRaters, weighted_kappa_agrees_with_psych_and_with_numerical_derivatives) {
  const auto counts = table({{44, 5, 1}, {7, 20, 3}, {9, 5, 6}});
  EXPECT_NEAR(*cohen(counts).estimate, 0.4915254237, 1e-9);
  EXPECT_NEAR(*cohen_kappa(counts, quadratic_weights(3), 0.95).estimate, 0.4545454545, 1e-9);
  EXPECT_NEAR(*cohen_kappa(counts, linear_weights(3), 0.95).estimate, 0.4736842105, 1e-9);
  for (const auto& w : {identity_weights(3), linear_weights(3), quadratic_weights(3)})
    EXPECT_NEAR(cohen_kappa(counts, w, 0.95).se, delta_se(counts, w), 1e-8);
}

TEST(TwoRaters, kappa_is_undefined_and_not_zero_when_chance_agrees_always) {
  const Coefficient one = cohen(table({{12, 0}, {0, 0}}));
  EXPECT_FALSE(one.estimate.has_value());
  EXPECT_NE(one.note.find("not defined"), std::string::npos);
  EXPECT_FALSE(kappa_max(table({{12, 0}, {0, 0}})).estimate.has_value());
  const Coefficient none = cohen(table({{0, 0}, {0, 0}}));
  EXPECT_FALSE(none.estimate.has_value());
  EXPECT_EQ(none.note, "no item was rated by both");
  EXPECT_NEAR(*cohen(table({{10, 2}, {0, 0}})).estimate, 0.0, 1e-12);
}

TEST(TwoRaters, perfect_agreement_claims_no_interval) {
  const Coefficient kappa = cohen(table({{7, 0}, {0, 5}}));
  EXPECT_DOUBLE_EQ(*kappa.estimate, 1.0);
  EXPECT_TRUE(std::isnan(kappa.lower));
  const Coefficient po = observed_agreement(table({{7, 0}, {0, 5}}), 0.95);
  EXPECT_NEAR(po.lower, 0.7575, 5e-5);  // Wilson's limit of 12 of 12, n / (n + z^2)
  EXPECT_DOUBLE_EQ(po.upper, 1.0);
}

TEST(TwoRaters, highest_kappa_and_indices) {
  const auto counts = table({{80, 10}, {5, 5}});
  EXPECT_NEAR(*kappa_max(counts).estimate, (0.95 - 0.78) / (1 - 0.78), 1e-12);
  const auto found = indices(counts);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NEAR(*found[0].estimate, 0.05, 1e-12);
  EXPECT_NEAR(found[0].p, 0.3017578125, 1e-9);  // 2 P(X <= 5), 15 tosses
  EXPECT_NEAR(*found[1].estimate, 0.75, 1e-12);
  EXPECT_TRUE(indices(table({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}})).empty());
}

TEST(TwoRaters, agreement_on_a_class_has_the_standard_error_of_graham_and_bull) {
  const double a = 60, b = 40, c = 30;
  const auto found = agreement_by_class(table({{a, b}, {c, 3445}}), {"in", "out"}, 0.95);
  EXPECT_NEAR(found[0].se, 2 * std::sqrt(a * (b + c) * (a + b + c)) / std::pow(2 * a + b + c, 2), 1e-12);
  EXPECT_LT(found[0].lower, *found[0].estimate);
  EXPECT_GT(found[0].upper, *found[0].estimate);
  EXPECT_FALSE(agreement_by_class(table({{3, 0}, {0, 0}}), {"in", "out"}, 0.95)[1].estimate.has_value());
}

TEST(Weights, are_checked) {
  EXPECT_TRUE(check_weights(linear_weights(4), 4).ok());
  EXPECT_FALSE(check_weights(linear_weights(4), 3).ok());
  stats::Matrix bent = linear_weights(3);
  bent(0, 1) = 0.4;
  EXPECT_FALSE(check_weights(bent, 3).ok());
  EXPECT_FALSE(check_weights(table({{0.9, 0}, {0, 1}}), 2).ok());
}

TEST(PairTable, rests_on_what_both_rated) {
  Ratings ratings{{"1", "2", "3"}, {"a", "b"}, {"n", "y"}, {}, {{0, 1}, {1, kNotRated}, {1, 1}}};
  const auto counts = pair_table(ratings, 0, 1);
  EXPECT_EQ(counts(0, 1), 1.0);
  EXPECT_EQ(counts(1, 1), 1.0);
  EXPECT_EQ(counts(1, 0), 0.0);
  EXPECT_EQ(ratings.count(), 5U);
}

}  // namespace
}  // namespace hedgerow::review
