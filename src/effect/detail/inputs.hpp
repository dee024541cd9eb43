// The arguments of a measure bound to the columns of a table, checked cell by cell.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect::detail {

/// What the values of an argument must be. A violation is an input error at its cell.
enum class Kind {
  number,       ///< any number
  sd,           ///< >= 0
  size,         ///< >= 1
  sample,       ///< >= 2: the size of a group whose standard deviation is used
  count,        ///< >= 0
  time,         ///< > 0
  positive,     ///< > 0: a ratio or a variance
  proportion,   ///< 0 to 1
  correlation,  ///< -1 to 1
  p_value,      ///< > 0 and <= 1
  signed_p,     ///< -1 to 1, not 0: the sign is the direction, as in metafor
  tails,        ///< 1 or 2
  alpha,        ///< <= 1: a reliability coefficient
  items,        ///< >= 2
};

/// An argument that a measure knows.
struct Argument {
  std::string_view name;
  Kind kind = Kind::number;
};

/// Values of the bound arguments, row by row.
class Inputs {
 public:
  /// Binds columns or expressions to names. Errors: an argument that the measure does not know (with the nearest name),
  /// an unknown column, text in a number column, a value that its kind forbids.
  static Expected<Inputs> bind(const data::Table& table, const Arguments& arguments, std::span<const Argument> known,
                               std::string_view measure);

  std::size_t rows() const { return rows_; }
  bool bound(std::string_view name) const { return find(name) != nullptr; }
  /// NaN if the argument is not bound or its cell is missing.
  double at(std::size_t row, std::string_view name) const;
  /// An input error at the cell of this argument.
  Error bad(std::size_t row, std::string_view name, const std::string& message) const;
  /// "effects.csv:17" or, for an argument that is one column, "effects.csv:17:sd_t".
  std::string where(std::size_t row, std::string_view name) const;
  /// All bound arguments of a row, in the order in which the measure names them.
  std::vector<Quantity> quantities(std::size_t row) const;

 private:
  struct Bound {
    std::string_view name;
    std::string source;
    stats::Vector values;
  };
  const Bound* find(std::string_view name) const;
  Checked check(std::size_t row, const Argument& argument, double value) const;

  const data::Table* table_ = nullptr;
  std::size_t rows_ = 0;
  std::vector<Bound> bound_;
};

}  // namespace hedgerow::effect::detail
