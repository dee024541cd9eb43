// The tree of groups behind ~ 1 | a/b/c.
//
// Rows are put in an order in which every group is one run. A level whose groups are those of the level above is the
// same random effect twice, so levels are merged into distinct ones, each of which knows the components that it stands
// for. The level with one group per row is not a level of the tree: its variance is added to vi.
#pragma once

#include <cstdint>
#include <vector>

#include "model/problem.hpp"

namespace hedgerow::model {

struct NestedTree {
  std::size_t rows = 0;
  std::vector<std::uint32_t> order;  ///< sorted position -> row; empty if the rows came in order
  /// Per level (outermost first): node g has the children first[l][g] .. first[l][g + 1] - 1 of level l + 1, or rows.
  std::vector<std::vector<std::uint32_t>> first;
  std::vector<std::vector<std::uint32_t>> id;  ///< per level: node -> its group in Multilevel::groups
  bool row_level = false;                      ///< a component with one group per row exists (the last distinct one)
  /// Per distinct component (levels of the tree, then the row level): indices into Multilevel::groups.
  std::vector<std::vector<std::size_t>> components;
  std::vector<std::size_t> group_count;  ///< per level of the specification

  std::size_t levels() const { return first.size(); }
  std::size_t distinct() const { return components.size(); }
  std::size_t row(std::size_t position) const { return order.empty() ? position : order[position]; }

  /// Needs components that are nested in some order (Multilevel::is_nested).
  static NestedTree build(const Multilevel& spec, std::size_t rows);
  /// Variances of the distinct components from those of the specification.
  stats::Vector distinct_variances(const stats::Vector& sigma2) const;
};

}  // namespace hedgerow::model
