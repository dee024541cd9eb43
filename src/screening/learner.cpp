#include "screening/learner.hpp"

#include "base/error.hpp"
#include "screening/naive_bayes.hpp"

namespace hedgerow::screening {
namespace {

// 256 MB of inner products.
constexpr std::size_t kMostForProducts = 8000;

class PrimalLearner : public Learner {
 public:
  PrimalLearner(const SparseRows& rows, double intercept) : svm_(rows, intercept) {}
  void reset() override { svm_.reset(); }
  void train(std::span<const Example> examples) override { svm_.train(examples); }
  double score(std::size_t row) const override { return svm_.score(row); }

 private:
  PrimalSvm svm_;
};

class KernelLearner : public Learner {
 public:
  KernelLearner(const SparseRows& rows, double intercept)
      : products_(inner_products(rows)), svm_(products_, rows.squared_norm, intercept) {}
  void reset() override { svm_.reset(); }
  void train(std::span<const Example> examples) override { svm_.train(examples); }
  double score(std::size_t row) const override { return svm_.score(row); }

 private:
  std::vector<float> products_;
  KernelSvm svm_;
};

class BayesLearner : public Learner {
 public:
  BayesLearner(const SparseRows& rows, double alpha) : rows_(rows), alpha_(alpha), scores_(rows.rows(), 0.0) {}
  void reset() override {}
  void train(std::span<const Example> examples) override { scores_ = naive_bayes_scores(rows_, examples, alpha_); }
  double score(std::size_t row) const override { return scores_[row]; }

 private:
  const SparseRows& rows_;
  double alpha_;
  std::vector<double> scores_;
};

}  // namespace

std::vector<Example> weighted_examples(std::span<const Label> labels, const Configuration& configuration) {
  double included = 0, excluded = 0, count = 0;
  for (const Label& label : labels) {
    if (label.relevant == 0) continue;
    HR_ASSERT(label.weight > 0);
    (label.relevant > 0 ? included : excluded) += label.weight;
    count += 1;
  }
  const bool both = included > 0 && excluded > 0;
  const double of_excluded = both ? included / (configuration.ratio * excluded) : 1;
  const double sum = included + of_excluded * excluded;
  const double cost = configuration.learner == Configuration::Learner::svm ? configuration.cost : 1;
  std::vector<Example> result;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row].relevant == 0) continue;
    const double weight = labels[row].weight * (labels[row].relevant > 0 ? 1 : of_excluded);
    result.push_back({row, labels[row].relevant > 0 ? 1 : -1, cost * weight * count / sum});
  }
  return result;
}

std::unique_ptr<Learner> make_learner(const SparseRows& rows, const Configuration& configuration, bool many_fits) {
  if (configuration.learner == Configuration::Learner::naive_bayes)
    return std::make_unique<BayesLearner>(rows, configuration.smoothing);
  if (many_fits && rows.rows() <= kMostForProducts)
    return std::make_unique<KernelLearner>(rows, configuration.intercept);
  return std::make_unique<PrimalLearner>(rows, configuration.intercept);
}

}  // namespace hedgerow::screening
