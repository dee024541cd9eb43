// Model formulas -> design matrix, as R's model.matrix does with treatment contrasts.
//
//   ~ sex + dose          columns; text columns are factors, levels in alphabetical order (numbers in numerical order)
//   factor(x), relevel(factor(x), ref = "b"), relevel(x, "b")
//   a:b, a*b, (a + b):c   interactions (with R's rule for when a factor is coded in full)
//   - 1, + 0, 0 +         no intercept
//   I(x^2), log(x), ...   any expression of data/expression.hpp
//   poly(x, 2), poly(x, 2, raw = TRUE), ns(x, df = 3) (also splines::ns)
//   ~ 1 | a/b/c           random effects, read by parse_random; ~ inner | outer by data/random.hpp
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::data {

/// Design matrix with the origin of each column. Names are R's ("intrcpt" for the constant, as metafor prints).
struct Design {
  stats::Matrix x;                       ///< rows x p; rows with a missing moderator hold NaN
  std::vector<std::string> names;        ///< p
  std::vector<int> term;                 ///< p; 0 intercept, else index of the term (from 1)
  std::vector<std::string> term_labels;  ///< label of term 1, 2, ... ("factor(alloc)", "ablat:year")
  bool intercept = false;
};

/// Builds the design of a one-sided formula. Does not check the rank: model::Data::create does, naming the columns.
Expected<Design> design_matrix(std::string_view formula, const Table& table);

/// Rows of a design for the levels of one of its factors: the reference grid of marginal means, averaged.
struct LevelRows {
  std::string factor;               ///< as the formula writes it, "factor(alloc)"
  std::vector<std::string> levels;  ///< in their order
  stats::Matrix x;                  ///< levels x p, columns as in design_matrix
};
/// How the other factors are averaged: each combination of their levels counts once, or as often as it occurs.
enum class LevelWeights { equal, proportional };

/// Every variable that is no factor is held at the mean of its columns (log(dose) at the mean of log(dose)); the other
/// factors are averaged. `factor` is a variable of the formula, factor() or relevel() around it may be left out. Rows
/// with a missing moderator don't count. Errors: no such factor, more than 100,000 combinations.
Expected<LevelRows> level_rows(std::string_view formula, const Table& table, const std::string& factor,
                               LevelWeights weights);

/// `~ 1 | a/b/c` as the list of its grouping columns, outermost first: {"a", "b", "c"}.
Expected<std::vector<std::string>> parse_random(std::string_view formula);

/// Group of each row for every level of a nesting, outermost first, as dense indices from 0 in order of appearance:
/// level l groups rows by the values of columns 0..l together. A missing grouping value is an Error with its cell.
Expected<std::vector<std::vector<std::uint32_t>>> nested_groups(const std::vector<std::string>& columns,
                                                                const Table& table);

}  // namespace hedgerow::data
