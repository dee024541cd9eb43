#include "base/day.hpp"

#include <chrono>

namespace hedgerow {

namespace {

/// The number that so many digits are; -1 if one is none.
int number_at(std::string_view text, std::size_t from, std::size_t n) {
  int out = 0;
  for (const char c : text.substr(from, n)) {
    if (c < '0' || c > '9') return -1;
    out = 10 * out + (c - '0');
  }
  return out;
}

}  // namespace

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
  if (year < 0 || month < 0 || day < 0) return false;
  return std::chrono::year_month_day{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

}  // namespace hedgerow
