#include "engine/block.hpp"

#include <fmt/core.h>

#include "base/missing.hpp"

namespace hedgerow::engine {

const Value* Block::find(std::string_view name) const {
  for (const Field& field : fields)
    if (field.first == name) return &field.second;
  return nullptr;
}

double Block::number(std::string_view name) const {
  const Value* value = find(name);
  const double* number = value ? std::get_if<double>(value) : nullptr;
  return number ? *number : kMissing;
}

stats::Vector Block::vector(std::string_view name) const {
  const Value* value = find(name);
  if (!value) return {};
  if (const double* number = std::get_if<double>(value)) return {*number};
  const auto* vector = std::get_if<stats::Vector>(value);
  return vector ? *vector : stats::Vector();
}

std::vector<std::string> Block::texts(std::string_view name) const {
  const Value* value = find(name);
  const auto* texts = value ? std::get_if<std::vector<std::string>>(value) : nullptr;
  return texts ? *texts : std::vector<std::string>();
}

std::string Block::text(std::string_view name) const {
  const Value* value = find(name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? *text : std::string();
}

Block& Block::add(std::string name, Block block) { return add(std::move(name), Value(Nested{{std::move(block)}})); }

const Block* Block::child(std::string_view name) const {
  const Value* value = find(name);
  const auto* nested = value ? std::get_if<Nested>(value) : nullptr;
  return nested ? &nested->content.front() : nullptr;
}

const std::vector<Block>& Block::blocks(std::string_view name) const {
  static const std::vector<Block> none;
  const Value* value = find(name);
  const auto* blocks = value ? std::get_if<std::vector<Block>>(value) : nullptr;
  return blocks ? *blocks : none;
}

std::string row_ranges(const std::vector<std::uint32_t>& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t j = i;
    while (j + 1 < rows.size() && rows[j + 1] == rows[j] + 1) ++j;
    if (!out.empty()) out += ',';
    out += i == j ? fmt::format("{}", rows[i] + 1) : fmt::format("{}-{}", rows[i] + 1, rows[j] + 1);
    i = j + 1;
  }
  return out;
}

}  // namespace hedgerow::engine
