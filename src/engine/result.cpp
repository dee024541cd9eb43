#include "engine/result.hpp"

#include <fmt/core.h>

namespace hedgerow::engine {

std::string EffectRows::where(std::size_t i) const {
  return fmt::format("{}:{}", table->source(), table->line(row[i]));
}

const Answer* Result::answer(std::string_view name) const {
  for (const Answer& answer : answers)
    if (answer.name == name) return &answer;
  return nullptr;
}

}  // namespace hedgerow::engine
