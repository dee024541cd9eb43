// Permutation tests against enumeration by hand.
#include "infer/permutation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "data/readers.hpp"

namespace hedgerow::infer {
namespace {

using stats::Vector;

model::Fit fit_of(Vector yi, Vector vi, stats::Matrix x, model::Spec spec) {
  model::Data data;
  data.names = {"intrcpt"};
  for (std::size_t j = 1; j < x.cols(); ++j) data.names.push_back("x" + std::to_string(j));
  for (std::size_t j = 0; j < x.cols(); ++j) data.term.push_back(static_cast<int>(j));
  data.x = std::move(x);
  data.yi = std::move(yi);
  data.vi = std::move(vi);
  const auto problem = model::Problem::create(std::move(data), std::move(spec));
  EXPECT_TRUE(problem.ok());
  return *model::fit(*problem);
}

model::Spec two_level(model::Tau2Method method) {
  model::Univariate spec;
  spec.method = method;
  return spec;
}

// The first eight trials of dat.bcg; the reference value is 4 of 256.
TEST(Permutation, SignsOfBcg) {
  const auto table = data::read_table(HEDGEROW_SOURCE_DIR "/tests/reference/data/bcg.csv");
  Vector yi = *table->numbers("yi"), vi = *table->numbers("vi");
  yi.resize(8);
  vi.resize(8);
  const model::Fit fit = fit_of(yi, vi, stats::Matrix(8, 1, 1.0), two_level(model::Tau2Method::dl));
  PermutationOptions options;
  options.exact = true;
  const auto found = permutation_test(fit, options);
  ASSERT_TRUE(found.ok()) << describe(found.error());
  EXPECT_EQ(found->iterations, 256U);
  EXPECT_EQ(found->pval.front(), 0.015625);
  EXPECT_EQ(found->q_m_p, 0.015625);
}

// Common effect, one moderator with a repeated value: all 4! / 2! orders, z by hand.
TEST(Permutation, RowsOfTheDesign) {
  const Vector yi{0.1, 0.5, 0.4, 1.1}, vi{0.04, 0.02, 0.09, 0.05}, x{1, 1, 2, 4};
  stats::Matrix design(4, 2, 1.0);
  for (std::size_t i = 0; i < 4; ++i) design(i, 1) = x[i];
  const auto z_of = [&](const Vector& values) {
    double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      w += 1 / vi[i];
      wx += values[i] / vi[i];
      wy += yi[i] / vi[i];
      wxx += values[i] * values[i] / vi[i];
      wxy += values[i] * yi[i] / vi[i];
    }
    const double determinant = w * wxx - wx * wx;
    return (w * wxy - wx * wy) / determinant / std::sqrt(w / determinant);
  };
  Vector order = x;
  double extreme = 0, total = 0;
  do {
    ++total;
    extreme += std::fabs(z_of(order)) >= std::fabs(z_of(x)) - 1e-9;
  } while (std::ranges::next_permutation(order).found);
  const model::Fit fit = fit_of(yi, vi, design, two_level(model::Tau2Method::ee));
  EXPECT_EQ(permutation_count(fit), 12);
  const auto found = permutation_test(fit, {});
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->exact);
  EXPECT_EQ(found->pval[1], extreme / total);
}

TEST(Permutation, RandomOnesAreReproducibleAndNeverZero) {
  Vector yi, vi;
  for (int i = 0; i < 20; ++i) {
    yi.push_back(1 + 0.01 * i);
    vi.push_back(0.01);
  }
  const model::Fit fit = fit_of(yi, vi, stats::Matrix(20, 1, 1.0), two_level(model::Tau2Method::dl));
  PermutationOptions options;
  options.iterations = 99;
  const auto first = permutation_test(fit, options), second = permutation_test(fit, options);
  EXPECT_EQ(first->pval, second->pval);
  EXPECT_FALSE(first->exact);
  EXPECT_GE(first->pval.front(), 1.0 / 99);
}

// Three studies of two effects: eight sign vectors, not 64.
TEST(Permutation, ClustersChangeSignTogether) {
  model::Multilevel spec;
  spec.s_names = {"study"};
  spec.groups = {{0, 0, 1, 1, 2, 2}};
  const model::Fit fit = fit_of({0.3, 0.4, 0.6, 0.7, 0.2, 0.5}, Vector(6, 0.02), stats::Matrix(6, 1, 1.0), spec);
  const auto found = permutation_test(fit, {});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->iterations, 8U);
  EXPECT_EQ(found->permuted, "signs of clusters");
  EXPECT_EQ(found->pval.front(), 0.25);
}

TEST(Permutation, TooManyForAnExactTest) {
  const model::Fit fit =
      fit_of(Vector(30, 1.0), Vector(30, 0.1), stats::Matrix(30, 1, 1.0), two_level(model::Tau2Method::ee));
  PermutationOptions options;
  options.exact = true;
  EXPECT_FALSE(permutation_test(fit, options).ok());
}

}  // namespace
}  // namespace hedgerow::infer
