#include "screening/rank.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "screening/calibrate.hpp"

namespace hedgerow::screening {
namespace {

constexpr std::size_t kFolds = 5;

}  // namespace

Screener::Screener(Configuration configuration) : configuration_(std::move(configuration)) {}

void Screener::add(std::span<const Text> records) {
  texts_.insert(texts_.end(), records.begin(), records.end());
  labels_.resize(texts_.size());
  features_stale_ = fit_stale_ = true;
}

void Screener::set_label(std::size_t record, Label label) {
  HR_ASSERT(record < labels_.size() && label.weight > 0);
  labels_[record] = label;
  fit_stale_ = true;
}

void Screener::refresh() {
  if (!features_stale_) return;
  learner_.reset();
  rows_ = features(texts_, configuration_.blocks);
  learner_ = make_learner(rows_, configuration_, false);
  features_stale_ = false;
  fit_stale_ = true;
}

void Screener::train() {
  refresh();
  if (!fit_stale_) return;
  learner_->train(weighted_examples(labels_, configuration_));
  fit_stale_ = false;
}

std::vector<Ranked> Screener::rank() {
  train();
  std::vector<Ranked> result;
  for (std::size_t record = 0; record < labels_.size(); ++record)
    if (labels_[record].relevant == 0) result.push_back({record, learner_->score(record)});
  std::stable_sort(result.begin(), result.end(), [](const Ranked& a, const Ranked& b) { return a.score > b.score; });
  return result;
}

double Screener::score(std::size_t record) {
  HR_ASSERT(record < labels_.size());
  train();
  return learner_->score(record);
}

std::optional<double> Screener::expected_relevant() {
  std::array<std::vector<std::size_t>, 2> labelled;
  for (std::size_t record = 0; record < labels_.size(); ++record)
    if (labels_[record].relevant != 0) labelled[labels_[record].relevant > 0 ? 1 : 0].push_back(record);
  if (labelled[0].size() < kFolds || labelled[1].size() < kFolds) return std::nullopt;
  refresh();
  std::vector<double> scores;
  std::vector<int> relevant;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<Label> rest = labels_;
    for (const auto& of_class : labelled)
      for (std::size_t i = fold; i < of_class.size(); i += kFolds) rest[of_class[i]].relevant = 0;
    const auto learner = make_learner(rows_, configuration_, false);
    learner->train(weighted_examples(rest, configuration_));
    for (std::size_t side = 0; side < 2; ++side)
      for (std::size_t i = fold; i < labelled[side].size(); i += kFolds) {
        scores.push_back(learner->score(labelled[side][i]));
        relevant.push_back(static_cast<int>(side));
      }
  }
  const Logistic curve = fit_logistic(scores, relevant);
  double expected = 0;
  for (const Ranked& record : rank()) expected += curve(record.score);
  return expected;
}

}  // namespace hedgerow::screening
