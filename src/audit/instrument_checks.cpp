#include "audit/check.hpp"

namespace hedgerow::audit {

std::span<const Check> instrument_checks() { return {}; }

}  // namespace hedgerow::audit
