// DA: plausibility of the extraction table.
#include <algorithm>

#include "audit/check.hpp"
#include "audit/detail/table_groups.hpp"

namespace hedgerow::audit {

std::span<const Check> table_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> out;
    for (const auto& group : {detail::table_spread_checks(), detail::table_effect_checks(), detail::table_copy_checks(),
                              detail::table_domain_checks()})
      out.insert(out.end(), group.begin(), group.end());
    std::sort(out.begin(), out.end(),
              [](const Check& a, const Check& b) { return std::string_view(a.id) < std::string_view(b.id); });
    return out;
  }();
  return all;
}

}  // namespace hedgerow::audit
