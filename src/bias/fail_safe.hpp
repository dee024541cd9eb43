// Fail-safe N: the smallest number of further studies, averaging null results, that would overturn the conclusion.
//
//   Rosenthal  z = |sum_i z_i| / root k, one-sided:    N = k z^2 / z_{1 - alpha}^2 - k
//   Orwin      mean m (weights 1 / vi, or equal), target t:   N = k (m - t) / t
//   Rosenberg  common-effect mean m with weights w_i = 1 / vi, two-sided:
//              N = ((sum w_i y_i / z_{1 - alpha/2})^2 - sum w_i) vh,   vh = k / sum w_i, the harmonic mean of vi
//   General    the fit's own model: smallest N with p >= alpha, or |mean| <= |target|, after N studies were added with
//              sampling variance vh and mean 0.
//     exact      the model is fitted again to the k + N studies; the added effects have mean 0 and sample variance
//                vh + tau2 (half of them at one value, half at its negative, for odd N one at 0)
//     else       tau2(N) = ((k - 1) tau2 + max(0, N - 1) tau2 + k (m - g)^2 + N g^2) / (k + N - 1),  g = k m / (k + N);
//                mean and z from weights 1 / (v + tau2(N)). For a common-effect fit tau2(N) = 0.
//
// All N are rounded up. N = 0 where the conclusion does not hold to begin with. A target of the other sign than the
// mean has its sign flipped; a target of 0 needs infinitely many studies.
//
// Source:     rosenthal1979; orwin1983; rosenberg2005; General: definition of metafor's fsn (viechtbauer2010).
// Conditions: two-level or common-effect fit without moderators and given weights, k >= 2, vi > 0.
// Fails when: N would be above kMostAdded; the answer then says so instead of a number.
// Tests:      bias/fail_safe_test.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::bias {

/// The search of the general method ends here.
inline constexpr double kMostAdded = 1e7;

enum class FailSafeKind { rosenthal, orwin, rosenberg, general };
/// "Rosenthal", "Orwin", "Rosenberg", "General", in any case.
Expected<FailSafeKind> parse_fail_safe(const std::string& text);
std::string name(FailSafeKind kind);

struct FailSafeOptions {
  FailSafeKind kind = FailSafeKind::rosenthal;
  double alpha = 0.05;             ///< one-sided for Rosenthal, two-sided for Rosenberg and General
  std::optional<double> target{};  ///< Orwin: default half the mean; General: default none (p = alpha)
  bool exact = false;              ///< General; always so for tests other than z
  bool weighted = true;            ///< Orwin
  infer::Options inference{};      ///< test of the general method
};

/// Numbers that a kind does not have are NaN.
struct FailSafe {
  FailSafeKind kind = FailSafeKind::rosenthal;
  double fsnum = 0;                    ///< infinite for target 0
  bool beyond = false;                 ///< N is above kMostAdded, which is what fsnum then holds
  double est = 0, tau2 = 0, pval = 0;  ///< of the observed studies
  double alpha = 0, target = 0;
  double est_fsn = 0, tau2_fsn = 0, pval_fsn = 0;  ///< with the added studies
  std::vector<std::string> notes{};
};

/// Errors: see Conditions; alpha outside (0, 1); a refit that fails.
Expected<FailSafe> fail_safe(const model::Fit& fit, const FailSafeOptions& options = {});

}  // namespace hedgerow::bias
