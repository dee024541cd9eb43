#include "dedup/detail/text_similarity.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace hedgerow::dedup::detail {
namespace {

/// One block of 64 rows of the table of distances, as differences between neighbours (+1 in `plus`, -1 in `minus`).
struct Block {
  std::uint64_t plus = ~std::uint64_t{0}, minus = 0;
};

/// Moves a block one column on. `carry`: difference of the row above the block, -1, 0 or 1; gives that of its `last`
/// row.
int advance(Block& block, std::uint64_t equal, int carry, std::uint64_t last) {
  const std::uint64_t vertical = equal | block.minus;
  if (carry < 0) equal |= 1;
  const std::uint64_t zero = (((equal & block.plus) + block.plus) ^ block.plus) | equal;
  std::uint64_t plus = block.minus | ~(zero | block.plus);
  std::uint64_t minus = block.plus & zero;
  const int out = (plus & last) != 0 ? 1 : (minus & last) != 0 ? -1 : 0;
  plus = (plus << 1) | static_cast<std::uint64_t>(carry > 0 ? 1 : 0);
  minus = (minus << 1) | static_cast<std::uint64_t>(carry < 0 ? 1 : 0);
  block.plus = minus | ~(vertical | plus);
  block.minus = plus & vertical;
  return out;
}

}  // namespace

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return b.size();
  const std::size_t blocks = (a.size() + 63) / 64;
  std::vector<std::uint64_t> equal(256 * blocks, 0);
  for (std::size_t i = 0; i < a.size(); ++i)
    equal[static_cast<unsigned char>(a[i]) * blocks + i / 64] |= std::uint64_t{1} << (i % 64);
  std::vector<Block> column(blocks);
  const std::uint64_t last_row = std::uint64_t{1} << ((a.size() - 1) % 64);
  std::size_t distance = a.size();
  for (const char c : b) {
    const std::uint64_t* row = equal.data() + static_cast<unsigned char>(c) * blocks;
    int carry = 1;
    for (std::size_t k = 0; k + 1 < blocks; ++k) carry = advance(column[k], row[k], carry, std::uint64_t{1} << 63);
    carry = advance(column[blocks - 1], row[blocks - 1], carry, last_row);
    if (carry > 0) ++distance;
    if (carry < 0) --distance;
  }
  return distance;
}

double edit_similarity(std::string_view a, std::string_view b) {
  const std::size_t longest = std::max(a.size(), b.size());
  if (longest == 0) return 1;
  return 1 - static_cast<double>(edit_distance(a, b)) / static_cast<double>(longest);
}

bool within_one_edit(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  return a.substr(std::min(a.size(), same + (a.size() == b.size() ? 1 : 0))) == b.substr(std::min(b.size(), same + 1));
}

bool abbreviates(std::string_view brief, std::string_view full) {
  if (brief.empty() || brief.size() > full.size() || brief[0] != full[0]) return false;
  std::size_t at = 0;
  for (const char c : full)
    if (at < brief.size() && brief[at] == c) ++at;
  return at == brief.size();
}

}  // namespace hedgerow::dedup::detail
