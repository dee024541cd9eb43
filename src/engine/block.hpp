// Block: named numbers with the name of their method and the rows behind them. Results are made of blocks, so no number
// leaves the engine without its provenance, and every front end reads all answers in the same way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "stats/matrix.hpp"

namespace hedgerow::engine {

struct Block;

/// One block inside another. (A vector of one, because a type can't hold itself.)
struct Nested {
  std::vector<Block> content;
};

/// What a field can hold. A missing number is NaN.
using Value = std::variant<double, bool, std::string, stats::Vector, std::vector<std::string>, std::vector<bool>,
                           stats::Matrix, std::vector<Block>, Nested>;

/// A named value.
using Field = std::pair<std::string, Value>;

struct Block {
  std::string method;  ///< name of the method, empty only in blocks inside another block
  std::string rows;    ///< rows of the table behind the numbers, as ranges from 1 ("1-12,14")
  std::vector<Field> fields;

  Block& add(std::string name, Value value) {
    fields.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Block& add(std::string name, Block block);
  /// The field, or null.
  const Value* find(std::string_view name) const;
  /// The field as a number; NaN if there is none.
  double number(std::string_view name) const;
  /// The field as a vector; empty if there is none. A single number is a vector of one.
  stats::Vector vector(std::string_view name) const;
  /// The field as texts; empty if there is none.
  std::vector<std::string> texts(std::string_view name) const;
  std::string text(std::string_view name) const;
  /// The block nested in the field, or null.
  const Block* child(std::string_view name) const;
  /// Blocks inside the field; empty if there are none.
  const std::vector<Block>& blocks(std::string_view name) const;
};

/// Ascending indices from 0 as ranges from 1: {0, 1, 2, 4} -> "1-3,5".
std::string row_ranges(const std::vector<std::uint32_t>& rows);

}  // namespace hedgerow::engine
