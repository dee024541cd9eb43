// A learner in its configuration: labels in, scores out. The common part of the work list and of the simulation.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "screening/configuration.hpp"
#include "screening/sparse_rows.hpp"
#include "screening/svm.hpp"

namespace hedgerow::screening {

/// What people said of a record.
struct Label {
  int relevant = 0;   ///< 1 included, -1 excluded, 0 not known
  double weight = 1;  ///< less than 1 for doubt ("maybe"); > 0
};

/// The labelled records with their costs: weight 1 for the included and n1 / (ratio n0) for the excluded ones (n1, n0:
/// sums of the weights), scaled to mean 1, times C. With one class alone each weighs 1.
std::vector<Example> weighted_examples(std::span<const Label> labels, const Configuration& configuration);

class Learner {
 public:
  virtual ~Learner() = default;
  /// Forgets everything, so that a fit doesn't depend on what was fitted before.
  virtual void reset() = 0;
  virtual void train(std::span<const Example> examples) = 0;
  /// Higher: more probably relevant. Only differences and signs mean something.
  virtual double score(std::size_t row) const = 0;
};

/// `rows` must live as long as the learner. With `many_fits` an SVM keeps all inner products (4 bytes a pair), if there
/// are at most 8,000 records: right for simulations.
std::unique_ptr<Learner> make_learner(const SparseRows& rows, const Configuration& configuration, bool many_fits);

}  // namespace hedgerow::screening
