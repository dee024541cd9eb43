// M^-1 v for nested groups, and what falls out on the way: the conditional expectations of the random effects.
//
// Over a group with B = block diagonal of its children, (B + sigma2 1 1')^-1 v = B^-1 (v - delta 1) with
// delta = sigma2 1'B^-1 v / (1 + sigma2 1'B^-1 1). So one pass upward sums 1'B^-1 v and one pass downward subtracts the
// deltas; delta of a group is the BLUP of its effect when v is the residual.
#pragma once

#include <span>

#include "model/detail/nested_tree.hpp"

namespace hedgerow::model {

struct NestedSolution {
  stats::Vector solved;                ///< M^-1 v, in the order of the rows of the data
  std::vector<stats::Vector> effects;  ///< per distinct component, by group id of the specification: sigma2 Z' M^-1 v
};

/// Prepared for many right-hand sides at fixed variances (distinct components, units of the data).
class NestedSolver {
 public:
  NestedSolver(const NestedTree& tree, const stats::Vector& vi, const stats::Vector& s);

  NestedSolution solve(std::span<const double> v) const;
  /// 1_g' M^-1 1_g of every group of a distinct component, by group id.
  stats::Vector group_precision(std::size_t component) const;

 private:
  /// 1'B^-1 v of each node of each level, from the sums w v of the leaves.
  std::vector<stats::Vector> upward(const stats::Vector& leaf) const;

  const NestedTree& tree_;
  stats::Vector s_;
  stats::Vector w_;                  ///< 1 / (vi + s_row), by sorted position
  std::vector<stats::Vector> open_;  ///< per level and node: 1'B^-1 1
};

}  // namespace hedgerow::model
