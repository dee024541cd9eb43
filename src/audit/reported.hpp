// Numbers as papers print them: digits, and the range of values that round to them.
//
//   "5.20"     some value of [5.195, 5.205]        "< 0.01"   p below 0.01
//   "1 234"    thousands may be set apart          "70 %"     the sign of percent is dropped
//   "−0.5"     typographic minus signs are read    "0·45"     a raised point too
//
// The range is the union of rounding half up and half to even; where a source cuts digits off, Rounding::truncated.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/range.hpp"

namespace hedgerow::audit {

enum class Rounding { nearest, truncated };

struct Reported {
  std::string text;     ///< as printed
  double value = 0;     ///< of the digits
  int decimals = 0;     ///< digits after the point
  Range range;          ///< what it may have been; one-sided for "<" and ">"
  char relation = '=';  ///< '=', '<' or '>'

  /// Half a unit of the last printed digit.
  double half_unit() const;
  bool is_integer() const { return decimals == 0 && relation == '='; }
};

/// Nothing if the text is not one number.
std::optional<Reported> parse_reported(std::string_view text, Rounding rounding = Rounding::nearest);
/// The number with these digits: how a recomputed value would have been printed beside it.
Reported printed_like(double value, const Reported& example);
/// Whether some value rounds to `printed` and lies in `recomputed`.
bool agrees(const Reported& printed, const Range& recomputed);

}  // namespace hedgerow::audit
