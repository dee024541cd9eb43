// Groups that several effects share: do their numbers agree?
#pragma once

#include <string>
#include <vector>

#include "effect/detail/covariance_columns.hpp"
#include "effect/detail/definiteness.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect::detail {

/// One located warning for each group of a cluster whose numbers (m1i, n1i, ... or m2i, n2i, ...) in one row are not
/// those of another row of the same outcome (type, obs) and time. Rows with different outcomes are not compared, nor
/// effects that were not computed from the numbers of groups.
std::vector<std::string> contradictions(const CovarianceColumns& columns, const Effects& effects,
                                        const BlockNames& names);

}  // namespace hedgerow::effect::detail
