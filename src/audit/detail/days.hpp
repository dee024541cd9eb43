// Days as tables write them: "2026-01-31", "2026-01", "2026". Other forms are not read: 03/04/2021 is two days.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hedgerow::audit::detail {

/// When something was, between two moments if the day is not told.
struct Day {
  std::string text;
  double first = 0, last = 0;  ///< months since the year 0
};

std::optional<Day> day_of(std::string_view text);

/// Months from one to another at least, whatever the days were that are not told; negative if the other is earlier.
double months_between(const Day& from, const Day& to);
/// Whether one was after the other for certain.
bool after(const Day& one, const Day& other);

}  // namespace hedgerow::audit::detail
