// Mistakes as people make them, each put into one row of a clean table (or into all of it).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tables.hpp"

namespace hedgerow::audit_recall {

enum class Base { summaries, effects, real, pooled, levels, paper };

struct Mutation {
  const char* name;
  Base base;
  /// Makes the mistake; the row that has it, rows() for the whole table, or nothing where the table offers no place.
  std::optional<std::size_t> (*make)(Cells& cells, RandomStream& random);
};

const std::vector<Mutation>& mutations();

}  // namespace hedgerow::audit_recall
