// One variable of a formula over the rows of a table: a number, several columns (poly, ns), or a factor.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "data/detail/evaluator.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::data {

struct ModelVariable {
  static constexpr std::uint32_t kMissingLevel = std::numeric_limits<std::uint32_t>::max();

  std::string label;                  ///< R's text of the variable
  stats::Matrix columns;              ///< rows x m, if it is no factor
  std::vector<std::string> suffixes;  ///< m, appended to the label ("" for a plain number)
  std::vector<std::string> levels;    ///< in order, if it is a factor
  std::vector<std::uint32_t> codes;   ///< level of each row, if it is a factor

  bool is_factor() const { return !levels.empty(); }
  std::size_t width(bool contrasts) const;
  /// Name of column c; by contrasts column c belongs to level c + 1, else to level c.
  std::string name(std::size_t c, bool contrasts) const;
  double value(std::size_t row, std::size_t c, bool contrasts) const;
};

/// Evaluates one variable. Infinite values are an Error that names the row.
Expected<ModelVariable> model_variable(const Evaluator& evaluator, const Node& node);

}  // namespace hedgerow::data
