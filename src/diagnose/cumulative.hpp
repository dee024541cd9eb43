// Cumulative meta-analysis: units (effects, studies) enter one after the other, and the model is fitted each time.
//
//   step j    the model on the rows of the first j units; variance components are estimated each time
//
// Units are sorted by keys, the first key first, ties by the next and then by their place in the data; with `collapse`
// units that are equal in all keys enter together. A step that can't be fitted (fewer effects than coefficients, a
// moderator that does not vary yet) is reported and does not stop the others.
//
// Source:     lau1992; viechtbauer2010.
// Tests:      diagnose/cumulative_test.cpp (refits by hand; metafor's cumul).
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "diagnose/refit.hpp"
#include "infer/inference.hpp"
#include "model/fit.hpp"

namespace hedgerow::diagnose {

/// Values of one column, one per effect. Numbers are compared where they are given, else the texts.
struct OrderKey {
  std::vector<std::string> texts;  ///< k
  stats::Vector numbers{};         ///< k, or empty
};

struct CumulativeOptions : UnitOptions {
  std::vector<OrderKey> order{};  ///< empty: as in the data
  bool decreasing = false;
  bool collapse = false;
  infer::Options inference{};
};

/// The fit after one more unit. If `error` says why there is no fit, numbers are NaN and vectors empty; a fit whose
/// estimate does not exist has an error too, and the numbers that there are.
struct CumulativeStep {
  std::string label;      ///< of the unit that entered; of the last of several
  std::size_t row = 0;    ///< its first effect
  std::size_t k = 0;      ///< effects so far
  std::size_t units = 0;  ///< units so far
  stats::Vector beta{}, se{}, zval{}, pval{}, ci_lb{}, ci_ub{}, ddf{};  ///< p
  double tau2 = 0, i2 = 0, h2 = 0, q_e = 0, q_e_p = 0;
  stats::Vector sigma2{};  ///< multilevel components
  std::string error{};
};

struct Cumulative {
  std::size_t p = 0;
  std::vector<CumulativeStep> steps;
};

/// Errors: one unit only, clusters, labels or keys of the wrong length.
Expected<Cumulative> cumulative(const model::Fit& fit, const CumulativeOptions& options = {});

}  // namespace hedgerow::diagnose
