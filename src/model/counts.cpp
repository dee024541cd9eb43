#include "model/counts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace hedgerow::model {
namespace {

stats::Vector pick(const stats::Vector& values, std::span<const std::size_t> rows) {
  stats::Vector out;
  if (values.empty()) return out;
  out.reserve(rows.size());
  for (const std::size_t row : rows) out.push_back(values[row]);
  return out;
}

Checked check_group(const stats::Vector& x, const stats::Vector& n, std::size_t k, bool persons, int group) {
  if (x.size() != k || n.size() != k)
    return make_error(
        ErrorCode::input,
        fmt::format("group {} has {} counts and {} sizes, but there are {} effects", group, x.size(), n.size(), k),
        "counts");
  for (std::size_t i = 0; i < k; ++i) {
    const bool sound = std::isfinite(x[i]) && std::isfinite(n[i]) && x[i] >= 0 && n[i] > 0 && !(persons && x[i] > n[i]);
    if (!sound)
      return make_error(ErrorCode::input,
                        fmt::format("row {}, group {}: {} events in {}; a count must be 0 or more{}", i + 1, group,
                                    format_shortest(x[i]), format_shortest(n[i]),
                                    persons ? " and not above the number of persons" : ", in a time above 0"),
                        "counts");
  }
  return {};
}

}  // namespace

Counts Counts::subset(std::span<const std::size_t> rows) const {
  return {kind, pick(x1, rows), pick(n1, rows), pick(x2, rows), pick(n2, rows)};
}

Checked check_counts(const Counts& counts, std::size_t k) {
  if (counts.empty()) return {};
  const bool persons = counts.kind == CountKind::tables || counts.kind == CountKind::proportions;
  HR_CHECK(check_group(counts.x1, counts.n1, k, persons, 1));
  if (counts.two_groups()) HR_CHECK(check_group(counts.x2, counts.n2, k, persons, 2));
  return {};
}

}  // namespace hedgerow::model
