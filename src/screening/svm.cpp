#include "screening/svm.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace hedgerow::screening {
namespace {

// Far more passes than any fit of ours took (50); it bounds the time where costs of very different size meet.
constexpr int kMostPasses = 1000;
constexpr int kInnerPasses = 20;
// Scaling costs as much as a pass: done where more than one example in ten moved.
constexpr std::size_t kShareForScaling = 10;

// What was an example before and is none now, or has changed sides, gives its part of w back.
template <class Move>
void drop_old(std::span<const Example> examples, std::vector<double>& signed_alpha, std::vector<std::size_t>& last_rows,
              const Move& move) {
  std::vector<int> label(signed_alpha.size(), 0);
  for (const Example& example : examples) {
    HR_ASSERT(example.row < label.size() && label[example.row] == 0 && example.cost > 0);
    label[example.row] = example.label;
  }
  for (const std::size_t row : last_rows) {
    const double alpha = signed_alpha[row];
    if (alpha == 0 || alpha * label[row] > 0) continue;
    signed_alpha[row] = 0;
    move(row, -alpha);
  }
  last_rows.clear();
  for (const Example& example : examples) last_rows.push_back(example.row);
}

// One pass over the examples, the newest first. Gives those that were too far from their optimum, in their order.
template <class Score, class Move>
std::vector<Example> pass(std::span<const Example> examples, std::vector<double>& signed_alpha, double tolerance,
                          const Score& score, const std::span<const double> squared_norm, double constant,
                          const Move& move) {
  std::vector<Example> moved;
  for (std::size_t k = examples.size(); k-- > 0;) {
    const Example& example = examples[k];
    const double diagonal = 1 / (2 * example.cost);
    const double alpha = std::abs(signed_alpha[example.row]);
    const double gradient = example.label * score(example.row) - 1 + diagonal * alpha;
    const double violation = alpha > 0 ? std::abs(gradient) : std::max(0.0, -gradient);
    if (violation <= tolerance) continue;
    const double next = std::max(0.0, alpha - gradient / (squared_norm[example.row] + constant + diagonal));
    signed_alpha[example.row] = example.label * next;
    move(example.row, example.label * (next - alpha));
    moved.push_back(example);
  }
  std::reverse(moved.begin(), moved.end());
  return moved;
}

}  // namespace

PrimalSvm::PrimalSvm(const SparseRows& rows, double intercept)
    : rows_(rows),
      constant_(intercept),
      weights_(rows.width, 0.0),
      signed_alpha_(rows.rows(), 0.0),
      own_(rows.rows(), 0.0) {
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    double shared = 0;
    for (const float value : rows.values_of(row)) shared += static_cast<double>(value) * double{value};
    own_[row] = std::max(0.0, rows.squared_norm[row] - shared);
  }
}

double PrimalSvm::dot(std::size_t row) const {
  const auto columns = rows_.columns_of(row);
  const auto values = rows_.values_of(row);
  double sum = 0;
  for (std::size_t k = 0; k < columns.size(); ++k) sum += weights_[columns[k]] * static_cast<double>(values[k]);
  return sum + intercept_ * constant_;
}

void PrimalSvm::move(std::size_t row, double step) {
  const auto columns = rows_.columns_of(row);
  const auto values = rows_.values_of(row);
  for (std::size_t k = 0; k < columns.size(); ++k) weights_[columns[k]] += step * static_cast<double>(values[k]);
  intercept_ += step;
}

// Minimises the dual over (s, t): 1/2 |s w+ + t w-|^2 + 1/2 sum D (s or t)^2 alpha^2 - sum (s or t) alpha, where w+ and
// w- are the parts of w from the two classes. Nothing is done unless both factors are positive.
void PrimalSvm::scale_classes(std::span<const Example> examples) {
  std::vector<double> included(weights_.size(), 0.0);
  double intercept = 0, length[2] = {0, 0}, linear[2] = {0, 0};
  for (const Example& example : examples) {
    const double alpha = std::abs(signed_alpha_[example.row]);
    const std::size_t side = example.label > 0 ? 1 : 0;
    length[side] += alpha * alpha * (own_[example.row] + 1 / (2 * example.cost));
    linear[side] += alpha;
    if (side == 0 || alpha == 0) continue;
    intercept += alpha;
    const auto columns = rows_.columns_of(example.row);
    const auto values = rows_.values_of(example.row);
    for (std::size_t k = 0; k < columns.size(); ++k) included[columns[k]] += alpha * static_cast<double>(values[k]);
  }
  const double other = intercept_ - intercept;
  double across = constant_ * intercept * other;
  length[1] += constant_ * intercept * intercept;
  length[0] += constant_ * other * other;
  for (std::size_t column = 0; column < weights_.size(); ++column) {
    const double excluded = weights_[column] - included[column];
    across += included[column] * excluded;
    length[1] += included[column] * included[column];
    length[0] += excluded * excluded;
  }
  const double determinant = length[1] * length[0] - across * across;
  const double s = (linear[1] * length[0] - linear[0] * across) / determinant;
  const double t = (linear[0] * length[1] - linear[1] * across) / determinant;
  if (!(s > 0 && t > 0 && std::isfinite(s) && std::isfinite(t))) return;
  for (const Example& example : examples) signed_alpha_[example.row] *= example.label > 0 ? s : t;
  for (std::size_t column = 0; column < weights_.size(); ++column)
    weights_[column] = s * included[column] + t * (weights_[column] - included[column]);
  intercept_ = s * intercept + t * other;
}

// The squared length also counts the features that only this record has. Their part of w.x is the record's own: alpha y
// times their squared length, which is added here, since w holds shared features alone.
void PrimalSvm::train(std::span<const Example> examples, double tolerance) {
  const auto moved = [this](std::size_t row, double step) { move(row, step); };
  drop_old(examples, signed_alpha_, last_rows_, moved);
  const auto score_of = [&](std::size_t row) { return dot(row) + own_[row] * signed_alpha_[row]; };
  // The few included records have high costs and take many steps, the many excluded ones few: so those that moved are
  // visited again before all are.
  const auto visit = [&](std::span<const Example> some) {
    return pass(some, signed_alpha_, tolerance, score_of, rows_.squared_norm, constant_, moved);
  };
  for (int passes = 0; passes < kMostPasses; ++passes) {
    std::vector<Example> active = visit(examples);
    if (active.empty()) return;
    const bool many = kShareForScaling * active.size() > examples.size();
    for (int inner = 0; inner < kInnerPasses && !active.empty(); ++inner) active = visit(active);
    if (many) scale_classes(examples);
  }
}

double PrimalSvm::score(std::size_t row) const { return dot(row); }

void PrimalSvm::reset() {
  std::fill(weights_.begin(), weights_.end(), 0.0);
  std::fill(signed_alpha_.begin(), signed_alpha_.end(), 0.0);
  intercept_ = 0;
  last_rows_.clear();
}

std::vector<float> inner_products(const SparseRows& rows) {
  const std::size_t n = rows.rows();
  std::vector<std::size_t> starts(rows.width + 1, 0);
  for (const std::uint32_t column : rows.columns) ++starts[column + 1];
  for (std::size_t column = 0; column < rows.width; ++column) starts[column + 1] += starts[column];
  std::vector<std::pair<std::uint32_t, float>> entries(rows.columns.size());
  std::vector<std::size_t> next(starts.begin(), starts.end() - 1);
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t k = rows.starts[row]; k < rows.starts[row + 1]; ++k)
      entries[next[rows.columns[k]]++] = {static_cast<std::uint32_t>(row), rows.values[k]};
  std::vector<float> products(n * n, 0.0F);
  for (std::size_t row = 0; row < n; ++row) {
    float* const out = products.data() + row * n;
    for (std::size_t k = rows.starts[row]; k < rows.starts[row + 1]; ++k)
      for (std::size_t e = starts[rows.columns[k]]; e < starts[rows.columns[k] + 1]; ++e)
        out[entries[e].first] += rows.values[k] * entries[e].second;
    out[row] = static_cast<float>(rows.squared_norm[row]);
  }
  return products;
}

KernelSvm::KernelSvm(std::span<const float> products, std::span<const double> squared_norm, double intercept)
    : products_(products),
      squared_norm_(squared_norm),
      constant_(intercept),
      scores_(squared_norm.size(), 0.0F),
      signed_alpha_(squared_norm.size(), 0.0) {
  HR_ASSERT(products.size() == squared_norm.size() * squared_norm.size());
}

void KernelSvm::reset() {
  std::fill(scores_.begin(), scores_.end(), 0.0F);
  std::fill(signed_alpha_.begin(), signed_alpha_.end(), 0.0);
  last_rows_.clear();
}

void KernelSvm::move(std::size_t row, double step) {
  const std::size_t n = scores_.size();
  const float* const products = products_.data() + row * n;
  const auto factor = static_cast<float>(step);
  const auto constant = static_cast<float>(constant_);
  for (std::size_t i = 0; i < n; ++i) scores_[i] += factor * (products[i] + constant);
}

void KernelSvm::train(std::span<const Example> examples, double tolerance) {
  const auto moved = [this](std::size_t row, double step) { move(row, step); };
  drop_old(examples, signed_alpha_, last_rows_, moved);
  const auto score_of = [this](std::size_t row) { return static_cast<double>(scores_[row]); };
  for (int passes = 0; passes < kMostPasses; ++passes)
    if (pass(examples, signed_alpha_, tolerance, score_of, squared_norm_, constant_, moved).empty()) return;
}

}  // namespace hedgerow::screening
