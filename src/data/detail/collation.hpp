// The order of texts, as R sorts factor levels in a UTF-8 locale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hedgerow::data {

/// Whether a comes before b: by letters without regard to case and accents, then accents, then lower before upper case.
/// Blanks come first, then punctuation, then digits, then letters (the root order of the Unicode Collation Algorithm,
/// for Latin text; other scripts by code point).
bool comes_before(std::string_view a, std::string_view b);

/// The different texts that are not missing (empty), in order.
std::vector<std::string> sorted_levels(const std::vector<std::string>& texts);
/// The different numbers that are not missing, in order, as R writes them (15 significant digits).
std::vector<std::string> sorted_levels(const std::vector<double>& numbers);

}  // namespace hedgerow::data
