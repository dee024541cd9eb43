// The usual scoring of deduplication: of every true group exactly one record has to stay.
//
// A group of size m with s records left: s - 1 surplus ones were kept (false negatives), m - s were removed rightly; if
// none was left, m - 1 were removed rightly and one wrongly. Defined by the benchmark of wagner2024.
#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "dedup/dedup.hpp"

namespace hedgerow::dedup {
namespace {

double share(long part, long other) {
  return part + other == 0 ? 1 : static_cast<double>(part) / static_cast<double>(part + other);
}

}  // namespace

double Score::sensitivity() const { return share(tp, fn); }
double Score::specificity() const { return share(tn, fp); }

Score score(const std::vector<bool>& removed, std::span<const std::size_t> truth) {
  HR_ASSERT(removed.size() == truth.size());
  struct Count {
    long size = 0, left = 0;
  };
  std::unordered_map<std::size_t, Count> groups;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    Count& count = groups[truth[i]];
    ++count.size;
    if (!removed[i]) ++count.left;
  }
  Score result;
  for (const auto& [group, count] : groups) {
    const long stayed = std::max(count.left, 1L);
    result.fn += stayed - 1;
    result.tp += count.size - stayed;
    result.fp += count.left == 0 ? 1 : 0;
  }
  result.tn = static_cast<long>(truth.size()) - result.tp - result.fn - result.fp;
  return result;
}

}  // namespace hedgerow::dedup
