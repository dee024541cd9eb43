#include "workflow/detail/groups.hpp"

#include <algorithm>
#include <numeric>

namespace hedgerow::workflow::detail {
namespace {

using RecordPair = std::pair<std::size_t, std::size_t>;

RecordPair unpack(std::uint64_t key) { return {key >> 32U, key & 0xffffffffU}; }

// Union-find whose components know the records that they must not meet.
class Components {
 public:
  explicit Components(std::size_t n) : parent_(n), size_(n, 1), foes_(n) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }

  std::size_t find(std::size_t record) {
    while (parent_[record] != record) record = parent_[record] = parent_[parent_[record]];
    return record;
  }

  void keep_apart(std::size_t a, std::size_t b) {
    foes_[a].push_back(b);
    foes_[b].push_back(a);
  }

  // Joins two components unless they hold a pair that is to be kept apart. Each foe is listed on both sides, so looking
  // at the shorter list is enough.
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    if (a == b) return;
    const auto [few, other] = foes_[a].size() < foes_[b].size() ? std::pair(a, b) : std::pair(b, a);
    for (const std::size_t foe : foes_[few])
      if (find(foe) == other) return;
    if (size_[a] < size_[b]) std::swap(a, b);
    parent_[b] = a;
    size_[a] += size_[b];
    if (foes_[a].size() < foes_[b].size()) std::swap(foes_[a], foes_[b]);
    foes_[a].insert(foes_[a].end(), foes_[b].begin(), foes_[b].end());
    foes_[b].clear();
  }

 private:
  std::vector<std::size_t> parent_, size_;
  std::vector<std::vector<std::size_t>> foes_;
};

}  // namespace

void PairWords::say(std::size_t a, std::size_t b, Word word) {
  if (a == b) return;
  if (a > b) std::swap(a, b);
  last_[(std::uint64_t{a} << 32U) | std::uint64_t{b}] = {word, said_++};
}

void PairWords::link(std::size_t a, std::size_t b, bool manual) { say(a, b, manual ? Word::manual : Word::automatic); }
void PairWords::unlink(std::size_t a, std::size_t b) { say(a, b, Word::none); }
void PairWords::different(std::size_t a, std::size_t b) { say(a, b, Word::different); }

std::vector<RecordPair> PairWords::different_pairs() const {
  std::vector<RecordPair> pairs;
  for (const auto& [key, last] : last_)
    if (last.word == Word::different) pairs.push_back(unpack(key));
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::vector<std::size_t> PairWords::groups(std::size_t n) const {
  Components components(n);
  for (const auto& [a, b] : different_pairs()) components.keep_apart(a, b);
  struct Link {
    bool automatic;
    std::size_t when;
    RecordPair pair;
    auto operator<=>(const Link&) const = default;
  };
  std::vector<Link> links;
  for (const auto& [key, last] : last_)
    if (last.word == Word::automatic || last.word == Word::manual)
      links.push_back({last.word == Word::automatic, last.when, unpack(key)});
  std::sort(links.begin(), links.end());
  for (const Link& link : links) components.join(link.pair.first, link.pair.second);

  std::vector<std::size_t> smallest(n, n), group(n);
  for (std::size_t record = 0; record < n; ++record) {
    std::size_t& first = smallest[components.find(record)];
    if (first == n) first = record;
    group[record] = first;
  }
  return group;
}

}  // namespace hedgerow::workflow::detail
