// The checks of samples by concept, each in a file of its own.
#pragma once

#include <span>

#include "audit/check.hpp"

namespace hedgerow::audit::detail {

std::span<const Check> sample_identity_checks();  ///< samples that several studies share, people counted too often
std::span<const Check> sample_spread_checks();    ///< spreads of a study's people among those of the others

}  // namespace hedgerow::audit::detail
