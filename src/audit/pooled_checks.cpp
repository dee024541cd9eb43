// MA: the arithmetic of a reported meta-analysis.
#include <algorithm>

#include "audit/check.hpp"
#include "audit/detail/pooled_groups.hpp"

namespace hedgerow::audit {

std::span<const Check> pooled_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> out;
    for (const auto& group :
         {detail::pooled_interval_checks(), detail::pooled_between_checks(), detail::pooled_count_checks(),
          detail::pooled_row_checks(), detail::pooled_heterogeneity_checks(), detail::pooled_bias_checks(),
          detail::pooled_model_checks()})
      out.insert(out.end(), group.begin(), group.end());
    std::sort(out.begin(), out.end(),
              [](const Check& a, const Check& b) { return std::string_view(a.id) < std::string_view(b.id); });
    return out;
  }();
  return all;
}

}  // namespace hedgerow::audit
