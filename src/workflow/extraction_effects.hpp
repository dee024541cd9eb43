// What a difference between two extractors changes: the effect of its row, and the pooled effect.
//
//   yi(A), sei(A)  effect of the row by the first extractor; yi(d) the same with the second one's value in this field
//   mu(A), mu(d)   pooled effects (two levels, REML) with all rows as the first extractor has them, and with this one
//                  value changed
//
// So a reader settles first what matters. Rows whose effect is not defined are left out of the pooling.
#pragma once

#include <optional>
#include <vector>

#include "base/expected.hpp"
#include "review/extraction.hpp"

namespace hedgerow::workflow {

struct WeighedDifference {
  review::Difference difference;
  std::optional<double> yi_a, sei_a, yi_b;  ///< nothing where the measure is not defined or the field does not enter it
  std::optional<double> pooled_change;      ///< mu(d) - mu(A)
};

/// The differences, worst first: by what they change in the pooled effect, then in standard errors of the row's effect,
/// then in the order of the rows. Without an effect in the form they keep their order. Errors: a measure or an argument
/// of the form that does not exist.
Expected<std::vector<WeighedDifference>> weigh(const review::ExtractionForm& form, const review::Extraction& a,
                                               const review::Extraction& b, const review::Comparison& comparison);

}  // namespace hedgerow::workflow
