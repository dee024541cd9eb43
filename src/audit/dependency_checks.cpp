#include "audit/check.hpp"

namespace hedgerow::audit {

std::span<const Check> dependency_checks() { return {}; }

}  // namespace hedgerow::audit
