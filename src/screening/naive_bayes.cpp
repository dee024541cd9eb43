#include "screening/naive_bayes.hpp"

#include <cmath>

namespace hedgerow::screening {

std::vector<double> naive_bayes_scores(const SparseRows& rows, std::span<const Example> examples, double alpha) {
  std::vector<double> included(rows.width, 0.0), excluded(rows.width, 0.0);
  double all_included = 0, all_excluded = 0;
  // Features of one record alone differ between the classes for that record only, and it is labelled already; in the
  // sums over features they count.
  for (const Example& example : examples) {
    std::vector<double>& counts = example.label > 0 ? included : excluded;
    double& all = example.label > 0 ? all_included : all_excluded;
    const auto columns = rows.columns_of(example.row);
    const auto values = rows.values_of(example.row);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      counts[columns[k]] += example.cost * static_cast<double>(values[k]);
      all += example.cost * static_cast<double>(values[k]);
    }
    all += example.cost * rows.own_sum[example.row];
  }
  const double smoothing = alpha * static_cast<double>(rows.all_features);
  const double base = std::log((all_excluded + smoothing) / (all_included + smoothing));
  std::vector<double> ratio(rows.width);
  for (std::size_t column = 0; column < rows.width; ++column)
    ratio[column] = base + std::log((included[column] + alpha) / (excluded[column] + alpha));
  std::vector<double> scores(rows.rows());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto columns = rows.columns_of(row);
    const auto values = rows.values_of(row);
    scores[row] = base * rows.own_sum[row];
    for (std::size_t k = 0; k < columns.size(); ++k) scores[row] += static_cast<double>(values[k]) * ratio[columns[k]];
  }
  return scores;
}

}  // namespace hedgerow::screening
