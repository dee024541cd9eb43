// Leave-one-out: the model is fitted again without each effect, or without each study, variance components included.
//
//   by effect   one refit per row
//   by study    one refit per outermost cluster of a multilevel model (or per cluster that the caller gives); in a
//               two-level model without clusters every row is its own study
//
// A refit that can't be made (too few effects left, a moderator that becomes constant, no convergence) is reported for
// its unit and does not stop the others. Cost: k refits of O(k), from a warm start (diagnose/refit.hpp).
//
// Source:     viechtbauer2010; for multilevel models the unit has to be the study, because its effects share an error.
// Tests:      diagnose/leave_one_out_test.cpp (metafor's leave1out; refits by hand).
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "diagnose/refit.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::diagnose {

struct LeaveOneOutOptions : UnitOptions {
  infer::Options inference{};
};

/// The fit without one unit. If `error` says why there is no fit, numbers are NaN and vectors empty; a fit whose
/// estimate does not exist has an error too, and the numbers that there are.
struct LeftOut {
  std::string label;
  std::vector<std::size_t> rows;                          ///< left out, indices of the fit's effects
  stats::Vector beta, se, zval, pval, ci_lb, ci_ub, ddf;  ///< p
  double tau2 = 0, i2 = 0, h2 = 0, q_e = 0, q_e_p = 0;
  int q_e_df = 0;
  stats::Vector sigma2;                           ///< multilevel components
  stats::Vector structured_tau2, structured_rho;  ///< of all structured terms, one after the other
  std::string error;
  std::vector<std::string> warnings;  ///< of the refit's certificate
};

/// What leaving out can do to one coefficient.
struct Range {
  double min = 0, max = 0;  ///< of the estimate over all refits
  std::size_t min_unit = 0, max_unit = 0;
  std::vector<std::size_t> changes_significance;  ///< units without which p crosses 1 - level
  std::vector<std::size_t> changes_sign;          ///< units without which the estimate has the other sign
};

struct LeaveOneOut {
  std::string by;
  infer::Coefficients full;  ///< of the whole fit, for comparison
  std::vector<LeftOut> units;
  std::vector<Range> ranges;  ///< p
  std::size_t failed = 0;     ///< units without a refit
};

/// Errors: one unit only, clusters or labels of the wrong length.
Expected<LeaveOneOut> leave_one_out(const model::Fit& fit, const LeaveOneOutOptions& options = {});

}  // namespace hedgerow::diagnose
