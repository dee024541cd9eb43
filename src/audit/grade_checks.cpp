#include "audit/check.hpp"

namespace hedgerow::audit {

std::span<const Check> grade_checks() { return {}; }

}  // namespace hedgerow::audit
