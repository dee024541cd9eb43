// Distances of short texts, and hashes of words. Pure; texts are bytes of folded UTF-8 (base/unicode.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hedgerow::dedup::detail {

/// FNV-1a, 64 bits, mixed so that its low bits can be used alone.
std::uint64_t hash_text(std::string_view text);

/// Levenshtein's distance: insertions, deletions and substitutions of bytes. Bit-parallel, |a| |b| / 64 steps.
/// Source: myers1999, with blocks for texts longer than a machine word.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// 1 - distance / length of the longer text; 1 for two empty texts.
double edit_similarity(std::string_view a, std::string_view b);

/// Whether one edit or none turns a into b. Linear.
bool within_one_edit(std::string_view a, std::string_view b);

/// Whether `brief` may be an abbreviation of `full`: the same first letter, its other letters in the same order, and no
/// longer. "natl" of "national", "obstet" of "obstetrics".
bool abbreviates(std::string_view brief, std::string_view full);

}  // namespace hedgerow::dedup::detail
