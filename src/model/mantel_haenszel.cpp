// Common effect of stratified tables or rates by Mantel and Haenszel. Sums over studies; N = n1 + n2, T = t1 + t2.
//
//   OR   R = sum a d/N, S = sum b c/N, b = ln(R/S);  P = (a+d)/N, Q = (b+c)/N, with Ri = a d/N, Si = b c/N
//        Var = 1/2 [sum P Ri / R^2 + sum (P Si + Q Ri) / (R S) + sum Q Si / S^2]                        [robins1986]
//   RR   R = sum a n2/N, S = sum c n1/N, b = ln(R/S);  Var = sum [n1 n2 (a+c)/N^2 - a c/N] / (R S)   [greenland1985]
//   RD   W = sum n1 n2/N, b = sum (a n2 - c n1)/N / W
//        Var = [b sum(c n1^2 - a n2^2 + n1 n2 (n2-n1)/2)/N^2 + 1/2 sum(a (n2-c) + c (n1-a))/N] / W^2       [sato1989]
//        or  sum [a b n2^2/(n1 N^2) + c d n1^2/(n2 N^2)] / W^2                                        [greenland1985]
//   IRR  R = sum x1 t2/T, S = sum x2 t1/T, b = ln(R/S);  Var = sum t1 t2 (x1+x2)/T^2 / (R S)          [rothman2008]
//   IRD  W = sum t1 t2/T, b = sum (x1 t2 - x2 t1)/T / W;  Var = sum (t1 t2/T)^2 (x1/t1^2 + x2/t2^2) / W^2
//
// Tests (OR):  E = n1 (a+c)/N, V = n1 n2 (a+c)(b+d) / (N^2 (N-1))
//   CMH   (|sum(a - E)| - 1/2)^2 / sum V;   Cochran's the same with N^3 in V's denominator;  without the 1/2 if not
//         `correct`. IRR: V = (x1+x2) t1 t2/T^2.
//   BD    sum (a - A)^2 / v, A the expected a under the common OR (root of a quadratic), v = 1 / sum of 1/cells
//   TA    BD - (sum(a - A))^2 / sum v                                                         [breslow1980, tarone1985]
//
// Fails when: R or S is 0 (no study has events, or non-events, where they are needed): then the estimate does not
// exist, coefficients are NaN, and a warning says so.
// Tests:      model/mantel_haenszel_test.cpp; reference family mh_peto.
#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "model/detail/stratified.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::model {
namespace {

struct Pooled {
  double b = kMissing;
  double variance = kMissing;
};

using Used = std::vector<Stratum>;

Pooled odds_ratio(const Used& strata) {
  double r = 0, s = 0, pr = 0, ps_qr = 0, qs = 0;
  for (const Stratum& t : strata) {
    const double n = t.n();
    const double p = t.a / n + t.d / n, q = t.b / n + t.c / n;
    const double ri = t.a / n * t.d, si = t.b / n * t.c;
    r += ri;
    s += si;
    pr += p * ri;
    ps_qr += p * si + q * ri;
    qs += q * si;
  }
  if (r == 0 || s == 0) return {};
  return {std::log(r / s), 0.5 * (pr / r / r + ps_qr / r / s + qs / s / s)};
}

Pooled risk_ratio(const Used& strata) {
  double r = 0, s = 0, v = 0;
  for (const Stratum& t : strata) {
    const double n = t.n();
    r += t.a * (t.n2() / n);
    s += t.c * (t.n1() / n);
    // n1 n2 (a + c) / N^2 - a c / N without its cancellation.
    v += t.a / n * (t.n1() / n) * t.d + t.c / n * (t.n2() / n) * t.b;
  }
  if (r == 0 || s == 0) return {};
  return {std::log(r / s), v / r / s};
}

Pooled risk_difference(const Used& strata, bool sato) {
  double w = 0, d = 0, p = 0, q = 0, gr = 0;
  for (const Stratum& t : strata) {
    const double n = t.n(), f1 = t.n1() / n, f2 = t.n2() / n;
    w += t.n1() * f2;
    d += t.n1() * f2 * t.difference;
    p += t.c * f1 * f1 - t.a * f2 * f2 + f1 * f2 * (t.n2() - t.n1()) / 2;
    q += (t.a * t.d + t.c * t.b) / n;
    gr += t.a * (t.b / t.n1()) * f2 * f2 + t.c * (t.d / t.n2()) * f1 * f1;
  }
  if (w == 0) return {};
  const double b = d / w;
  if (!sato) return {b, gr / (w * w)};
  // Events in all, or in none, leave only rounding errors.
  constexpr double kRounding = 1e-12;
  const double v = b * p + q / 2;
  return {b, (v < 0 && v > -kRounding * w ? 0 : v) / (w * w)};
}

Pooled rate_ratio(const Used& strata) {
  double r = 0, s = 0, v = 0;
  for (const Stratum& t : strata) {
    const double f1 = t.t1 / (t.t1 + t.t2), f2 = t.t2 / (t.t1 + t.t2);
    r += t.a * f2;
    s += t.c * f1;
    v += f1 * f2 * t.events();
  }
  if (r == 0 || s == 0) return {};
  return {std::log(r / s), v / r / s};
}

Pooled rate_difference(const Used& strata) {
  double w = 0, d = 0, v = 0;
  for (const Stratum& t : strata) {
    const double f1 = t.t1 / (t.t1 + t.t2), f2 = t.t2 / (t.t1 + t.t2);
    w += t.t1 * f2;
    d += t.a * f2 - t.c * f1;
    v += f2 * f2 * t.a + f1 * f1 * t.c;
  }
  if (w == 0) return {};
  return {d / w, v / (w * w)};
}

Pooled pool(const Used& strata, const CountModel& spec) {
  if (spec.measure == "OR") return odds_ratio(strata);
  if (spec.measure == "RR") return risk_ratio(strata);
  if (spec.measure == "RD") return risk_difference(strata, spec.sato);
  return spec.measure == "IRR" ? rate_ratio(strata) : rate_difference(strata);
}

/// (|difference| - 1/2)^2 / variance; NaN where nothing varies.
double corrected_square(double difference, double variance, bool correct) {
  if (!(variance > 0)) return kMissing;
  const double distance = std::fabs(difference) - (correct ? 0.5 : 0.0);
  return distance * distance / variance;
}

void test_association(CountFit& out, const Used& strata, bool rates, bool correct) {
  double difference = 0, v_mh = 0, v_cochran = 0;
  for (const Stratum& t : strata) {
    const double total = rates ? t.t1 + t.t2 : t.n();
    const double f1 = (rates ? t.t1 : t.n1()) / total;
    difference += t.a - f1 * t.events();
    if (rates) {
      v_mh += f1 * (1 - f1) * t.events();
    } else if (total > 1) {
      const double v = f1 * (1 - f1) * t.events() * t.others();
      v_mh += v / (total - 1);
      v_cochran += v / total;
    }
  }
  out.mh = corrected_square(difference, v_mh, correct);
  out.mh_p = is_missing(out.mh) ? kMissing : stats::chi2_upper(out.mh, 1);
  if (rates) return;
  out.co = corrected_square(difference, v_cochran, correct);
  out.co_p = is_missing(out.co) ? kMissing : stats::chi2_upper(out.co, 1);
}

/// Expected first cell of a table with its margins and odds ratio psi: the root of
/// (psi - 1) A^2 - A (psi (n1 + m) + n2 - m) + psi n1 m = 0,  m = a + c, that lies within the margins.
double expected_cell(const Stratum& t, double psi) {
  const double n1 = t.n1(), n2 = t.n2(), m = t.events();
  const double linear = psi * (n1 + m) + (n2 - m);
  const double root = std::sqrt(std::max(0.0, linear * linear - 4 * (psi - 1) * psi * n1 * m));
  // The form without cancellation: psi = 1 needs no case of its own.
  return 2 * psi * n1 * m / (linear + root);
}

void test_homogeneity(CountFit& out, const Used& strata, double psi) {
  double bd = 0, difference = 0, variance = 0;
  for (const Stratum& t : strata) {
    if (!(t.events() > 0 && t.others() > 0)) continue;
    ++out.k_pos;
    if (is_missing(psi)) continue;
    const double a = expected_cell(t, psi);
    const double m = t.events(), n1 = t.n1(), n2 = t.n2();
    const double v = 1 / (1 / a + 1 / (n1 - a) + 1 / (m - a) + 1 / (n2 - m + a));
    bd += (t.a - a) * (t.a - a) / v;
    difference += t.a - a;
    variance += v;
  }
  if (is_missing(psi) || out.k_pos == 0) return;
  out.bd = bd;
  out.ta = std::max(0.0, bd - difference * difference / variance);
  if (out.k_pos < 2) return;
  const auto df = static_cast<double>(out.k_pos - 1);
  out.bd_p = stats::chi2_upper(out.bd, df);
  out.ta_p = stats::chi2_upper(out.ta, df);
}

CountFit undefined_tests() {
  CountFit out;
  for (double* field : {&out.mh, &out.mh_p, &out.co, &out.co_p, &out.bd, &out.bd_p, &out.ta, &out.ta_p})
    *field = kMissing;
  return out;
}

}  // namespace

Expected<Fit> fit_mantel_haenszel(const Problem& problem) {
  HR_CHECK(check_constant_alone(problem.data(), "the Mantel-Haenszel method"));
  const auto& spec = std::get<CountModel>(problem.spec());
  const Strata strata = pooled_strata(problem.data().counts, spec);
  Used used;
  for (std::size_t i = 0; i < strata.rows.size(); ++i)
    if (strata.used[i]) used.push_back(strata.rows[i]);
  const Pooled pooled = pool(used, spec);
  Fit fit{.problem = problem};
  fit.method = "MH";
  fit.beta = {pooled.b};
  fit.vb = stats::Matrix(1, 1, pooled.variance);
  fit.se_tau2 = fit.r2 = kMissing;
  fit.counts = undefined_tests();
  if (spec.measure == "OR" || spec.measure == "IRR") test_association(fit.counts, used, strata.rates, spec.correct);
  if (spec.measure == "OR") test_homogeneity(fit.counts, used, std::exp(pooled.b));
  summarise_single_studies(fit);
  fit.certificate.algorithm = "closed form";
  fit.certificate.converged = true;
  if (is_missing(pooled.b))
    fit.certificate.warnings.push_back(
        "the Mantel-Haenszel estimate does not exist: no study has " +
        std::string(spec.measure == "OR" ? "both an event in one group and a non-event in the other, in both directions"
                                         : "events in one of the groups"));
  return fit;
}

}  // namespace hedgerow::model
