#include <vector>

#include "audit/check.hpp"
#include "audit/detail/sample_groups.hpp"

namespace hedgerow::audit {

std::span<const Check> sample_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> out;
    for (const auto& part : {detail::sample_identity_checks(), detail::sample_spread_checks()})
      out.insert(out.end(), part.begin(), part.end());
    return out;
  }();
  return all;
}

}  // namespace hedgerow::audit
