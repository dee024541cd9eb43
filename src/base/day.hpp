// Days of the calendar.
#pragma once

#include <string_view>

namespace hedgerow {

/// Whether a text is a day of the calendar as "2026-01-31".
bool is_day(std::string_view text);

}  // namespace hedgerow
