// Trim and fill: how many effects seem to be missing on one side of the funnel, and the estimate with them filled in.
//
//   Side: the slope of y on sqrt(v) is negative -> missing on the right, else on the left. For the right side y is
//   negated. Repeat until k0 stays: b = estimate without the k0 largest effects; r_i = rank of |y_i - b|; S = sum of
//   r_i over y_i > b; r- = largest r_i over y_i < b;
//     L0 = (4 S - k (k + 1)) / (2 k - 1),   R0 = k - r- - 1,   Q0 = k - 1/2 - sqrt(2 k^2 - 4 S + 1/4),   k0 = max(0,
//     round).
//   Fill 2 b - y_i for the k0 largest effects and refit by the original model.
//
//   Two rules are in use, and they can give different k0 for the same data, so the result names its rule:
//     model   b by the fit's own model; ties take ranks in order; half rounds to even             (as metafor)
//     common  b by the common-effect model; ties share their mean rank; half rounds up (R0: down); side by the
//             weighted Egger regression                                                             (as meta)
//
// Source:     duval2000a, duval2000b.
// Conditions: two-level or common-effect model without moderators, k >= 2.
// Tests:      bias/trim_fill_test.cpp (naive twin, metafor's trimfill).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::bias {

enum class MissingEstimator { l0, r0, q0 };
Expected<MissingEstimator> parse_missing_estimator(const std::string& text);
std::string name(MissingEstimator estimator);

enum class Side { left, right };
Expected<Side> parse_side(const std::string& text);
std::string name(Side side);

enum class TrimRule { model, common };
Expected<TrimRule> parse_trim_rule(const std::string& text);
std::string name(TrimRule rule);

struct TrimFillOptions {
  MissingEstimator estimator = MissingEstimator::l0;
  std::optional<Side> side;  ///< nothing: chosen from the data
  TrimRule rule = TrimRule::model;
  int max_iterations = 100;
};

struct TrimFill {
  std::string estimator, rule;
  std::string side;          ///< where effects seem to be missing: "left" or "right"
  bool side_chosen = false;  ///< true if the side came from the data
  std::size_t k0 = 0;        ///< number of filled effects
  double se_k0 = 0;
  double p_k0 = 0;  ///< P(R0 >= k0) under no asymmetry, for R0; NaN for the others
  int iterations = 0;
  stats::Vector yi, vi;             ///< k + k0: the effects in their order, then the filled ones
  std::vector<bool> fill;           ///< k + k0
  std::vector<std::size_t> mirror;  ///< k0, index of the effect that each filled one mirrors
  double centre = 0;                ///< the estimate around which effects were mirrored
  model::Fit fit;                   ///< refit with the filled effects; the given fit if k0 = 0
};

/// Errors: moderators, multilevel fit, k = 1, side can't be chosen (equal variances), no convergence.
Expected<TrimFill> trim_and_fill(const model::Fit& fit, const TrimFillOptions& options = {});

}  // namespace hedgerow::bias
