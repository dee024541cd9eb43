// Serial days to ISO 8601. Source: ECMA-376 part 1, 18.17.4 (dates) and 18.8.30 (number formats).
#include "data/detail/excel_date.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cmath>

namespace hedgerow::data {
namespace {

constexpr long kSecondsPerDay = 86400;

std::string clock(long seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string calendar_day(long day, Epoch epoch) {
  using std::chrono::days;
  using std::chrono::sys_days;
  namespace chrono = std::chrono;
  constexpr long kDayThatNeverWas = 60;
  const bool y1900 = epoch == Epoch::y1900;
  if (y1900 && day == kDayThatNeverWas) return "1900-02-29";
  const sys_days first = y1900 ? sys_days(chrono::year{1899} / 12 / (day < kDayThatNeverWas ? 31 : 30))
                               : sys_days(chrono::year{1904} / 1 / 1);
  const chrono::year_month_day date(first + days(day));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace

bool is_date_format(int id, std::string_view code) {
  if (code.empty())
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"' || c == '[') {
      // Quoted text, colours and conditions; [h], [m] and [s] are elapsed times.
      const char close = c == '"' ? '"' : ']';
      const std::size_t end = code.find(close, i + 1);
      if (c == '[' && end == i + 2 && std::string_view("hHmMsS").find(code[i + 1]) != std::string_view::npos)
        return true;
      if (end == std::string_view::npos) return false;
      i = end;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (std::string_view("yYdDhHsSmM").find(c) != std::string_view::npos) {
      return true;
    } else if (c == 'G' || c == 'g') {
      return false;  // General
    }
  }
  return false;
}

std::optional<std::string> iso_date(double days, Epoch epoch) {
  constexpr double kYear10000 = 2958466;
  if (!(days >= 0 && days < kYear10000)) return std::nullopt;
  long day = static_cast<long>(std::floor(days));
  long seconds = std::lround((days - static_cast<double>(day)) * static_cast<double>(kSecondsPerDay));
  if (seconds == kSecondsPerDay) {
    ++day;
    seconds = 0;
  }
  if (day == 0 && epoch == Epoch::y1900) return clock(seconds);
  const std::string date = calendar_day(day, epoch);
  return seconds == 0 ? date : date + 'T' + clock(seconds);
}

}  // namespace hedgerow::data
