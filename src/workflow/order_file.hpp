// The model's order of a work list, kept beside the store: a file that may be thrown away at any time.
//
// An order follows from the documents, the decisions and the program. The documents and the program are its key, and a
// file with another key is as good as none; the decisions stand in it, so that a reader can see how old it is. It is
// written beside and renamed, so two processes at once leave one of two whole files, and both are right.
//
// Format: "hedgerow-order 2 KEY"; a line "=RECORD" or "!RECORD" for each document that was included or excluded; a line
// "RECORD" for each other one, in its order; "end".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hedgerow::workflow {

struct KeptOrder {
  std::vector<std::int64_t> included, excluded;  ///< kept records of the documents that the model learned from
  std::vector<std::int64_t> order;               ///< of the others, the most promising first
};

/// The order that is kept in the file for this key; empty: no such file, another key, a damaged one.
std::optional<KeptOrder> read_order(const std::string& path, const std::string& key);

/// Keeps an order. A folder that can't be written keeps none, which costs time alone.
void keep_order(const std::string& path, const std::string& key, const KeptOrder& kept);

}  // namespace hedgerow::workflow
