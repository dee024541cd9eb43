// AR: the arithmetic of the summaries that primary studies report.
#include <algorithm>

#include "audit/check.hpp"
#include "audit/detail/arithmetic_groups.hpp"

namespace hedgerow::audit {

std::span<const Check> arithmetic_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> out;
    for (const auto& group :
         {detail::arithmetic_integer_checks(), detail::arithmetic_change_checks(), detail::arithmetic_count_checks(),
          detail::arithmetic_test_checks(), detail::arithmetic_table2x2_checks(), detail::arithmetic_effect_checks(),
          detail::arithmetic_spread_checks(), detail::arithmetic_interval_checks()})
      out.insert(out.end(), group.begin(), group.end());
    std::sort(out.begin(), out.end(),
              [](const Check& a, const Check& b) { return std::string_view(a.id) < std::string_view(b.id); });
    return out;
  }();
  return all;
}

}  // namespace hedgerow::audit
