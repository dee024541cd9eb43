// Numbers as people write them in tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hedgerow::data {

/// How a number is written.
enum class Decimal { point, comma };

/// The whole of `text` as a finite number. Accepts a leading '+', the typographic minus U+2212, and, with
/// Decimal::comma, "0,5" in place of "0.5" (then a point is refused). Thousands separators are never accepted.
std::optional<double> parse_cell_number(std::string_view text, Decimal decimal);

/// A number as R writes it in names and levels: 15 significant digits, fixed or scientific, whichever is shorter.
std::string number_text(double value);

}  // namespace hedgerow::data
