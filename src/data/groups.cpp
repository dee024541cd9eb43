// Grouping rows by the values of nested columns.
//
//   Level l puts two rows into one group when they agree in the columns 0, ..., l. So a row's group at level l is
//   decided by its group at level l - 1 and its cell in column l: one pass and one hash table of 32-bit indices per
//   level. Rows are mostly sorted by group; a row that equals the one above needs no look-up.
//
// Cost: O(rows) per level, 8 bytes per slot of the table, no strings of its own.
#include <fmt/core.h>

#include <limits>

#include "data/formula.hpp"

namespace hedgerow::data {
namespace {

using Indices = std::vector<std::uint32_t>;
constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

std::uint64_t mix(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

std::uint64_t hash_of(std::string_view text, std::uint32_t parent) {
  std::uint64_t hash = mix(0x51ED270B7A14B2D5ULL + parent);
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return mix(hash);
}

/// Open addressing; a slot holds a group, and each group remembers the row that founded it.
class GroupTable {
 public:
  GroupTable(const Table& table, std::size_t col, const Indices& parents)
      : table_(table), col_(col), parents_(parents), slots_(1024, kFree) {}

  std::uint32_t group_of(std::size_t row) {
    if ((founders_.size() + 1) * 2 > slots_.size()) grow();
    const std::string_view text = table_.cell(row, col_);
    const std::uint64_t hash = hash_of(text, parents_[row]);
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == kFree) {
        slots_[at] = static_cast<std::uint32_t>(founders_.size());
        founders_.push_back(static_cast<std::uint32_t>(row));
        return slots_[at];
      }
      const std::size_t founder = founders_[slots_[at]];
      if (parents_[founder] == parents_[row] && table_.cell(founder, col_) == text) return slots_[at];
    }
  }

 private:
  void grow() {
    slots_.assign(slots_.size() * 4, kFree);
    for (std::size_t group = 0; group < founders_.size(); ++group) {
      const std::size_t row = founders_[group];
      std::size_t at = hash_of(table_.cell(row, col_), parents_[row]) & (slots_.size() - 1);
      while (slots_[at] != kFree) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = static_cast<std::uint32_t>(group);
    }
  }

  const Table& table_;
  std::size_t col_;
  const Indices& parents_;
  Indices slots_;
  Indices founders_;
};

Expected<Indices> group_level(const Table& table, std::size_t col, const Indices& parents) {
  GroupTable groups(table, col, parents);
  Indices out(table.rows());
  std::string_view above;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view text = table.cell(i, col);
    if (is_missing_text(text))
      return make_error(
          ErrorCode::input,
          fmt::format("the cell is missing, but '{}' groups the rows, so each row needs a value", table.names()[col]),
          table.where(i, col));
    const bool as_above = i > 0 && parents[i] == parents[i - 1] && text == above;
    out[i] = as_above ? out[i - 1] : groups.group_of(i);
    above = text;
  }
  return out;
}

}  // namespace

Expected<std::vector<Indices>> nested_groups(const std::vector<std::string>& columns, const Table& table) {
  std::vector<Indices> levels;
  levels.reserve(columns.size());
  const Indices all(table.rows(), 0);
  for (const std::string& name : columns) {
    HR_TRY(const std::size_t col, table.column(name));
    HR_TRY(Indices level, group_level(table, col, levels.empty() ? all : levels.back()));
    levels.push_back(std::move(level));
  }
  return levels;
}

}  // namespace hedgerow::data
