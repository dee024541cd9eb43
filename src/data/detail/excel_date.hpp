// Dates as workbooks keep them: a number of days and a number format.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hedgerow::data {

/// The first day of a workbook's calendar.
enum class Epoch { y1900, y1904 };

/// Whether a format (built-in id, or custom code such as "dd/mm/yyyy" if not empty) shows a date or a time.
bool is_date_format(int id, std::string_view code);

/// "2021-03-04", with "T12:30:00" if the day has a fraction; "12:30:00" for less than a day. Nothing if the number is
/// negative or lies after the year 9999. In the 1900 system day 60 is the 29 February 1900 that never was.
std::optional<std::string> iso_date(double days, Epoch epoch);

}  // namespace hedgerow::data
