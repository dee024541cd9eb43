#include "audit/detail/days.hpp"

#include <vector>

#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr double kMonths = 12, kDays = 31;

/// A whole number of so many digits within limits.
std::optional<double> part(std::string_view text, std::size_t digits, double least, double most) {
  if (text.size() != digits || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto value = parse_number(text);
  return value && *value >= least && *value <= most ? value : std::nullopt;
}

}  // namespace

std::optional<Day> day_of(std::string_view text) {
  const std::string date(trim(text.substr(0, text.find('T'))));
  const std::vector<std::string> parts = split(date, '-');
  const auto year = part(parts[0], 4, 1000, 2999);
  if (!year || parts.size() > 3) return std::nullopt;
  Day out{date, kMonths * *year, kMonths * (*year + 1)};
  if (parts.size() == 1) return out;
  const auto month = part(parts[1], 2, 1, kMonths);
  if (!month) return std::nullopt;
  out.first += *month - 1;
  out.last = out.first + 1;
  if (parts.size() == 2) return out;
  const auto day = part(parts[2], 2, 1, kDays);
  if (!day) return std::nullopt;
  out.first += (*day - 1) / kDays;
  out.last = out.first;
  return out;
}

double months_between(const Day& from, const Day& to) {
  if (to.first >= from.last) return to.first - from.last;
  return to.last < from.first ? to.last - from.first : 0;
}

bool after(const Day& one, const Day& other) { return one.first > other.last; }

}  // namespace hedgerow::audit::detail
