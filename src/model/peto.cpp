// Common odds ratio by Peto's one-step method.
//
//   E = n1 (a+c)/N,  V = n1 n2 (a+c)(b+d) / (N^2 (N-1))
//   b = sum(a - E) / sum V,  Var = 1 / sum V
//   Q = sum (a-E)^2/V - (sum(a-E))^2 / sum V ~ chi2(tables with V > 0, less 1)
//
// Studies without events, or with nothing else, have V = 0 and weigh nothing. Good for rare events, small effects and
// groups of like size; biased where effects are large or groups unequal.
//
// Source:     yusuf1985.
// Fails when: V is 0 in every study; then the coefficient is NaN, and a warning says so.
// Tests:      model/mantel_haenszel_test.cpp; reference family mh_peto.
#include <cmath>

#include "base/missing.hpp"
#include "model/detail/stratified.hpp"

namespace hedgerow::model {

Expected<Fit> fit_peto(const Problem& problem) {
  HR_CHECK(check_constant_alone(problem.data(), "Peto's method"));
  const auto& spec = std::get<CountModel>(problem.spec());
  const Strata strata = pooled_strata(problem.data().counts, spec);
  double difference = 0, variance = 0, squares = 0;
  std::size_t informative = 0;
  for (std::size_t i = 0; i < strata.rows.size(); ++i) {
    const Stratum& t = strata.rows[i];
    if (!strata.used[i] || !(t.events() > 0 && t.others() > 0 && t.n() > 1)) continue;
    const double n = t.n();
    const double v = t.n1() / n * (t.n2() / n) * t.events() * (t.others() / (n - 1));
    const double e = t.a - t.n1() / n * t.events();
    difference += e;
    variance += v;
    squares += e * e / v;
    ++informative;
  }
  Fit fit{.problem = problem};
  fit.method = "PETO";
  fit.beta = {variance > 0 ? difference / variance : kMissing};
  fit.vb = stats::Matrix(1, 1, variance > 0 ? 1 / variance : kMissing);
  fit.se_tau2 = fit.r2 = kMissing;
  summarise_single_studies(fit);
  fit.counts.k_pos = informative;
  const double q = variance > 0 ? squares - difference * difference / variance : 0;
  heterogeneity_from_q(fit, q > 0 ? q : 0, static_cast<int>(informative) - 1);
  fit.certificate.algorithm = "closed form";
  fit.certificate.converged = true;
  if (!(variance > 0))
    fit.certificate.warnings.push_back("Peto's estimate does not exist: no study has both events and non-events");
  return fit;
}

}  // namespace hedgerow::model
