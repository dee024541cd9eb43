// The checks of group AR by concept, each in a file of its own.
#pragma once

#include <span>

#include "audit/check.hpp"

namespace hedgerow::audit::detail {

std::span<const Check> arithmetic_integer_checks();   ///< what whole numbers and ends of scales allow
std::span<const Check> arithmetic_change_checks();    ///< before, after and change
std::span<const Check> arithmetic_count_checks();     ///< counts, percentages, flow of people, rates
std::span<const Check> arithmetic_test_checks();      ///< statistics and their p-values
std::span<const Check> arithmetic_table2x2_checks();  ///< two-by-two tables
std::span<const Check> arithmetic_effect_checks();    ///< effects and standard errors against summaries
std::span<const Check> arithmetic_spread_checks();    ///< SD, standard error, range and quartiles of a group
std::span<const Check> arithmetic_interval_checks();  ///< effects of studies, their intervals, standard errors, p

}  // namespace hedgerow::audit::detail
