// A table of a report as CSV (RFC 4180): comma, LF, quotes where needed; numbers with all their digits.
#pragma once

#include <string>
#include <string_view>

#include "report/document.hpp"

namespace hedgerow::report {

/// Columns by their CSV names. Rows of class `group` are left out: they only set rows apart for the eye.
std::string to_csv(const Table& table);

/// A field, quoted if it holds a comma, a quote or a line break.
std::string csv_field(std::string_view text);

}  // namespace hedgerow::report
