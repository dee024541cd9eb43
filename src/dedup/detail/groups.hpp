// From pairs to groups, with protection against chains.
//
// Links are taken from the most certain to the least. One that would bring two records together which are clearly
// different, or which a user called different, is left out: so a chain breaks at its weakest link, as in the store
// (docs/formats/store.md). What a user called the same is linked first and always, unless also called different.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "dedup/dedup.hpp"

namespace hedgerow::dedup::detail {

/// Group of each of `n` records, numbered in the order of their first records. `links`: the pairs that are the same.
/// `clearly_different`: asked for pairs of two groups that a link would join.
std::vector<std::size_t> group_records(std::size_t n, std::span<const Pair> links, const Known& known,
                                       const std::function<bool(std::size_t, std::size_t)>& clearly_different);

}  // namespace hedgerow::dedup::detail
