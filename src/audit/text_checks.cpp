// Text against tables, and statements that no number bears.
#include "audit/check.hpp"
#include "audit/detail/text_groups.hpp"

namespace hedgerow::audit {

std::span<const Check> text_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> out;
    for (const auto& group : {detail::text_result_checks(), detail::text_count_checks(), detail::text_pattern_checks(),
                              detail::text_claim_checks()})
      out.insert(out.end(), group.begin(), group.end());
    return out;
  }();
  return all;
}

}  // namespace hedgerow::audit
