#include "audit/check.hpp"

namespace hedgerow::audit {

std::span<const Check> text_checks() { return {}; }

}  // namespace hedgerow::audit
