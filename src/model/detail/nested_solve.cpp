#include "model/detail/nested_solve.hpp"

#include "base/error.hpp"

namespace hedgerow::model {

using stats::Vector;

NestedSolver::NestedSolver(const NestedTree& tree, const Vector& vi, const Vector& s) : tree_(tree), s_(s) {
  HR_ASSERT(vi.size() == tree.rows && s.size() == tree.distinct());
  const double s_row = tree.row_level ? s.back() : 0;
  w_.resize(tree.rows);
  for (std::size_t i = 0; i < tree.rows; ++i) w_[i] = 1 / (vi[tree.row(i)] + s_row);
  // 1'B^-1 1 does not need open_ below the level that is summed, so it can be filled from the innermost level outward.
  open_.assign(tree.levels(), {});
  for (std::size_t l = tree.levels(); l-- > 0;) {
    const auto& first = tree.first[l];
    open_[l].assign(first.size() - 1, 0.0);
    const bool innermost = l + 1 == tree.levels();
    for (std::size_t g = 0; g + 1 < first.size(); ++g)
      for (std::size_t child = first[g]; child < first[g + 1]; ++child)
        open_[l][g] += innermost ? w_[child] : open_[l + 1][child] / (1 + s_[l + 1] * open_[l + 1][child]);
  }
}

std::vector<Vector> NestedSolver::upward(const Vector& leaf) const {
  std::vector<Vector> sums(tree_.levels());
  for (std::size_t l = tree_.levels(); l-- > 0;) {
    const auto& first = tree_.first[l];
    sums[l].assign(first.size() - 1, 0.0);
    const bool innermost = l + 1 == tree_.levels();
    for (std::size_t g = 0; g + 1 < first.size(); ++g)
      for (std::size_t child = first[g]; child < first[g + 1]; ++child)
        sums[l][g] += innermost ? leaf[child] : sums[l + 1][child] / (1 + s_[l + 1] * open_[l + 1][child]);
  }
  return sums;
}

NestedSolution NestedSolver::solve(std::span<const double> v) const {
  HR_ASSERT(v.size() == tree_.rows);
  Vector leaf(tree_.rows);
  for (std::size_t i = 0; i < tree_.rows; ++i) leaf[i] = w_[i] * v[tree_.row(i)];
  const std::vector<Vector> sums = upward(leaf);
  NestedSolution out;
  out.solved.resize(tree_.rows);
  out.effects.resize(tree_.distinct());
  // `above` holds, for each child of the level, the sum of the deltas of all groups that it lies in.
  Vector above(tree_.levels() > 0 ? tree_.first[0].size() - 1 : 0, 0.0);
  for (std::size_t l = 0; l < tree_.levels(); ++l) {
    const auto& first = tree_.first[l];
    out.effects[l].resize(first.size() - 1);
    Vector below(first.back(), 0.0);
    for (std::size_t g = 0; g + 1 < first.size(); ++g) {
      const double a = open_[l][g];
      const double delta = s_[l] * (sums[l][g] - above[g] * a) / (1 + s_[l] * a);
      out.effects[l][tree_.id[l][g]] = delta;
      for (std::size_t child = first[g]; child < first[g + 1]; ++child) below[child] = above[g] + delta;
    }
    above = std::move(below);
  }
  for (std::size_t i = 0; i < tree_.rows; ++i)
    out.solved[tree_.row(i)] = leaf[i] - (above.empty() ? 0.0 : w_[i] * above[i]);
  if (tree_.row_level) {
    out.effects.back().resize(tree_.rows);
    for (std::size_t i = 0; i < tree_.rows; ++i) out.effects.back()[i] = s_.back() * out.solved[i];
  }
  return out;
}

Vector NestedSolver::group_precision(std::size_t component) const {
  // Closing an outer group with u = 1 / (1 + s a) takes s u c^2 from 1_g'M^-1 1_g, c = 1_g'M^-1 1, and turns c into c
  // u. So all that is lost to the outer groups is own^2 times a number that is the same for all children of one group.
  const bool rows = tree_.row_level && component + 1 == tree_.distinct();
  const std::size_t depth = rows ? tree_.levels() : component;
  Vector loss;  // for each node of the level: 1_g'M^-1 1_g = own - own^2 * loss
  const std::size_t outermost = tree_.levels() > 0 ? tree_.first[0].size() - 1 : tree_.rows;
  loss.assign(outermost, 0.0);
  for (std::size_t l = 0; l < depth; ++l) {
    const auto& first = tree_.first[l];
    Vector next(first.back());
    for (std::size_t g = 0; g + 1 < first.size(); ++g) {
      const double u = 1 / (1 + s_[l] * open_[l][g]);
      for (std::size_t child = first[g]; child < first[g + 1]; ++child) next[child] = s_[l] * u + u * u * loss[g];
    }
    loss = std::move(next);
  }
  Vector out(loss.size());
  for (std::size_t g = 0; g < out.size(); ++g) {
    const double own = rows ? w_[g] : open_[depth][g] / (1 + s_[depth] * open_[depth][g]);
    out[rows ? tree_.row(g) : tree_.id[depth][g]] = own - own * own * loss[g];
  }
  return out;
}

}  // namespace hedgerow::model
