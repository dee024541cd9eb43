#include "dedup/detail/groups.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace hedgerow::dedup::detail {
namespace {

/// Beyond it a group is joined without asking for every pair: cost stays linear in a set of one record copied often.
constexpr std::size_t kMostAsked = 400;

class Groups {
 public:
  explicit Groups(std::size_t n) : group_(n), members_(n) {
    std::iota(group_.begin(), group_.end(), std::size_t{0});
    for (std::size_t i = 0; i < n; ++i) members_[i] = {i};
  }
  std::size_t of(std::size_t record) const { return group_[record]; }
  const std::vector<std::size_t>& members(std::size_t group) const { return members_[group]; }
  void join(std::size_t a, std::size_t b) {
    if (members_[a].size() < members_[b].size()) std::swap(a, b);
    for (const std::size_t record : members_[b]) group_[record] = a;
    members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
    members_[b] = {};
  }
  std::vector<std::size_t> numbered() const {
    std::vector<std::size_t> number(group_.size(), group_.size()), result(group_.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < group_.size(); ++i) {
      std::size_t& mine = number[group_[i]];
      if (mine == group_.size()) mine = next++;
      result[i] = mine;
    }
    return result;
  }

 private:
  std::vector<std::size_t> group_;
  std::vector<std::vector<std::size_t>> members_;
};

using Forbidden = std::set<std::pair<std::size_t, std::size_t>>;

bool forbidden(const Forbidden& pairs, std::size_t a, std::size_t b) {
  return !pairs.empty() && pairs.count({std::min(a, b), std::max(a, b)}) > 0;
}

bool any_pair(const Groups& groups, std::size_t a, std::size_t b,
              const std::function<bool(std::size_t, std::size_t)>& is) {
  for (const std::size_t one : groups.members(a))
    for (const std::size_t other : groups.members(b))
      if (is(one, other)) return true;
  return false;
}

}  // namespace

std::vector<std::size_t> group_records(std::size_t n, std::span<const Pair> links, const Known& known,
                                       const std::function<bool(std::size_t, std::size_t)>& clearly_different) {
  Groups groups(n);
  Forbidden apart;
  for (const auto& [a, b] : known.different) apart.emplace(std::min(a, b), std::max(a, b));
  const auto told_apart = [&apart](std::size_t a, std::size_t b) { return forbidden(apart, a, b); };
  for (const auto& [a, b] : known.same)
    if (groups.of(a) != groups.of(b) && !any_pair(groups, groups.of(a), groups.of(b), told_apart))
      groups.join(groups.of(a), groups.of(b));

  std::vector<const Pair*> order;
  for (const Pair& pair : links) order.push_back(&pair);
  std::stable_sort(order.begin(), order.end(), [](const Pair* a, const Pair* b) { return a->score > b->score; });
  for (const Pair* pair : order) {
    const std::size_t a = groups.of(pair->first), b = groups.of(pair->second);
    if (a == b || any_pair(groups, a, b, told_apart)) continue;
    const std::size_t pairs = groups.members(a).size() * groups.members(b).size();
    if (pairs > 1 && pairs <= kMostAsked && any_pair(groups, a, b, clearly_different)) continue;
    groups.join(a, b);
  }
  return groups.numbered();
}

}  // namespace hedgerow::dedup::detail
