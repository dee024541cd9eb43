#include "screening/stop_rule.hpp"

#include "base/text.hpp"

namespace hedgerow::screening {

std::optional<StopRule> stop_rule_named(std::string_view name) {
  StopRule rule;
  if (name == "none") return rule;
  if (name == "random") {
    rule.kind = StopRule::Kind::random_draws;
    return rule;
  }
  constexpr std::string_view kConsecutive = "consecutive=";
  if (!starts_with_ignoring_case(name, kConsecutive)) return std::nullopt;
  const auto number = parse_number(name.substr(kConsecutive.size()));
  constexpr double kMost = 1e9;
  if (!number || *number < 1 || *number > kMost) return std::nullopt;
  rule.kind = StopRule::Kind::consecutive;
  rule.consecutive = static_cast<std::size_t>(*number);
  return rule;
}

}  // namespace hedgerow::screening
