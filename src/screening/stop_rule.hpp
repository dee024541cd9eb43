// Stopping rules that a simulation can try.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace hedgerow::screening {

struct StopRule {
  enum class Kind {
    none,
    consecutive,   ///< so many irrelevant records in a row: what people do, without any statement
    random_draws,  ///< the model's order until the hint of test 3 speaks, then random draws until test 2 does
  } kind = Kind::none;
  std::size_t consecutive = 50;
  double target = 0.95, confidence = 0.95;
};

/// "none", "random", "consecutive=50"; empty if it is no rule.
std::optional<StopRule> stop_rule_named(std::string_view name);

}  // namespace hedgerow::screening
