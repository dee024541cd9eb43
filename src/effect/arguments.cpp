#include <algorithm>

#include "effect/detail/measure.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {

std::vector<std::string> argument_names() {
  std::vector<std::string> names;
  for (const detail::Measure& measure : detail::registry())
    for (const detail::Argument& argument : measure.arguments)
      if (std::find(names.begin(), names.end(), argument.name) == names.end()) names.emplace_back(argument.name);
  return names;
}

}  // namespace hedgerow::effect
