#include "screening/metrics.hpp"

#include <cmath>

namespace hedgerow::screening {
namespace {

// Products such as 0.95 * 20 come out a little above the whole number that they are.
constexpr double kRounding = 1e-9;

double discount(std::size_t rank) { return 1 / std::log2(static_cast<double>(rank) + 1); }

// The first k with at least `share` of the relevant ones.
std::size_t read_to(std::span<const int> labels, double share, double relevant) {
  double found = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    found += labels[i];
    if (found >= share * relevant - kRounding) return i + 1;
  }
  return labels.size();
}

}  // namespace

Metrics metrics(std::span<const int> labels) {
  Metrics result;
  result.records = labels.size();
  double found = 0, area = 0, gain = 0, ideal = 0, ranks = 0, early = 0;
  const auto n = static_cast<double>(labels.size());
  const auto tenth = static_cast<std::size_t>(std::ceil(n / 10 - kRounding));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == 1) {
      ++result.relevant;
      ideal += discount(result.relevant);
      gain += discount(i + 1);
      ranks += static_cast<double>(i + 1);
      found += 1;
    }
    area += found;
    if (i + 1 == tenth) early = found;
  }
  const double r = found;
  if (result.relevant == 0) return result;
  result.read_to_95 = read_to(labels, 0.95, r);
  result.read_to_100 = read_to(labels, 1, r);
  const auto k95 = static_cast<double>(result.read_to_95);
  result.ndcg = gain / ideal;
  result.wss_95 = (n - k95) / n - 0.05;
  result.wss_100 = (n - static_cast<double>(result.read_to_100)) / n;
  result.recall_10 = early / r;
  result.erf_10 = early / r - static_cast<double>(tenth) / n;
  result.atd = ranks / r / n;
  if (result.relevant == result.records) return result;
  result.loss = (r * (n - (r - 1) / 2) - area) / (r * (n - r));
  double relevant_read = 0;
  for (std::size_t i = 0; i < result.read_to_95; ++i) relevant_read += labels[i];
  result.tnr_95 = 1 - (k95 - relevant_read) / (n - r);
  return result;
}

}  // namespace hedgerow::screening
