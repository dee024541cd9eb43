// Printed counts of two groups pooled by Mantel and Haenszel and by Peto, as review software does.
//
//   MH       common effect of the counts; nothing added, or 0.5 to the cells of studies with a zero
//   MH, DL   Q = sum (y_i - b)^2 / v_i around the estimate b of Mantel and Haenszel, tau2 = max(0, (Q - k + 1) / C),
//            C = sum w_i - sum w_i^2 / sum w_i, w_i = 1 / v_i; then weights 1 / (v_i + tau2)
//   Peto     OR alone
//
// Source: deekshiggins2010. Tests: audit/pooled_refits_test.cpp.
#pragma once

#include <vector>

#include "audit/detail/refits.hpp"

namespace hedgerow::audit::detail {

/// Whether the rows hold the counts of two groups (ai of n1i or ai and bi, ci of n2i or ci and di) of OR, RR or RD.
bool has_counts(const Sheet& sheet, const Analysis& analysis);

/// The models, without room for rounding: counts are exact. Empty without counts.
std::vector<Refit> count_refits(const Sheet& sheet, const Analysis& analysis);

}  // namespace hedgerow::audit::detail
