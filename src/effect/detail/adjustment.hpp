// What is added to counts before a measure is computed (metafor's add and to).
#pragma once

#include <string_view>

#include "effect/detail/row.hpp"

namespace hedgerow::effect::detail {

/// The amount that the settings add to the counts of this row, 0 if none: to rows with a zero ("only0"), to all rows
/// ("all"), to all if any row has a zero ("if0all"), or to none ("none"). `zero` tells whether this row has a zero;
/// `what` names the counts in the note that the row gets.
double amount_to_add(Row& row, bool zero, std::string_view what);

}  // namespace hedgerow::effect::detail
