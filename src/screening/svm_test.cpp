#include "screening/svm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "screening/features.hpp"

namespace hedgerow::screening {
namespace {

struct Problem {
  SparseRows rows;
  std::vector<Example> examples;
};

// Texts of random words, some of them alone in their record.
Problem random_problem(std::uint64_t seed, std::size_t records) {
  RandomStream random(seed, 0);
  std::vector<Text> texts(records);
  Problem result;
  for (std::size_t i = 0; i < records; ++i) {
    for (std::size_t w = 0; w < 12; ++w) texts[i].title += " w" + std::to_string(random.below(40));
    texts[i].title += " only" + std::to_string(i);
    if (i % 3 != 0) result.examples.push_back({i, random.uniform() < 0.3 ? 1 : -1, 0.05 + 2 * random.uniform()});
  }
  const std::vector<Block> blocks{{.terms = Terms::words, .longest = 2}};
  result.rows = features(texts, blocks);
  return result;
}

// The dual's optimum by a second road: projected gradient steps on a dense matrix, 1e5 of them.
std::vector<double> naive_scores(const Problem& problem, double intercept) {
  const std::vector<float> products = inner_products(problem.rows);
  const std::size_t n = problem.rows.rows();
  const auto kernel = [&](std::size_t i, std::size_t j) { return double{products[i * n + j]} + intercept; };
  std::vector<double> alpha(problem.examples.size(), 0.0);
  const auto score = [&](std::size_t row) {
    double sum = 0;
    for (std::size_t j = 0; j < alpha.size(); ++j)
      sum += alpha[j] * problem.examples[j].label * kernel(row, problem.examples[j].row);
    return sum;
  };
  for (int step = 0; step < 20000; ++step) {
    std::vector<double> next(alpha.size());
    for (std::size_t i = 0; i < alpha.size(); ++i) {
      const Example& e = problem.examples[i];
      next[i] = std::max(0.0, alpha[i] - 0.01 * (e.label * score(e.row) - 1 + alpha[i] / (2 * e.cost)));
    }
    alpha = next;
  }
  std::vector<double> scores;
  for (std::size_t row = 0; row < n; ++row) scores.push_back(score(row));
  return scores;
}

TEST(Svm, both_forms_agree_with_a_naive_descent) {
  const Problem problem = random_problem(1, 24);
  PrimalSvm primal(problem.rows, 1);
  primal.train(problem.examples, 1e-10);
  const std::vector<float> products = inner_products(problem.rows);
  KernelSvm kernel(products, problem.rows.squared_norm, 1);
  kernel.train(problem.examples, 1e-5);
  const std::vector<double> naive = naive_scores(problem, 1);
  std::vector<bool> labelled(problem.rows.rows());
  for (const Example& e : problem.examples) labelled[e.row] = true;
  for (std::size_t row = 0; row < problem.rows.rows(); ++row) {
    EXPECT_NEAR(kernel.score(row), naive[row], 1e-4) << row;
    // A labelled record's own words are not in the primal form's score: nobody ranks it.
    if (!labelled[row]) {
      EXPECT_NEAR(primal.score(row), naive[row], 1e-5) << row;
    }
  }
}

// w minimises the primal exactly if w_j = sum_i 2 C_i y_i max(0, 1 - y_i f_i) x_ij, that is, for every record z:
// f(z) = sum_i 2 C_i y_i max(0, 1 - y_i f_i) (x_i.z + intercept).
TEST(Svm, gradient_of_the_primal_is_zero) {
  const Problem problem = random_problem(2, 40);
  const std::vector<float> products = inner_products(problem.rows);
  const std::size_t n = problem.rows.rows();
  KernelSvm svm(products, problem.rows.squared_norm, 0.5);
  svm.train(problem.examples, 1e-5);
  for (std::size_t z = 0; z < n; ++z) {
    double sum = 0;
    for (const Example& e : problem.examples)
      sum += 2 * e.cost * e.label * std::max(0.0, 1 - e.label * svm.score(e.row)) *
             (double{products[e.row * n + z]} + 0.5);
    EXPECT_NEAR(svm.score(z), sum, 2e-3) << z;
  }
}

TEST(Svm, the_answer_does_not_depend_on_the_start) {
  Problem problem = random_problem(4, 40);
  PrimalSvm warm(problem.rows, 1);
  warm.train(problem.examples, 1e-10);
  problem.examples.pop_back();
  problem.examples.front().label *= -1;
  problem.examples[3].cost *= 5;
  warm.train(problem.examples, 1e-10);
  PrimalSvm cold(problem.rows, 1);
  cold.train(problem.examples, 1e-10);
  for (std::size_t row = 0; row < problem.rows.rows(); ++row) EXPECT_NEAR(warm.score(row), cold.score(row), 1e-8);
  warm.reset();
  EXPECT_EQ(warm.score(0), 0);
}

}  // namespace
}  // namespace hedgerow::screening
