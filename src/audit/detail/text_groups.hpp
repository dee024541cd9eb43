// The checks of texts by concept, each in a file of its own.
#pragma once

#include <span>

#include "audit/check.hpp"

namespace hedgerow::audit::detail {

std::span<const Check> text_result_checks();   ///< RP: values and words of claims against results
std::span<const Check> text_count_checks();    ///< RP: counts of claims against the tables of studies
std::span<const Check> text_pattern_checks();  ///< MO, BI, RP: statements that no number bears
std::span<const Check> text_claim_checks();    ///< MO, RP: conclusions against the numbers that they rest on

}  // namespace hedgerow::audit::detail
