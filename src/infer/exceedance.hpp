// How many true effects lie beyond a threshold, and how sure it is that their mean does.
#pragma once

#include <cstddef>

#include "base/expected.hpp"
#include "infer/inference.hpp"

namespace hedgerow::infer {

struct ExceedanceOptions {
  double threshold = 0;
  bool below = false;             ///< share below the threshold instead of above it
  std::size_t replicates = 1000;  ///< of the bootstrap of the calibrated share; 0: none
  std::size_t seed = 1;
};

/// A share with its interval; NaN where it has none.
struct Share {
  double estimate = 0, se = 0, ci_lb = 0, ci_ub = 0;
};

struct Exceedance {
  /// P(mean beyond the threshold) by the confidence distribution of the mean: one-sided p-value of the opposite, by the
  /// test of the options.
  double mean = 0;
  /// P(a new true effect beyond the threshold), from the prediction distribution: error of the mean included.
  double new_effect = 0;
  /// Share of true effects beyond it, effects normal about the mean with the between-study variance; interval on the
  /// logit scale by the delta method.
  Share normal;
  /// Share of the studies' calibrated estimates beyond it, with the percentile interval of a bootstrap of the studies.
  /// Models without moderators only, else NaN.
  Share calibrated;
  std::size_t failed = 0;  ///< bootstrap samples without a fit
};

/// For the mean at one row of the design (1 x p); `prediction` as for predict(). Errors: a model without a distribution
/// of true effects (common effect, Mantel-Haenszel), those of predict().
Expected<Exceedance> exceedance(const model::Fit& fit, const stats::Matrix& x_new, const Options& options,
                                const PredictOptions& prediction, const ExceedanceOptions& what);

}  // namespace hedgerow::infer
