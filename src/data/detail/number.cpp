// Numbers as people write them in tables: the fast path is std::from_chars on the bytes of the file.
#include "data/detail/number.hpp"

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

}  // namespace hedgerow::data
