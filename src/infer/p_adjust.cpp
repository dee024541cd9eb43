#include "infer/p_adjust.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::infer {
namespace {

/// Positions of the p-values that are not missing, smallest first.
std::vector<std::size_t> ascending(const stats::Vector& pval) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < pval.size(); ++i)
    if (!is_missing(pval[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pval[a] < pval[b]; });
  return order;
}

}  // namespace

Expected<stats::Vector> adjust_p_values(const stats::Vector& pval, const std::string& method) {
  const std::string kind = to_lower(method);
  stats::Vector out = pval;
  const std::vector<std::size_t> order = ascending(pval);
  const double m = static_cast<double>(order.size());
  if (kind.empty() || kind == "none") return out;
  if (kind == "bonferroni") {
    for (std::size_t i : order) out[i] = std::min(1.0, m * pval[i]);
  } else if (kind == "holm") {
    double largest = 0;
    for (std::size_t r = 0; r < order.size(); ++r) {
      largest = std::max(largest, (m - static_cast<double>(r)) * pval[order[r]]);
      out[order[r]] = std::min(1.0, largest);
    }
  } else if (kind == "bh" || kind == "fdr") {
    double smallest = 1;
    for (std::size_t r = order.size(); r-- > 0;) {
      smallest = std::min(smallest, m / static_cast<double>(r + 1) * pval[order[r]]);
      out[order[r]] = smallest;
    }
  } else {
    return make_error(ErrorCode::usage,
                      fmt::format("unknown adjustment '{}'; known are none, bonferroni, holm, bh", method));
  }
  return out;
}

}  // namespace hedgerow::infer
