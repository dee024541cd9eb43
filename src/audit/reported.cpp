#include "audit/reported.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

/// Plain ASCII digits, point and sign from what typesetting makes of them.
std::string plain(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> replaced = {{
      {"\u2212", "-"},
      {"\u2013", "-"},
      {"\u00b7", "."},
      {"\u2264", "<"},
      {"\u2265", ">"},
      {"\u00a0", ""},
      {"\u2009", ""},
      {"\u202f", ""},
      {"%", ""},
  }};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    bool found = false;
    for (const auto& [from, to] : replaced)
      if (text.substr(at, from.size()) == from) {
        out += to;
        at += from.size();
        found = true;
        break;
      }
    if (!found) out += text[at++];
  }
  return std::string(trim(out));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "1,234" and "1 234" without the separators; other commas and blanks stay and make the text no number.
std::string without_thousands(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool separates = (text[i] == ',' || text[i] == ' ') && i > 0 && is_digit(text[i - 1]) &&
                           i + 3 < text.size() && is_digit(text[i + 1]) && is_digit(text[i + 2]) &&
                           is_digit(text[i + 3]) && (i + 4 == text.size() || !is_digit(text[i + 4]));
    if (!separates) out += text[i];
  }
  return out;
}

int decimals_of(const std::string& number) {
  const std::size_t point = number.find('.');
  const std::size_t end = number.find_first_of("eE");
  if (point == std::string::npos)
    return end == std::string::npos ? 0 : -static_cast<int>(std::stol(number.substr(end + 1)));
  const std::size_t stop = end == std::string::npos ? number.size() : end;
  const int exponent = end == std::string::npos ? 0 : static_cast<int>(std::stol(number.substr(end + 1)));
  return static_cast<int>(stop - point - 1) - exponent;
}

}  // namespace

double Reported::half_unit() const { return 0.5 * std::pow(10.0, -decimals); }

std::optional<Reported> parse_reported(std::string_view text, Rounding rounding) {
  std::string number = plain(text);
  Reported out;
  out.text = std::string(trim(text));
  if (!number.empty() && (number[0] == '<' || number[0] == '>' || number[0] == '=')) {
    out.relation = number[0];
    number = std::string(trim(std::string_view(number).substr(1)));
    if (!number.empty() && number[0] == '=') number = std::string(trim(std::string_view(number).substr(1)));
  }
  number = without_thousands(number);
  const auto value = parse_number(number);
  if (!value) return std::nullopt;
  out.value = *value;
  out.decimals = decimals_of(number);
  const double half = out.half_unit();
  out.range = {out.value - half, out.value + half};
  if (rounding == Rounding::truncated)
    out.range = out.value < 0 ? Range{out.value - 2 * half, out.value} : Range{out.value, out.value + 2 * half};
  if (out.relation == '<') out.range = {-std::numeric_limits<double>::infinity(), out.value};
  if (out.relation == '>') out.range = {out.value, std::numeric_limits<double>::infinity()};
  return out;
}

Reported printed_like(double value, const Reported& example) {
  Reported out;
  out.decimals = example.decimals;
  out.text = format_fixed(value, std::max(example.decimals, 0));
  out.value = parse_number(out.text).value_or(value);
  out.range = {out.value - out.half_unit(), out.value + out.half_unit()};
  return out;
}

bool agrees(const Reported& printed, const Range& recomputed) {
  // The last place of the printed number itself is not exact in binary: 0.285 may lie just below its own half unit.
  const double slack = 1e-9 * std::max(1.0, std::abs(printed.value));
  return overlap(widened(printed.range, slack), recomputed);
}

}  // namespace hedgerow::audit
