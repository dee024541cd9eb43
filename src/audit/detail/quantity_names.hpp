// Names of quantities by kind of table, and what columns are usually called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/sheet.hpp"

namespace hedgerow::audit::detail {

/// All of a kind; "item#" stands for item1, item2, ...
const std::vector<std::string>& quantity_names(SheetKind kind);
/// The quantity that a column of this name holds; empty if the name tells nothing.
std::string guess_quantity(SheetKind kind, std::string_view column);

}  // namespace hedgerow::audit::detail
