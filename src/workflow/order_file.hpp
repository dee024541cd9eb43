// The model's order of a work list, kept beside the store: a file that may be thrown away at any time.
//
// An order follows from the records, the decisions and the program; what it was made from is its key, and a file with
// another key is as good as none. It is written beside and renamed, so two processes at once leave one of two whole
// files, and both are right.
//
// Format: "hedgerow-order 1 KEY", one record a line, "end".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hedgerow::workflow {

/// The order that is kept in the file for this key; empty: no such file, another key, a damaged one.
std::optional<std::vector<std::int64_t>> read_order(const std::string& path, const std::string& key);

/// Keeps an order. A folder that can't be written keeps none, which costs time alone.
void keep_order(const std::string& path, const std::string& key, std::span<const std::int64_t> order);

}  // namespace hedgerow::workflow
