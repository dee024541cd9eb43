// Heterogeneity: how much, by which definition, and how sure.
#pragma once

#include <optional>
#include <string>

#include "base/expected.hpp"
#include "infer/inference.hpp"

namespace hedgerow::infer {

/// Intervals for tau2. q_profile: Viechtbauer 2007; generalised_q: Jackson 2014, for fits by GENQ or GENQM;
/// profile_likelihood: for ML and REML; wald, wald_log: from se_tau2, on the plain and on the log scale. Whatever the
/// estimator, by the exact distribution of a Q statistic with fixed weights: jackson (2013) with 1 / sqrt(vi),
/// biggerstaff_jackson (2008) with 1 / vi, which is Cochran's Q. sidik_jonkman (2005): for fits by SJ.
enum class VarianceInterval {
  q_profile,
  generalised_q,
  profile_likelihood,
  wald,
  wald_log,
  jackson,
  biggerstaff_jackson,
  sidik_jonkman
};
/// "QP", "GENQ", "PL", "Wald", "Wald.log", "J", "BJ", "SJ" (case ignored) or the names above.
Expected<VarianceInterval> parse_variance_interval(const std::string& text);
std::string name(VarianceInterval kind);

struct VarianceOptions {
  std::optional<VarianceInterval> kind{};  ///< default: generalised_q for GENQ and GENQM, else q_profile
  double level = 0.95;
  /// Upper limit of the search; a bound beyond it is reported as this value with ub_sign ">". Default: no limit.
  std::optional<double> tau2_max{};
};

/// Intervals of tau2, tau, I2 (percent) and H2; the last three are the first, transformed with the typical variance vt.
struct VarianceIntervals {
  VarianceInterval kind = VarianceInterval::q_profile;
  Interval tau2, tau, i2, h2;
  bool null = false;  ///< the interval is empty: even tau2 = 0 leaves too little heterogeneity; both signs are "<"
};

/// Two-level models only. Errors: common-effect or multilevel fit, kind not defined for the method, k = p, vi = 0.
Expected<VarianceIntervals> variance_interval(const model::Fit& fit, const VarianceOptions& options = {});

/// Heterogeneity from Q alone (Higgins and Thompson 2002): I2 = 100 (Q - df) / Q and H2 = Q / df with their test-based
/// intervals. NaN where df = 0.
struct QHeterogeneity {
  Interval i2, h2;
};
QHeterogeneity q_heterogeneity(double q, int df, double level = 0.95);

/// I2 by level of a multilevel fit in percent, outermost first: 100 sigma2_l / (sum + vt).
stats::Vector i2_by_level(const model::Fit& fit);

}  // namespace hedgerow::infer
