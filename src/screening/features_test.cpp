#include "screening/features.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "screening/svm.hpp"
#include "screening/words.hpp"

namespace hedgerow::screening {
namespace {

Text text(std::string title, std::string abstract = "") {
  Text result;
  result.title = std::move(title);
  result.abstract = std::move(abstract);
  return result;
}

TEST(Words, two_or_more_letters_of_any_script) {
  EXPECT_EQ(words("A randomised, double-blind trial (n=12) of β2 Ä_x"),
            (std::vector<std::string>{"randomised", "double", "blind", "trial", "12", "of", "β2", "ä_x"}));
  EXPECT_TRUE(words(" a – b … ").empty());
  EXPECT_EQ(words("caf\xe9s"), (std::vector<std::string>{"cafés"}));  // Latin-1
}

TEST(Words, stems) {
  EXPECT_EQ(stem("randomised"), stem("randomise"));
  EXPECT_EQ(stem("exercises"), stem("exercising"));
  EXPECT_EQ(stem("β2"), "β2");
}

TEST(Words, pairs_keep_their_numbers_when_the_table_grows) {
  PairVocabulary pairs;
  for (std::uint32_t i = 0; i < 20000; ++i) EXPECT_EQ(pairs.number(i, i * 7), i);
  for (std::uint32_t i = 0; i < 20000; ++i) EXPECT_EQ(pairs.number(i, i * 7), i);
  EXPECT_EQ(pairs.size(), 20000U);
}

// Three records: "aa bb", "aa cc cc", "bb dd". idf of aa and bb: ln(4/3) + 1 = 1.287682; of cc and dd: ln(4/2) + 1 =
// 1.693147. Row 2: aa 1.287682, cc (1 + ln 2) 1.693147 = 2.866747; length 3.142640.
TEST(Features, worked_by_hand) {
  const std::vector<Text> texts{text("Aa", "bb"), text("aa cc", "CC"), text("bb dd")};
  const std::vector<Block> blocks{{.terms = Terms::words}};
  const std::vector<float> products = inner_products(features(texts, blocks));
  const double rare = std::log(2) + 1, common = std::log(4.0 / 3) + 1;
  const double cc = (1 + std::log(2)) * rare;
  const double row1 = std::sqrt(2.0) * common, row2 = std::sqrt(common * common + cc * cc);
  const double row3 = std::sqrt(common * common + rare * rare);
  EXPECT_NEAR(products[0], 1, 1e-6);
  EXPECT_NEAR(products[1], common * common / (row1 * row2), 1e-6);
  EXPECT_NEAR(products[1], 1.287682 / (std::sqrt(2.0) * 3.142640), 1e-5);
  EXPECT_NEAR(products[2], common * common / (row1 * row3), 1e-6);
  EXPECT_NEAR(products[5], 0, 1e-6);
}

TEST(Features, pairs_cross_from_title_to_abstract_and_frequent_terms_are_left_out) {
  const std::vector<Text> texts{text("aa", "bb"), text("aa bb")};
  const std::vector<Block> pairs{{.terms = Terms::words, .longest = 2}};
  EXPECT_NEAR(inner_products(features(texts, pairs))[1], 1, 1e-6);
  EXPECT_EQ(features(texts, pairs).all_features, 3U);
  const std::vector<Block> rare{{.terms = Terms::words, .most_documents = 0.95}};
  EXPECT_EQ(inner_products(features(texts, rare))[1], 0);
}

TEST(Features, weights_multiply_inner_products_and_blocks_add) {
  Text first = text("aa bb"), second = text("aa cc");
  first.journal = "Lancet";
  second.journal = "LANCET ";
  first.year = 2010;
  second.year = 2014;
  const std::vector<Text> texts{first, second};
  const std::vector<Block> one{{.terms = Terms::words}};
  const std::vector<Block> both{{.terms = Terms::words, .weight = 0.5}, {.terms = Terms::journal, .weight = 0.1}};
  const double words_alone = inner_products(features(texts, one))[1];
  EXPECT_NEAR(inner_products(features(texts, both))[1], 0.5 * words_alone + 0.1, 1e-6);
  const std::vector<Block> year{{.terms = Terms::year}};
  EXPECT_NEAR(inner_products(features(texts, year))[1], std::exp(-0.5 * 16 / (kYearWidth * kYearWidth)), 1e-3);
  const std::vector<Block> abstract{{.terms = Terms::abstract, .weight = 0.01}};
  second.abstract = "There is one.";
  EXPECT_NEAR(inner_products(features(std::vector<Text>{first, second}, abstract))[1], -0.01, 1e-7);
}

TEST(Features, nothing_to_read) {
  const std::vector<Block> blocks{{.terms = Terms::words, .longest = 2},
                                  {.terms = Terms::stems},

                                  {.terms = Terms::title_stems},
                                  {.terms = Terms::keyword_stems},
                                  {.terms = Terms::authors},
                                  {.terms = Terms::journal},
                                  {.terms = Terms::year}};
  EXPECT_EQ(features({}, blocks).rows(), 0U);
  const SparseRows empty = features(std::vector<Text>(2), blocks);
  EXPECT_EQ(empty.rows(), 2U);
  EXPECT_EQ(empty.columns.size(), 0U);
  EXPECT_EQ(empty.squared_norm[1], 0);
}

}  // namespace
}  // namespace hedgerow::screening
