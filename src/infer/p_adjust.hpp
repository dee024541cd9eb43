// Adjustment of p-values for testing several hypotheses at once.
//
//   bonferroni  min(1, m p)
//   holm        step-down: max over the smaller p-values of min(1, (m - rank + 1) p)
//   bh          step-up false discovery rate: min over the larger p-values of min(1, m / rank p)
//
// Source: holm1979; benjamini1995. m counts the p-values that are not missing.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::infer {

/// Adjusted p-values in the order of the given ones. `method`: "none" (or empty), bonferroni, holm, bh.
/// Error: unknown method.
Expected<stats::Vector> adjust_p_values(const stats::Vector& pval, const std::string& method);

}  // namespace hedgerow::infer
