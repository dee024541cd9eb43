// Expressions over the columns of a table, in the part of R's language that formulas, weights and subsets use:
// numbers, "texts", columns (`in backticks` if need be), + - * / ^ %% unary -, comparisons, & | !, parentheses, a:b,
// c(...), %in%, is.na(x), ifelse(a, b, c), log exp sqrt abs log2 log10 round ..., mean min max median sd,
// factor(x), relevel(x, ref = "a"), as.numeric(x), as.character(x), I(x), scale(x). docs/formulas.md is the reference.
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
  /// Numbers that are truth values (a comparison, or a column of TRUE and FALSE).
  bool logical = false;
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
