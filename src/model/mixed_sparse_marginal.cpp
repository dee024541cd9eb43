// M factorised at one point of the sparse likelihood: solves and traces (detail/mixed_sparse.hpp).
#include <algorithm>
#include <cmath>

#include "model/detail/mixed_sparse.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

/// Unit columns of one kind (effects or rows) taken one from each independent cluster at a time: clusters do not see
/// one another, so a single solve serves all of them.
class UnitColumns {
 public:
  /// Items by cluster, in ascending order.
  UnitColumns(const std::vector<std::uint32_t>& cluster_of_item, std::size_t clusters) : items_(clusters) {
    for (std::size_t i = 0; i < cluster_of_item.size(); ++i)
      items_[cluster_of_item[i]].push_back(static_cast<std::uint32_t>(i));
    for (const auto& items : items_) steps_ = std::max(steps_, items.size());
  }
  std::size_t steps() const { return steps_; }
  bool has(std::size_t cluster, std::size_t step) const { return step < items_[cluster].size(); }
  std::uint32_t item(std::size_t cluster, std::size_t step) const { return items_[cluster][step]; }
  std::size_t clusters() const { return items_.size(); }

 private:
  std::vector<std::vector<std::uint32_t>> items_;
  std::size_t steps_ = 0;
};

/// Kinds of derivative: the components of Z in their order, then the row level.
class TraceProducts {
 public:
  TraceProducts(const SparseMarginal& marginal)
      : marginal_(marginal), design_(marginal.design()), cluster_(design_.problem.clusters()) {
    for (const std::uint32_t c : cluster_) clusters_ = std::max(clusters_, std::size_t{c} + 1);
    cluster_of_column_.resize(design_.errors.columns());
    for (std::size_t i = 0; i < design_.k(); ++i)
      for (const std::uint32_t column : design_.errors.members(i)) cluster_of_column_[column] = cluster_[i];
  }

  std::optional<Matrix> compute() const {
    const std::size_t components = design_.first.size() - 1;
    const UnitColumns effects(cluster_of_column_, clusters_), rows(cluster_, clusters_);
    const bool row_level = std::find(design_.component.begin(), design_.component.end(), SparseDesign::row_level) !=
                           design_.component.end();
    const std::size_t steps = effects.steps() + (row_level ? rows.steps() : 0);
    if (steps * design_.k() > affordable) return std::nullopt;
    Matrix kinds(components + 1, components + 1);
    for (std::size_t step = 0; step < effects.steps(); ++step) add_effects(effects, step, kinds);
    for (std::size_t step = 0; row_level && step < rows.steps(); ++step) add_rows(rows, step, kinds);
    const std::size_t m = design_.parameters();
    Matrix out(m, m);
    const auto kind = [&](std::size_t a) { return design_.is_row_level(a) ? components : design_.component[a]; };
    for (std::size_t a = 0; a < m; ++a)
      for (std::size_t b = 0; b < m; ++b) out(a, b) = kinds(kind(a), kind(b));
    return out;
  }

 private:
  static constexpr std::size_t affordable = 20'000;  // rows solved for; beyond, differences are faster

  std::size_t component_of(std::uint32_t column) const {
    return static_cast<std::size_t>(std::upper_bound(design_.first.begin(), design_.first.end(), column) -
                                    design_.first.begin()) -
           1;
  }

  /// |Z_l'M^-1 z_g|^2 for all l, and |M^-1 z_g|^2.
  void add_effects(const UnitColumns& effects, std::size_t step, Matrix& kinds) const {
    const std::size_t components = design_.first.size() - 1;
    std::vector<std::size_t> component(clusters_, components);
    Vector unit(design_.errors.columns(), 0.0), v(design_.k(), 0.0);
    for (std::size_t c = 0; c < clusters_; ++c) {
      if (!effects.has(c, step)) continue;
      unit[effects.item(c, step)] = -1;
      component[c] = component_of(effects.item(c, step));
    }
    design_.errors.subtract(unit, v);
    const Vector x = marginal_.solve(v), sums = design_.errors.gather(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t own = component[cluster_[i]];
      if (own == components) continue;
      kinds(own, components) += x[i] * x[i];
      kinds(components, own) += x[i] * x[i];
    }
    for (std::size_t l = 0; l < components; ++l)
      for (std::size_t g = design_.first[l]; g < design_.first[l + 1]; ++g) {
        const std::size_t own = component[cluster_of_column_[g]];
        if (own != components) kinds(own, l) += sums[g] * sums[g];
      }
  }

  /// |M^-1 e_i|^2.
  void add_rows(const UnitColumns& rows, std::size_t step, Matrix& kinds) const {
    const std::size_t components = design_.first.size() - 1;
    Vector v(design_.k(), 0.0);
    for (std::size_t c = 0; c < clusters_; ++c)
      if (rows.has(c, step)) v[rows.item(c, step)] = 1;
    const Vector x = marginal_.solve(v);
    kinds(components, components) += stats::dot(x, x);
  }

  const SparseMarginal& marginal_;
  const SparseDesign& design_;
  std::vector<std::uint32_t> cluster_;
  std::size_t clusters_ = 0;
  std::vector<std::uint32_t> cluster_of_column_;
};

}  // namespace

std::optional<SparseMarginal> SparseMarginal::create(std::shared_ptr<const SparseDesign> design, const Vector& theta) {
  HR_ASSERT(theta.size() == design->parameters());
  for (const double variance : theta)
    if (!(variance >= 0) || !std::isfinite(variance)) return std::nullopt;
  SparseMarginal out;
  Vector lambda2(design->errors.columns());
  for (std::size_t a = 0; a < theta.size(); ++a) {
    if (design->is_row_level(a)) continue;
    const std::size_t c = design->component[a];
    for (std::size_t g = design->first[c]; g < design->first[c + 1]; ++g) lambda2[g] = theta[a];
  }
  out.factor_ = design->constant_factor ? design->constant_factor
                                        : ErrorFactor::create(design->errors, design->row_variance(theta));
  if (!out.factor_) return std::nullopt;
  Vector s = design->constant_factor ? design->constant_products : out.factor_->cross_products();
  out.elimination_ = stats::SparseElimination::create(design->errors.pattern(), std::move(s), lambda2);
  if (!out.elimination_) return std::nullopt;
  out.design_ = std::move(design);
  return out;
}

Vector SparseMarginal::solve(std::span<const double> v) const {
  HR_ASSERT(v.size() == design_->k());
  Vector out(v.begin(), v.end());
  if (design_->errors.columns() > 0) {
    Vector first(out);
    factor_->solve(first);
    design_->errors.subtract(elimination_->solve(design_->errors.gather(first)), out);
  }
  factor_->solve(out);
  return out;
}

Vector SparseMarginal::traces() const {
  const auto selected = elimination_->selected();
  Vector out(design_->parameters(), 0.0);
  for (std::size_t a = 0; a < out.size(); ++a) {
    if (design_->is_row_level(a)) {
      out[a] = factor_->trace_inverse(selected.u);
    } else {
      const std::size_t c = design_->component[a];
      for (std::size_t g = design_->first[c]; g < design_->first[c + 1]; ++g) out[a] += selected.t_diagonal[g];
    }
  }
  return out;
}

std::optional<Matrix> sparse_trace_products(const SparseMarginal& marginal) {
  return TraceProducts(marginal).compute();
}

}  // namespace hedgerow::model
