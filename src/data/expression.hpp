// Expressions over the columns of a table, in the part of R's language that formulas, weights and subsets use:
// numbers, "texts", columns, + - * / ^ %% unary -, comparisons, & | !, parentheses, c(...), %in%,
// log exp sqrt abs log2 log10 scale-free functions, factor(x), relevel(x, ref = "a").
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::data {

/// Values of an expression, one per row: numbers (NaN missing) or texts (empty missing). Truth is 1 and 0.
struct Column {
  std::variant<stats::Vector, std::vector<std::string>> values;
  /// Levels in order, if the expression made a factor; else empty. The first one is the reference.
  std::vector<std::string> levels;
};

/// Evaluates an expression; unknown columns and misplaced types are Errors that quote the expression.
Expected<Column> evaluate(std::string_view expression, const Table& table);
/// The same, as numbers.
Expected<stats::Vector> evaluate_numbers(std::string_view expression, const Table& table);
/// Row indices for which a condition such as `alloc == "random" & year > 1970` holds (missing counts as no).
Expected<std::vector<std::size_t>> evaluate_condition(std::string_view expression, const Table& table);

}  // namespace hedgerow::data
