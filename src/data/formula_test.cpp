// Formulas: design matrices of R (tests/data/formulas, made by make_cases.R there), and the refusals.
#include "data/formula.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "base/file.hpp"
#include "base/text.hpp"
#include "data/detail/basis.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

using Texts = std::vector<std::string>;

const std::string kFolder = std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/formulas/";

struct Case {
  std::string formula;
  Texts names;
  std::vector<Texts> rows;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  std::istringstream text(read_file(kFolder + "cases.txt").take());
  for (std::string line; std::getline(text, line);) {
    if (line.substr(0, 3) == "== ") {
      out.push_back({line.substr(3), {}, {}});
    } else if (out.back().names.empty()) {
      out.back().names = split(line, '\t');
    } else {
      out.back().rows.push_back(split(line, '\t'));
    }
  }
  return out;
}

class FormulaCase : public ::testing::TestWithParam<Case> {};

TEST_P(FormulaCase, GivesTheMatrixOfR) {
  const Table table = read_table(kFolder + "small.csv").take();
  const auto design = design_matrix(GetParam().formula, table);
  ASSERT_TRUE(design.ok()) << describe(design.error());
  EXPECT_EQ(design->names, GetParam().names);
  ASSERT_EQ(design->x.rows(), GetParam().rows.size());
  for (std::size_t i = 0; i < design->x.rows(); ++i)
    for (std::size_t j = 0; j < design->x.cols(); ++j) {
      const auto expected = parse_number(GetParam().rows[i][j]);
      const double found = design->x(i, j);
      if (expected) {
        EXPECT_NEAR(found, *expected, 1e-12 * std::max(1.0, std::fabs(*expected))) << "row " << i << " column " << j;
      } else {
        EXPECT_TRUE(std::isnan(found)) << "row " << i << " column " << j;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(R, FormulaCase, ::testing::ValuesIn(cases()));

TEST(Formula, KnowsTheTermOfEachColumn) {
  const Table table = read_table(kFolder + "small.csv").take();
  const Design design = design_matrix("~ x:a + z", table).take();
  EXPECT_EQ(design.term, (std::vector<int>{0, 1, 2, 2, 2}));
  EXPECT_EQ(design.term_labels, (Texts{"z", "x:a"}));
  EXPECT_TRUE(design.intercept);
}

TEST(Formula, RefusesWithThePlace) {
  const Table table = read_table(kFolder + "small.csv").take();
  const auto message = [&](const std::string& formula) {
    const auto design = design_matrix(formula, table);
    return design.ok() ? "accepted" : design.error().message;
  };
  EXPECT_EQ(message("x"), "a formula begins with ~, as in ~ sex + dose\n  x\n  ^");
  EXPECT_EQ(message("yi ~ x"), "nothing stands left of ~: the outcome is named elsewhere\n  yi ~ x\n     ^");
  EXPECT_EQ(message("~ x + zz"), "there is no column 'zz' (did you mean 'z'?)\n  ~ x + zz\n        ^");
  EXPECT_NE(message("~ 2*x").find("a number in a formula is 0 or 1"), std::string::npos);
  EXPECT_NE(message("~ (1 | a)").find("random effects"), std::string::npos);
  EXPECT_NE(message("~ .").find("not supported"), std::string::npos);
  EXPECT_NE(message("~ 0").find("neither an intercept nor a moderator"), std::string::npos);
  EXPECT_NE(message("~ poly(z, 9)").find("degree 9 needs more than 9 different values"), std::string::npos);
  EXPECT_NE(message("~ poly(a, 2)").find("'lo' is not a number"), std::string::npos);
  EXPECT_NE(message("~ I(1/(x - 0.5))").find("is infinite in this row"), std::string::npos);
  EXPECT_NE(message("~ factor(flag == TRUE | TRUE)").find("the same value 'TRUE' in every row"), std::string::npos);
  EXPECT_NE(message("~ I(2)").find("has 1 values, but the table has 9 rows"), std::string::npos);
}

// The direct definition: columns are orthonormal, sum to zero, and span the powers of z.
TEST(Basis, OrthogonalPolynomialsAreOrthonormal) {
  stats::Vector x;
  for (int i = 0; i < 40; ++i) x.push_back(1900 + i * 1.5 + std::sin(i));
  const auto q = orthogonal_polynomials(x, 6);
  ASSERT_TRUE(q.has_value());
  for (std::size_t a = 0; a < 6; ++a) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (*q)(i, a);
    EXPECT_NEAR(sum, 0, 1e-12);
    for (std::size_t b = 0; b < 6; ++b) {
      double product = 0;
      for (std::size_t i = 0; i < x.size(); ++i) product += (*q)(i, a) * (*q)(i, b);
      EXPECT_NEAR(product, a == b ? 1 : 0, 1e-13);
    }
    EXPECT_GT((*q)(39, a), 0);
  }
}

// Second differences of a natural spline vanish beyond the boundary, and the curve has no kink at the knots.
TEST(Basis, NaturalSplinesAreLinearBeyondTheBoundary) {
  const SplineKnots knots{{2, 5}, 0, 8};
  stats::Vector x;
  for (int i = 0; i <= 24; ++i) x.push_back(-4 + i * 0.25);
  const stats::Matrix b = natural_spline(x, knots, false);
  ASSERT_EQ(b.cols(), 3U);
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t i = 1; x[i + 1] <= 0; ++i) EXPECT_NEAR(b(i + 1, c) - 2 * b(i, c) + b(i - 1, c), 0, 1e-12);
}

TEST(Random, ReadsNestings) {
  EXPECT_EQ(*parse_random("~ 1 | study"), (Texts{"study"}));
  EXPECT_EQ(*parse_random("~1|a/b"), (Texts{"a", "b"}));
  EXPECT_EQ(*parse_random("~ (1 | `my study`/b.c/d_e)"), (Texts{"my study", "b.c", "d_e"}));
}

TEST(Random, RefusesOthers) {
  EXPECT_EQ(parse_random("~ time | id").error().code, ErrorCode::not_supported);
  for (const char* text : {"1 | a", "~ 1", "~ 1 | ", "~ 1 | a + b", "~ 1 | a/a", "~ 1 | 2", "y ~ 1 | a"})
    EXPECT_FALSE(parse_random(text).ok()) << text;
}

}  // namespace
}  // namespace hedgerow::data
