// The checks of group DA by concept, each in a file of its own.
#pragma once

#include <span>

#include "audit/check.hpp"

namespace hedgerow::audit::detail {

std::span<const Check> table_spread_checks();  ///< standard deviations and standard errors among their peers
std::span<const Check> table_effect_checks();  ///< effects among their peers
std::span<const Check> table_copy_checks();    ///< numbers that stand in several rows
std::span<const Check> table_domain_checks();  ///< values that no data can have

}  // namespace hedgerow::audit::detail
