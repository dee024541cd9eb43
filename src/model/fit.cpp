#include "model/fit.hpp"

#include <numeric>

#include "base/missing.hpp"
#include "model/count_model.hpp"
#include "model/detail/mixed_likelihood.hpp"
#include "model/detail/multilevel.hpp"
#include "model/detail/stratified.hpp"
#include "model/detail/univariate.hpp"
#include "model/location_scale.hpp"
#include "model/marginal.hpp"

namespace hedgerow::model {

Expected<Fit> fit(const Problem& problem) { return fit(problem, {}); }

Expected<Fit> fit(const Problem& problem, const stats::Vector& start) {
  if (std::holds_alternative<CountModel>(problem.spec())) return fit_counts(problem);
  if (std::holds_alternative<LocationScale>(problem.spec())) return fit_location_scale(problem, start);
  const auto* spec = std::get_if<Multilevel>(&problem.spec());
  if (spec == nullptr) {
    if (problem.data().v)
      return make_error(ErrorCode::not_supported,
                        "a two-level model takes independent effects; with a sampling covariance V give random effects "
                        "such as ~ 1 | study/effect",
                        "V");
    return fit_univariate(problem);
  }
  if (spec->is_nested() && !problem.data().v) return fit_multilevel(problem, start);
  return fit_mixed(problem, start);
}

stats::Vector marginal_variances(const Fit& fit) {
  stats::Vector out = fit.problem.data().vi;
  if (fit.is_location_scale()) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += fit.scale.tau2[i];
    return out;
  }
  const auto* spec = std::get_if<Multilevel>(&fit.problem.spec());
  if (spec == nullptr) {
    for (double& v : out) v += fit.tau2;
    return out;
  }
  for (std::size_t l = 0; l < fit.sigma2.size(); ++l) {
    const bool known = l < spec->r.size() && spec->r[l];
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::uint32_t group = spec->groups[l][i];
      out[i] += fit.sigma2[l] * (known ? (*spec->r[l])(group, group) : 1.0);
    }
  }
  for (std::size_t t = 0; t < fit.structured.size(); ++t)
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += effect_variance(spec->structured[t], fit.structured[t].g, i);
  return out;
}

stats::Vector solve_marginal(const Fit& fit, std::span<const double> v) {
  const auto marginal = Marginal::create(fit);
  HR_ASSERT(marginal.ok());
  return marginal->solve(v);
}

stats::Vector weights_percent(const Fit& fit) {
  stats::Vector out;
  if (const auto* spec = std::get_if<Univariate>(&fit.problem.spec())) {
    if (!spec->weighted) out.assign(fit.k(), 1.0);
    if (spec->weighted && !spec->weights.empty()) out = spec->weights;
  } else if (const auto* counts = std::get_if<CountModel>(&fit.problem.spec())) {
    if (counts->method == CountMethod::mantel_haenszel) return mantel_haenszel_weights(fit);
    if (counts->method == CountMethod::peto) return peto_weights(fit);
    return stats::Vector(fit.k(), kMissing);
  } else if (const auto* multilevel = std::get_if<Multilevel>(&fit.problem.spec())) {
    out = multilevel->weights;
  }
  if (out.empty()) out = solve_marginal(fit, stats::Vector(fit.k(), 1.0));
  const double total = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& weight : out) weight *= 100 / total;
  return out;
}

}  // namespace hedgerow::model
