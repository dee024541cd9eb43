// Agreement of many raters: published examples with and without missing ratings, equality with two raters.
#include "review/agreement_many.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "review/agreement_alpha.hpp"
#include "review/agreement_pair.hpp"

namespace hedgerow::review {
namespace {

// Fleiss (1971), table 1: 30 patients, 6 psychiatrists each, 5 diagnoses.
const std::vector<std::vector<double>> kDiagnoses{
    {0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1}, {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0}, {2, 0, 4, 0, 0},
    {0, 0, 4, 0, 2}, {2, 0, 3, 1, 0}, {2, 0, 0, 4, 0}, {0, 0, 0, 0, 6}, {1, 0, 0, 5, 0}, {1, 1, 0, 4, 0},
    {0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1}, {0, 0, 5, 0, 1}, {3, 0, 0, 1, 2}, {5, 1, 0, 0, 0},
    {0, 2, 0, 4, 0}, {1, 0, 2, 0, 3}, {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3}, {2, 0, 0, 4, 0},
    {1, 0, 0, 4, 1}, {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2}, {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6}};

TEST(Fleiss, gives_the_published_kappa) {
  std::vector<ItemCounts> items;
  for (const auto& row : kDiagnoses) items.push_back({row, 1});
  const Coefficient kappa = fleiss_kappa(items, identity_weights(5), 0.95);
  EXPECT_NEAR(*kappa.estimate, 0.430, 5e-4);
  EXPECT_EQ(kappa.n, 30U);
  EXPECT_LT(kappa.p, 1e-50);  // z = 17.7 with the standard error of 1979
  EXPECT_NEAR(*mean_agreement(items, identity_weights(5), 0.95).estimate, 0.556, 5e-4);
}

// Krippendorff (2011): four observers, twelve units, values 1 to 5. 0: not rated.
Ratings observers() {
  const std::vector<std::vector<int>> rows{{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
                                           {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
                                           {0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
                                           {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0}};
  Ratings out;
  out.raters = {"A", "B", "C", "D"};
  out.classes = {"1", "2", "3", "4", "5"};
  out.values = {1, 2, 3, 4, 5};
  for (std::size_t u = 0; u < 12; ++u) {
    out.items.push_back(std::to_string(u + 1));
    out.codes.push_back({});
    for (const auto& row : rows) out.codes.back().push_back(row[u] - 1);
  }
  return out;
}

// Gwet (2014) and the manual of irrCAC print these for the same twelve units; Conger's kappa and the uniform one are
// from a few lines of Python that loop over pairs of raters.
TEST(ManyRaters, give_the_published_coefficients_and_standard_errors_with_missing_ratings) {
  const Ratings data = observers();
  const auto items = item_counts(data);
  const auto w = identity_weights(5);
  const Coefficient ac1 = gwet_ac(items, w, 0.95), fleiss = fleiss_kappa(items, w, 0.95);
  const Coefficient conger = conger_kappa(data, w, 0.95), uniform = uniform_kappa(items, w, 0.95);
  EXPECT_NEAR(*ac1.estimate, 0.77544, 5e-6);
  EXPECT_NEAR(ac1.se, 0.14295, 5e-6);
  EXPECT_NEAR(ac1.lower, 0.461, 5e-4);
  EXPECT_DOUBLE_EQ(ac1.upper, 1.0);
  EXPECT_NEAR(*fleiss.estimate, 0.76117, 5e-6);
  EXPECT_NEAR(fleiss.se, 0.15302, 5e-6);
  EXPECT_NEAR(*conger.estimate, 0.7620668936511116, 1e-12);
  EXPECT_NEAR(*uniform.estimate, 0.77273, 5e-6);
  EXPECT_EQ(ac1.n, 11U);
}

TEST(ManyRaters, two_raters_without_gaps_give_the_coefficients_of_their_table) {
  RandomStream stream(7, 1);
  Ratings data{{}, {"a", "b"}, {"x", "y", "z"}, {}, {}};
  for (int i = 0; i < 60; ++i) {
    data.items.push_back(std::to_string(i));
    const int first = static_cast<int>(stream.below(3));
    data.codes.push_back({first, stream.uniform() < 0.6 ? first : static_cast<int>(stream.below(3))});
  }
  const auto table = pair_table(data, 0, 1);
  for (const auto& w : {identity_weights(3), linear_weights(3), quadratic_weights(3)}) {
    const Coefficient conger = conger_kappa(data, w, 0.95), cohen = cohen_kappa(table, w, 0.95);
    EXPECT_NEAR(*conger.estimate, *cohen.estimate, 1e-12);
    EXPECT_NEAR(conger.se, cohen.se * std::sqrt(60.0 / 59.0), 1e-12);  // n - 1 in place of n
    EXPECT_NEAR(gwet_ac(item_counts(data), w, 0.95).se, gwet_ac(item_counts(table), w, 0.95).se, 1e-12);
  }
  EXPECT_NEAR(*uniform_kappa(item_counts(data), identity_weights(3), 0.95).estimate, *pabak(table, 0.95).estimate,
              1e-12);
}

// The variance of AC1 for two raters as the paper prints it (Gwet 2008, equation for tables, divisor n).
TEST(ManyRaters, variance_of_ac1_equals_the_formula_for_tables) {
  stats::Matrix t(2, 2);
  t(0, 0) = 80;
  t(0, 1) = 10;
  t(1, 0) = 5;
  t(1, 1) = 5;
  const double n = 100, pa = 0.85, p1 = (0.9 + 0.85) / 2, pe = 2 * p1 * (1 - p1), g = (pa - pe) / (1 - pe);
  double diagonal = 0, all = 0;
  const double pi[2] = {p1, 1 - p1};
  for (std::size_t k = 0; k < 2; ++k) {
    diagonal += t(k, k) / n * (1 - pi[k]);
    for (std::size_t l = 0; l < 2; ++l) all += t(k, l) / n * std::pow(1 - (pi[k] + pi[l]) / 2, 2);
  }
  const double variance =
      (pa * (1 - pa) - 4 * (1 - g) * (diagonal - pa * pe) + 4 * (1 - g) * (1 - g) * (all - pe * pe)) /
      (n * (1 - pe) * (1 - pe));
  EXPECT_NEAR(gwet_ac(item_counts(t), identity_weights(2), 0.95).se, std::sqrt(variance * n / (n - 1)), 1e-12);
}

TEST(ManyRaters, say_why_there_is_no_coefficient) {
  const std::vector<ItemCounts> same{{{3, 0}, 4}};
  EXPECT_NE(fleiss_kappa(same, identity_weights(2), 0.95).note.find("not defined"), std::string::npos);
  EXPECT_DOUBLE_EQ(*gwet_ac(same, identity_weights(2), 0.95).estimate, 1.0);
  EXPECT_TRUE(std::isnan(gwet_ac(same, identity_weights(2), 0.95).lower));
  const std::vector<ItemCounts> single{{{1, 0}, 4}};
  EXPECT_EQ(gwet_ac(single, identity_weights(2), 0.95).note, "no item was rated twice");
  EXPECT_FALSE(mean_agreement({}, identity_weights(2), 0.95).estimate.has_value());
}

TEST(Krippendorff, gives_the_published_values_on_four_scales) {
  const Ratings data = observers();
  const std::vector<std::pair<Scale, double>> published{
      {Scale::nominal, 0.743}, {Scale::ordinal, 0.815}, {Scale::interval, 0.849}, {Scale::ratio, 0.797}};
  for (const auto& [scale, value] : published) {
    const Coefficient alpha = krippendorff_alpha(data, scale, 0.95, {400, 1});
    EXPECT_NEAR(*alpha.estimate, value, 5e-4);
    EXPECT_EQ(alpha.n, 11U);
    EXPECT_LT(alpha.lower, value);
    EXPECT_GE(alpha.upper, value);
  }
  EXPECT_EQ(krippendorff_alpha(data, Scale::nominal, 0.95, {300, 4}).lower,
            krippendorff_alpha(data, Scale::nominal, 0.95, {300, 4}).lower);
}

// Alpha written as in the paper: coincidences o_ck, n_c, and the sum of n_g between two classes.
double naive_alpha(const Ratings& data, Scale scale) {
  const std::size_t q = data.classes.size();
  stats::Matrix o(q, q);
  for (const auto& row : data.codes) {
    double m = 0;
    for (const int code : row) m += code != kNotRated;
    for (std::size_t g = 0; m > 1 && g < row.size(); ++g)
      for (std::size_t h = 0; h < row.size(); ++h)
        if (g != h && row[g] != kNotRated && row[h] != kNotRated)
          o(static_cast<std::size_t>(row[g]), static_cast<std::size_t>(row[h])) += 1 / (m - 1);
  }
  stats::Vector nc(q);
  double n = 0, observed = 0, expected = 0;
  for (std::size_t c = 0; c < q; ++c)
    for (std::size_t k = 0; k < q; ++k) nc[c] += o(c, k);
  for (const double x : nc) n += x;
  for (std::size_t c = 0; c < q; ++c)
    for (std::size_t k = c + 1; k < q; ++k) {
      double d = -(nc[c] + nc[k]) / 2;
      for (std::size_t g = c; g <= k; ++g) d += nc[g];
      if (scale == Scale::nominal) d = 1;
      observed += o(c, k) * d * d;
      expected += nc[c] * nc[k] * d * d;
    }
  return 1 - (n - 1) * observed / expected;
}

TEST(Krippendorff, equals_the_definition_on_random_data) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    RandomStream stream(seed, 0);
    Ratings data{{}, {"a", "b", "c"}, {"1", "2", "3", "4"}, {}, {}};
    for (int i = 0; i < 15; ++i) {
      data.items.push_back(std::to_string(i));
      data.codes.push_back({});
      for (int g = 0; g < 3; ++g) data.codes.back().push_back(static_cast<int>(stream.below(5)) - 1);
    }
    for (const Scale scale : {Scale::nominal, Scale::ordinal})
      EXPECT_NEAR(*krippendorff_alpha(data, scale, 0.95, {0, 1}).estimate, naive_alpha(data, scale), 1e-12);
  }
}

TEST(Krippendorff, says_why_there_is_no_alpha) {
  Ratings data{{"1", "2"}, {"a", "b"}, {"x"}, {}, {{0, 0}, {0, 0}}};
  EXPECT_EQ(krippendorff_alpha(data, Scale::nominal, 0.95).note, "not defined: all ratings are equal");
  EXPECT_EQ(krippendorff_alpha(data, Scale::interval, 0.95).note, "not defined: the classes are no numbers");
  data.values = {-1};
  EXPECT_EQ(krippendorff_alpha(data, Scale::ratio, 0.95).note, "not defined: a ratio scale has no values below 0");
  data.codes = {{0, kNotRated}, {kNotRated, 0}};
  EXPECT_EQ(krippendorff_alpha(data, Scale::nominal, 0.95).note, "no item was rated twice");
}

}  // namespace
}  // namespace hedgerow::review
