// Text and numbers as text. Everything here is pure and independent of the locale.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hedgerow {

std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);  ///< ASCII letters only
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// The whole of `text` as a finite decimal number, else nothing. Accepts a leading '+'. No locale, no hex, no "inf".
std::optional<double> parse_number(std::string_view text);

/// Fixed digits after the point; "-0.00" becomes "0.00"; "NA" for NaN; "Inf", "-Inf".
std::string format_fixed(double value, int digits);
/// At most `digits` significant digits, without trailing zeros.
std::string format_significant(double value, int digits);
/// Shortest text that reads back as the same double.
std::string format_shortest(double value);
/// A p-value as reviewers print it: "0.032", "<0.001", for `digits` = 3.
std::string format_p(double p, int digits = 3);

/// The candidate that is closest to `name` by edit distance, if it is close enough to be meant.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> candidates);
/// " (did you mean 'x'?)" or "".
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

bool is_valid_utf8(std::string_view bytes);
/// Windows-1252 (of which Latin-1 is the printable part) to UTF-8.
std::string latin1_to_utf8(std::string_view bytes);
/// Code points, not bytes.
std::size_t utf8_length(std::string_view text);

}  // namespace hedgerow
