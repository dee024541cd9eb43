// The sign of an effect whose statistic has none.
#pragma once

#include <string_view>

#include "effect/detail/measure.hpp"

namespace hedgerow::effect::detail {

/// `magnitude` with the sign that the declared direction gives, else the sign of the argument `hint` (a difference or
/// t). Without either it is an Error at the cell of `statistic`. A hint that contradicts the direction is a warning.
Expected<double> signed_magnitude(Row& row, double magnitude, std::string_view hint, std::string_view statistic);

}  // namespace hedgerow::effect::detail
