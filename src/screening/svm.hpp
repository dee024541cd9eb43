// Linear support vector machine with squared hinge loss and a weight for each example.
//
//   minimise over w:  1/2 |w|^2 + sum_i C_i max(0, 1 - y_i w.x_i)^2      (x carries a constant feature: the intercept)
//
// by descent along the coordinates of its dual, one alpha_i >= 0 per example (hsieh2008): with D_i = 1 / (2 C_i),
//
//   G = y_i w.x_i - 1 + D_i alpha_i,   alpha_i <- max(0, alpha_i - G / (|x_i|^2 + D_i)),   w <- w + y_i dalpha_i x_i,
//
// where w = sum_i alpha_i y_i x_i throughout. The problem is strictly convex, so the answer doesn't depend on where the
// descent starts; it starts at the last answer, because a screened record changes it little. No random order: the same
// labels give the same bytes. liblinear solves the same problem, but from zero each time, on copies of the rows.
//
// One example at a time is slow where all must move together: thousands of excluded records pull at one intercept. So
// after each pass of the primal form all alphas of a class are scaled by a common factor, s for the included and t for
// the excluded ones, at the exact optimum of these two numbers, and the examples that moved are visited again before
// all are. At 2,500 examples 725 passes from nothing become 50.
//
// Two forms of the same descent. `PrimalSvm` keeps w: memory of one number per feature, cost of a step the features of
// a record; for the work list. `KernelSvm` keeps the scores of all records and the matrix of inner products: a step
// costs one row of it, and where most alphas stay as they are (one more label) nothing else is paid; for simulations,
// which train once per record. Each is the other's test.
//
// Source: hsieh2008.
// Tests:  screening/svm_test.cpp (gradient of the primal at the answer; both forms; a naive descent on the primal).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "screening/sparse_rows.hpp"

namespace hedgerow::screening {

/// A labelled record. `label` is 1 or -1; `cost` is C_i > 0.
struct Example {
  std::size_t row = 0;
  int label = 1;
  double cost = 1;
};

/// How far an alpha's gradient (in units of the margin, which is 1) may be from zero at the end.
inline constexpr double kSvmTolerance = 0.01;

class PrimalSvm {
 public:
  /// `rows` must live as long as this. `intercept` is the square of the constant feature.
  PrimalSvm(const SparseRows& rows, double intercept);

  /// Fits the examples (each row at most once), starting from the last fit.
  void train(std::span<const Example> examples, double tolerance = kSvmTolerance);
  double score(std::size_t row) const;
  /// Back to no examples.
  void reset();

 private:
  double dot(std::size_t row) const;
  void move(std::size_t row, double step);
  void scale_classes(std::span<const Example> examples);

  const SparseRows& rows_;
  double constant_;
  std::vector<double> weights_;
  double intercept_ = 0;
  std::vector<double> signed_alpha_;    ///< y alpha of each record, 0 for what is no example
  std::vector<std::size_t> last_rows_;  ///< of the examples of the last fit
  std::vector<double> own_;             ///< squared length of each record's own features
};

/// Inner products of all pairs of records: rows * rows numbers of 4 bytes (5,000 records: 100 MB).
std::vector<float> inner_products(const SparseRows& rows);

class KernelSvm {
 public:
  /// `products` as inner_products() gives them, `squared_norm` of each record; both must live as long as this.
  KernelSvm(std::span<const float> products, std::span<const double> squared_norm, double intercept);

  void train(std::span<const Example> examples, double tolerance = kSvmTolerance);
  double score(std::size_t row) const { return static_cast<double>(scores_[row]); }
  void reset();

 private:
  void move(std::size_t row, double step);

  std::span<const float> products_;
  std::span<const double> squared_norm_;
  double constant_;
  std::vector<float> scores_;
  std::vector<double> signed_alpha_;
  std::vector<std::size_t> last_rows_;
};

}  // namespace hedgerow::screening
