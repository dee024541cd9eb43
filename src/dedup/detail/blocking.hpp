// Candidate pairs: records that share one of some cheap keys. Cost: n keys sorted, and few pairs per record.
//
// All pairs of 80,000 records are 3.2 billion; the keys leave some ten per record. A key that very many records share
// (a volume and page 1, a common pair of words) would bring quadratic cost back, so of a block above the cap only
// neighbours in the order of titles are paired.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dedup/detail/prepare.hpp"

namespace hedgerow::dedup::detail {

struct Candidate {
  std::uint32_t first = 0, second = 0;  ///< first < second
  bool operator==(const Candidate&) const = default;
};

inline constexpr std::size_t kLargestBlock = 40;
inline constexpr std::size_t kNeighbours = 6;
inline constexpr std::size_t kPiece = 256;  ///< records or pairs that a thread takes at a time

/// Sorted, each pair once; only pairs whose second record is at `new_from` or after.
std::vector<Candidate> candidates(std::span<const Prepared> records, std::size_t new_from, unsigned threads);

}  // namespace hedgerow::dedup::detail
