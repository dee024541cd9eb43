// Numbers as people write them in tables: the fast path is std::from_chars on the bytes of the file.
#include "data/detail/number.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.hpp"

namespace hedgerow::data {
namespace {

constexpr std::string_view kMinusSign = "\xE2\x88\x92";

std::optional<double> parse_slowly(std::string_view text, Decimal decimal) {
  std::string plain;
  if (text.substr(0, kMinusSign.size()) == kMinusSign) {
    plain = "-";
    text.remove_prefix(kMinusSign.size());
  }
  plain += text;
  if (decimal == Decimal::comma) {
    if (plain.find('.') != std::string::npos) return std::nullopt;
    if (std::count(plain.begin(), plain.end(), ',') > 1) return std::nullopt;
    std::replace(plain.begin(), plain.end(), ',', '.');
  }
  return parse_number(plain);
}

}  // namespace

std::optional<double> parse_cell_number(std::string_view text, Decimal decimal) {
  double value = 0;
  if (decimal == Decimal::point) {
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status == std::errc{} && end == text.data() + text.size() && std::isfinite(value)) return value;
  }
  return parse_slowly(text, decimal);
}

std::string number_text(double value) {
  const std::string general = format_significant(value, 15);
  std::string scientific = fmt::format("{:.14e}", value);
  const std::size_t exponent = scientific.find('e');
  std::string mantissa = scientific.substr(0, exponent);
  while (mantissa.find('.') != std::string::npos && (mantissa.back() == '0' || mantissa.back() == '.')) {
    const bool point = mantissa.back() == '.';
    mantissa.pop_back();
    if (point) break;
  }
  scientific = mantissa + scientific.substr(exponent);
  if (general.find('e') != std::string::npos) return scientific;
  return general.size() <= scientific.size() ? general : scientific;
}

}  // namespace hedgerow::data
