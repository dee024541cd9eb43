// The order in which to screen what is left: a model of the labels so far, asked about the rest.
//
// A Screener keeps the features of its records and the last fit between calls: a label more costs some milliseconds.
// Adding records (a new search) changes how rare each word is, so features are made again at the next use.
//
// 4,394 records with 2,197 labels: features 0.3 s of processor time, which two cores halve, first order 0.1 s, after
// each further label 10 ms (bench/screening.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "screening/configuration.hpp"
#include "screening/learner.hpp"

namespace hedgerow::screening {

struct Ranked {
  std::size_t record = 0;  ///< in the order in which they were added
  double score = 0;
};

class Screener {
 public:
  explicit Screener(Configuration configuration = hedgerow_configuration());

  /// Adds records, unlabelled; they are numbered from size() on.
  void add(std::span<const Text> records);
  std::size_t size() const { return labels_.size(); }

  /// Sets or takes back (relevant 0) what people said of a record. A record that does not exist stops the program.
  void set_label(std::size_t record, Label label);
  const Label& label(std::size_t record) const { return labels_[record]; }

  /// The unlabelled records, the most promising first; equal scores in the order of their numbers. Without any label
  /// all scores are 0, so the order is that of adding. With one class of labels alone: the most (un)like first.
  std::vector<Ranked> rank();
  /// Of any record, labelled or not, after the labels so far.
  double score(std::size_t record);

  /// How many relevant records are expected among the unlabelled ones: an estimate, not a bound. Scores of labelled
  /// records come from fits without them (five folds); a logistic curve through them gives each unlabelled record its
  /// probability (platt1999). Empty with fewer than five labels of a class.
  std::optional<double> expected_relevant();

 private:
  void refresh();
  void train();

  Configuration configuration_;
  std::vector<Text> texts_;
  std::vector<Label> labels_;
  SparseRows rows_;
  std::unique_ptr<Learner> learner_;
  bool features_stale_ = true, fit_stale_ = true;
};

}  // namespace hedgerow::screening
