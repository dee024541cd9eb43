#include "effect/detail/adjustment.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace hedgerow::effect::detail {

double amount_to_add(Row& row, bool zero, std::string_view what) {
  const std::string& to = row.setting().to;
  const bool adds =
      to == "if0all" ? row.average("any zero", zero ? 1 : 0, 1) > 0 : to == "all" || (to == "only0" && zero);
  const double add = row.setting().add;
  if (!adds || add == 0) return 0;
  row.note(fmt::format("{} added to the {}", format_shortest(add), what));
  return add;
}

}  // namespace hedgerow::effect::detail
