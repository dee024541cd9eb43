// The row of a text table that an error means, with a caret below the cell.
#pragma once

#include <string>

namespace hedgerow::cli {

/// Two lines, the row and the caret, for a place such as "effects.csv:17:sd_t"; empty if the place is not a row of a
/// readable text table. Long rows are cut around the cell.
std::string excerpt(const std::string& where);

}  // namespace hedgerow::cli
