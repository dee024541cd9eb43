// Shared by Mantel-Haenszel and Peto.
//
//   loglik(b) = -1/2 sum [ln(2 pi vi) + (yi - b)^2 / vi]       ML; saturated where every study has its own mean
//   restricted: -(k-1)/2 ln(2 pi) + 1/2 ln k - 1/2 sum ln vi - 1/2 ln sum(1/vi) - 1/2 sum (yi - b)^2 / vi
//
// over the studies that have an effect of their own; b is the pooled estimate, which does not maximise it.
//
// Source: viechtbauer2010 (what is reported of these methods).
#include "model/detail/stratified.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/missing.hpp"
#include "model/detail/fit_summary.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::model {
namespace {

bool has_zero(const Stratum& s, bool rates) { return s.a == 0 || s.c == 0 || (!rates && (s.b == 0 || s.d == 0)); }

bool carries_nothing(const Stratum& s, bool rates) { return s.events() == 0 || (!rates && s.others() == 0); }

stats::Vector percent(stats::Vector weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight *= 100 / total;
  return weights;
}

double mantel_haenszel_weight(const Stratum& s, const std::string& measure) {
  if (measure == "OR") return s.b / s.n() * s.c;
  if (measure == "RR") return s.c / s.n() * s.n1();
  if (measure == "RD") return s.n1() / s.n() * s.n2();
  const double total = s.t1 + s.t2;
  return measure == "IRR" ? s.c / total * s.t1 : s.t1 / total * s.t2;
}

}  // namespace

Strata pooled_strata(const Counts& counts, const CountModel& spec) {
  Strata out;
  out.rates = counts.kind == CountKind::rates;
  const std::size_t k = counts.x1.size();
  bool any_zero = false;
  for (std::size_t i = 0; i < k; ++i) {
    Stratum s;
    s.a = counts.x1[i];
    s.c = counts.x2[i];
    s.t1 = counts.n1[i];
    s.t2 = counts.n2[i];
    if (!out.rates) {
      s.b = counts.n1[i] - s.a;
      s.d = counts.n2[i] - s.c;
    }
    const bool used = !(spec.drop00 && carries_nothing(s, out.rates));
    if (!out.rates) s.difference = s.a / s.n1() - s.c / s.n2();
    any_zero = any_zero || (used && has_zero(s, out.rates));
    out.rows.push_back(s);
    out.used.push_back(used);
  }
  for (Stratum& s : out.rows) {
    const bool zero = has_zero(s, out.rates);
    const bool adds = spec.to == "all" || (spec.to == "only0" && zero) || (spec.to == "if0all" && any_zero);
    if (!adds) continue;
    for (double* cell : {&s.a, &s.c}) *cell += spec.add;
    if (out.rates) continue;
    for (double* cell : {&s.b, &s.d}) *cell += spec.add;
    if (spec.add_to_difference) s.difference = s.a / s.n1() - s.c / s.n2();
  }
  return out;
}

Checked check_constant_alone(const Data& data, const char* what) {
  if (data.p() == 1 && data.intercept) return {};
  return make_error(ErrorCode::not_supported,
                    std::string(what) +
                        " estimates one common effect and takes no moderators; a mixed model of counts (UM.FS, CM.EL) "
                        "or meta-regression of effects does",
                    "mods");
}

void heterogeneity_from_q(Fit& fit, double q, int df) {
  fit.q_e = df > 0 ? q : 0;
  fit.q_e_df = std::max(df, 0);
  fit.q_e_p = df > 0 ? stats::chi2_upper(q, df) : 1;
  fit.i2 = df > 0 && q > df ? 100 * (q - df) / q : 0;
  fit.h2 = df > 0 ? q / df : 1;
}

void summarise_single_studies(Fit& fit) {
  const Data& data = fit.problem.data();
  double k = 0, log_v = 0, w = 0, w2 = 0, rss = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (is_missing(data.yi[i]) || is_missing(data.vi[i])) continue;
    const double e = data.yi[i] - fit.beta[0];
    k += 1;
    log_v += std::log(data.vi[i]);
    w += 1 / data.vi[i];
    w2 += 1 / (data.vi[i] * data.vi[i]);
    rss += e * e / data.vi[i];
  }
  fit.counts.k_yi = static_cast<std::size_t>(k);
  heterogeneity_from_q(fit, rss, static_cast<int>(k) - 1);
  fit.vt = k > 1 ? (k - 1) * w / (w * w - w2) : kMissing;
  if (k == 0) rss = kMissing;
  const double two_pi = 2 * std::numbers::pi;
  const double ml = -0.5 * (k * std::log(two_pi) + log_v + rss);
  const double reml = -0.5 * ((k - 1) * std::log(two_pi) - std::log(k) + log_v + std::log(w) + rss);
  fit.ml = fit_statistics(ml, rss, 1, k);
  fit.reml = fit_statistics(reml, -2 * reml, 1, k - 1);
}

stats::Vector mantel_haenszel_weights(const Fit& fit) {
  const auto& spec = std::get<CountModel>(fit.problem.spec());
  const Strata strata = pooled_strata(fit.problem.data().counts, spec);
  stats::Vector out;
  for (std::size_t i = 0; i < strata.rows.size(); ++i)
    out.push_back(strata.used[i] ? mantel_haenszel_weight(strata.rows[i], spec.measure) : 0.0);
  return percent(std::move(out));
}

stats::Vector peto_weights(const Fit& fit) {
  const auto& spec = std::get<CountModel>(fit.problem.spec());
  const Strata strata = pooled_strata(fit.problem.data().counts, spec);
  stats::Vector out;
  for (std::size_t i = 0; i < strata.rows.size(); ++i) {
    const Stratum& s = strata.rows[i];
    out.push_back(strata.used[i] ? s.n1() / s.n() * (s.n2() / s.n()) * s.events() * (s.others() / (s.n() - 1)) : 0.0);
  }
  return percent(std::move(out));
}

}  // namespace hedgerow::model
