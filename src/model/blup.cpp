// Conditional expectations of the random effects and their prediction variances.
//
//   u_l = sigma2_l Z_l' M^-1 (y - X beta)
//   Var(u_l - u) = sigma2_l - sigma2_l^2 (z'M^-1 z - z'M^-1 X vb X'M^-1 z)   for the column z of Z_l of a group
//
// Source: robinson1991 (BLUP); docs/methods/three-level.md.
#include "model/blup.hpp"

#include <cmath>

#include "model/detail/multilevel_optimum.hpp"
#include "model/detail/nested_solve.hpp"
#include "model/detail/random_effects.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

using stats::Matrix;
using stats::Vector;

Vector residuals(const Fit& fit) {
  Vector out = fitted_values(fit);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = fit.problem.data().yi[i] - out[i];
  return out;
}

Vector design_column(const Fit& fit, std::size_t j) {
  Vector out(fit.k());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = fit.problem.data().x(i, j);
  return out;
}

/// Z_l' M^-1 X for one level: groups x p.
Matrix group_sums(const std::vector<Vector>& solved_design, const std::vector<std::uint32_t>& groups,
                  std::size_t count) {
  Matrix out(count, solved_design.size());
  for (std::size_t j = 0; j < solved_design.size(); ++j)
    for (std::size_t i = 0; i < groups.size(); ++i) out(groups[i], j) += solved_design[j][i];
  return out;
}

std::vector<std::size_t> first_rows(const std::vector<std::uint32_t>& groups, std::size_t count) {
  std::vector<std::size_t> out(count, groups.size());
  for (std::size_t i = groups.size(); i-- > 0;) out[groups[i]] = i;
  return out;
}

}  // namespace

Expected<std::vector<RandomEffects>> random_effects(const Fit& fit) {
  const auto* spec = std::get_if<Multilevel>(&fit.problem.spec());
  if (spec == nullptr)
    return make_error(ErrorCode::not_supported, "random effects per level are asked of a model without levels");
  if (fit.problem.data().v || !spec->is_nested()) return marginal_random_effects(fit);
  const NestedTree tree = NestedTree::build(*spec, fit.k());
  const NestedSolver solver(tree, fit.problem.data().vi, tree.distinct_variances(fit.sigma2));
  const NestedSolution solution = solver.solve(residuals(fit));
  std::vector<Vector> solved_design;
  for (std::size_t j = 0; j < fit.p(); ++j) solved_design.push_back(solver.solve(design_column(fit, j)).solved);
  std::vector<RandomEffects> out;
  for (std::size_t d = 0; d < tree.distinct(); ++d) {
    const std::size_t any = tree.components[d].front();
    const Matrix h = group_sums(solved_design, spec->groups[any], tree.group_count[any]);
    const Vector precision = solver.group_precision(d);
    double total = 0;
    for (const std::size_t l : tree.components[d]) total += fit.sigma2[l];
    for (const std::size_t l : tree.components[d]) {
      RandomEffects effects;
      effects.name = component_name(*spec, l);
      effects.first_row = first_rows(spec->groups[l], tree.group_count[l]);
      const double sigma2 = fit.sigma2[l];
      for (std::size_t g = 0; g < precision.size(); ++g) {
        // Confounded components share the effect of their group in proportion to their variances.
        effects.intrcpt.push_back(total > 0 ? solution.effects[d][g] * (sigma2 / total) : 0.0);
        const double known = precision[g] - stats::quadratic_form(fit.vb, h.row(g));
        effects.se.push_back(std::sqrt(std::max(0.0, sigma2 - sigma2 * sigma2 * known)));
      }
      out.push_back(std::move(effects));
    }
  }
  return out;
}

Vector fitted_values(const Fit& fit) { return stats::multiply(fit.problem.data().x, fit.beta); }

}  // namespace hedgerow::model
