// The checks of group AR by concept, each in a file of its own.
#pragma once

#include <span>

#include "audit/check.hpp"

namespace hedgerow::audit::detail {

std::span<const Check> arithmetic_interval_checks();  ///< effects of studies, their intervals, standard errors, p

}  // namespace hedgerow::audit::detail
