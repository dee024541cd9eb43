// Variances between the things that a prediction interval is for, and the groupings behind containment degrees of
// freedom: what random effects of any structure mean for inference.
#pragma once

#include <cstdint>
#include <vector>

#include "base/expected.hpp"
#include "infer/inference.hpp"

namespace hedgerow::infer::detail {

/// Variance of a new effect (or study) about its mean, one value per row of x_new (rows x p): sum of the sigma2, plus
/// that of each structured term at the row's inner level, plus z'Gz for random coefficients. NaN where a variance
/// differs between levels and nothing says which level is meant, and for common-effect models.
/// Errors: a level that the term does not have, neither one level nor one for each row.
Expected<stats::Vector> between_variances(const model::Fit& fit, const stats::Matrix& x_new,
                                          const PredictOptions& options);

/// Every grouping of the rows by random effects: the components; the outer groups of structured terms, and their outer
/// groups by inner level. Dense ids from 0.
std::vector<std::vector<std::uint32_t>> groupings(const model::Multilevel& spec);

}  // namespace hedgerow::infer::detail
