#include "model/fit.hpp"

#include <numeric>

#include "model/detail/multilevel.hpp"
#include "model/detail/univariate.hpp"

namespace hedgerow::model {

Expected<Fit> fit(const Problem& problem) {
  if (std::holds_alternative<Multilevel>(problem.spec())) return fit_multilevel(problem);
  return fit_univariate(problem);
}

stats::Vector marginal_variances(const Fit& fit) {
  const double added = fit.is_multilevel() ? std::accumulate(fit.sigma2.begin(), fit.sigma2.end(), 0.0) : fit.tau2;
  stats::Vector out = fit.problem.data().vi;
  for (double& v : out) v += added;
  return out;
}

stats::Vector solve_marginal(const Fit& fit, std::span<const double> v) {
  if (fit.is_multilevel()) return solve_marginal_multilevel(fit.problem, fit.sigma2, v);
  const stats::Vector& vi = fit.problem.data().vi;
  HR_ASSERT(v.size() == vi.size());
  stats::Vector out(v.begin(), v.end());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] /= vi[i] + fit.tau2;
  return out;
}

stats::Vector weights_percent(const Fit& fit) {
  stats::Vector out;
  if (const auto* spec = std::get_if<Univariate>(&fit.problem.spec())) {
    if (!spec->weighted) out.assign(fit.k(), 1.0);
    if (spec->weighted && !spec->weights.empty()) out = spec->weights;
  }
  if (out.empty()) out = solve_marginal(fit, stats::Vector(fit.k(), 1.0));
  const double total = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& weight : out) weight *= 100 / total;
  return out;
}

}  // namespace hedgerow::model
