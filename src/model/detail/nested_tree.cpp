#include "model/detail/nested_tree.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace hedgerow::model {
namespace {

using Groups = std::vector<std::uint32_t>;

std::size_t count_groups(const Groups& groups) {
  std::uint32_t largest = 0;
  for (const std::uint32_t g : groups) largest = std::max(largest, g);
  return groups.empty() ? 0 : std::size_t{largest} + 1;
}

/// Whether every group is one run of rows.
bool contiguous(const Groups& groups, std::size_t count) {
  std::size_t runs = groups.empty() ? 0 : 1;
  for (std::size_t i = 1; i < groups.size(); ++i) runs += groups[i] != groups[i - 1] ? 1U : 0U;
  return runs == count;
}

/// Stable counting sort of `order` by group.
void sort_by_group(const Groups& groups, std::size_t count, Groups& order) {
  Groups start(count + 1, 0);
  for (const std::uint32_t g : groups) ++start[g + 1];
  for (std::size_t g = 0; g < count; ++g) start[g + 1] += start[g];
  Groups sorted(order.size());
  for (const std::uint32_t row : order) sorted[start[groups[row]]++] = row;
  order = std::move(sorted);
}

}  // namespace

NestedTree NestedTree::build(const Multilevel& spec, std::size_t rows) {
  NestedTree tree;
  tree.rows = rows;
  std::vector<std::size_t> levels;  // one specification level for each level of the tree
  for (const auto& groups : spec.groups) {
    HR_ASSERT(groups.size() == rows);
    tree.group_count.push_back(count_groups(groups));
  }
  std::size_t above = 0;  // groups of the level before; no level has none
  for (const std::size_t l : spec.outermost_first()) {
    const bool same = tree.group_count[l] == std::exchange(above, tree.group_count[l]);
    if (!same) {
      tree.components.emplace_back();
      if (tree.group_count[l] == rows) {
        tree.row_level = true;
      } else {
        levels.push_back(l);
      }
    }
    tree.components.back().push_back(l);
  }
  bool in_order = true;
  for (const std::size_t l : levels) in_order = in_order && contiguous(spec.groups[l], tree.group_count[l]);
  if (!in_order) {
    tree.order.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) tree.order[i] = static_cast<std::uint32_t>(i);
    for (std::size_t n = levels.size(); n-- > 0;)
      sort_by_group(spec.groups[levels[n]], tree.group_count[levels[n]], tree.order);
  }
  // Node starts as rows, then as children: a node of level l starts at the first of its children.
  for (const std::size_t l : levels) {
    Groups start, id;
    start.reserve(tree.group_count[l] + 1);
    id.reserve(tree.group_count[l]);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint32_t g = spec.groups[l][tree.row(i)];
      if (id.empty() || id.back() != g) {
        id.push_back(g);
        start.push_back(static_cast<std::uint32_t>(i));
      }
    }
    HR_ASSERT(id.size() == tree.group_count[l]);
    start.push_back(static_cast<std::uint32_t>(rows));
    tree.first.push_back(std::move(start));
    tree.id.push_back(std::move(id));
  }
  for (std::size_t l = 0; l + 1 < tree.first.size(); ++l) {
    std::uint32_t child = 0;
    for (std::uint32_t& begin : tree.first[l]) {
      while (tree.first[l + 1][child] != begin) ++child;
      begin = child;
    }
  }
  return tree;
}

stats::Vector NestedTree::distinct_variances(const stats::Vector& sigma2) const {
  stats::Vector out;
  for (const auto& component : components) {
    double sum = 0;
    for (const std::size_t l : component) sum += sigma2[l];
    out.push_back(sum);
  }
  return out;
}

}  // namespace hedgerow::model
