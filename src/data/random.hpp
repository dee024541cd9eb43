// Random-effects formulas and the columns that they need (groups of nested columns: data/formula.hpp).
//
//   ~ 1 | a/b/c         random intercepts, nested: one component for a, for b within a, for c within both
//   ~ inner | outer     effects of the inner levels of each outer group, correlated by a structure
//   ~ x + y | outer     the same with coordinates (spatial structures)
//   ~ 1 + x | outer     random coefficients of the columns of the inner formula (structures GEN and GDIAG)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::data {

/// One formula, taken apart.
struct RandomFormula {
  std::vector<std::string> nested;  ///< columns of ~ 1 | a/b/c, outermost first; empty for ~ inner | outer
  std::vector<std::string> inner;   ///< ~ inner | outer: the inner expressions, those joined by + one by one
  std::string outer;                ///< column of the outer groups

  bool is_structured() const { return nested.empty(); }
  /// "outcome", "x + y": the inner side as R writes it.
  std::string inner_text() const;
};

/// Errors point into the formula.
Expected<RandomFormula> parse_random_formula(std::string_view formula);

/// Values of an expression as levels, in the order of R's factor(): texts by collation, numbers by size, a factor by
/// its own order; levels without rows are left out.
struct Factor {
  std::vector<std::string> levels;
  std::vector<std::uint32_t> codes;  ///< rows, index into levels
};
/// A missing value is an Error with its row, because each row needs a level.
Expected<Factor> factor_levels(std::string_view expression, const Table& table);

/// Values of several expressions, rows x expressions. A value that is missing or infinite is an Error with its row.
Expected<stats::Matrix> complete_numbers(const std::vector<std::string>& expressions, const Table& table);

}  // namespace hedgerow::data
