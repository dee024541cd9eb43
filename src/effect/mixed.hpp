// Tables whose rows report in different formats: means and SDs here, a difference with its standard error there, a
// paired t elsewhere. Each rule says which rows it is for, by a condition, and which form or measure computes them;
// every row must be matched by exactly one rule, so that no row is computed by accident of the order.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {

/// A column that declares the direction of the effects, as extraction sheets have it ("2" negative, "3" positive).
/// Where the inputs give no sign (a p-value, F, an unsigned difference) the direction sets it. Where they do (means),
/// the computed sign stands and a disagreement is reported in the record's note and in Effects::warnings.
struct Direction {
  std::string column;           ///< empty: no direction is declared
  std::string negative = "-1";  ///< text of the cells that mean a negative effect
  std::string positive = "1";   ///< text of the cells that mean a positive effect
  /// "sign": as above. "flip": the computed sign is reversed in rows with the negative text, for scales on which lower
  /// is better; such a direction says nothing about the sign of a p-value.
  std::string use = "sign";
};

/// One format: the rows it is for, and how they are computed.
struct FormatRule {
  std::string condition;  ///< expression over the columns, `data_format == "..."`; empty: all rows
  std::string form;       ///< a name from forms() or measures(): "prepost_means", "paired_p", "SMD", ...
  Arguments arguments;    ///< argument name -> column or expression
  Direction direction;
};

/// Names of the forms: ways of reporting a standardised mean difference, each computable from what papers print. They
/// are lower case; the names of measures() are upper case. `compute` takes both.
std::vector<std::string> forms();

/// Computes each row by the one rule whose condition holds. The measure of the result is that of the rules when they
/// agree ("SMD"), else "MIXED". Errors: those of `compute`; a row that no rule or more than one rule matches (with its
/// line and the rules); a direction that is neither of the two declared texts.
Expected<Effects> compute_mixed(const std::vector<FormatRule>& rules, const data::Table& table, const Options& options);

}  // namespace hedgerow::effect
