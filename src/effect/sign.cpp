// A p-value, F, or a difference that was extracted without its sign needs the direction from elsewhere.

#include "effect/detail/sign.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace hedgerow::effect::detail {

Expected<double> signed_magnitude(Row& row, double magnitude, std::string_view hint, std::string_view statistic) {
  const double value = row.in(hint);
  const int direction = row.direction();
  if (direction != 0) {
    // Extraction sheets often hold absolute differences, so a positive one may well be declared negative.
    if (value < 0 && direction > 0) {
      row.warn(
          fmt::format("sign disagreement: {} = {}, the declared direction is positive", hint, format_shortest(value)));
    }
    row.say("sign from the declared direction");
    return direction * std::fabs(magnitude);
  }
  if (is_missing(value)) {
    return row.given(statistic)
               ? Expected<double>(row.bad(statistic, fmt::format("{} = {} has no sign: give the difference (diffi) or "
                                                                 "declare the direction of the effects",
                                                                 statistic, format_shortest(row.in(statistic)))))
               : Expected<double>(kMissing);
  }
  return value == 0 ? 0 : std::copysign(magnitude, value);
}

}  // namespace hedgerow::effect::detail
