// Steps that recover numbers which a paper does not print, on the table, before effects are computed.
//
// A step takes columns and gives columns: SDs from standard errors, means and SDs from medians and quartiles, cells of
// 2x2 tables from odds ratios, missing SDs from the other rows. It fills cells that are missing and never changes a
// number that is given, unless it is told to overwrite; every number that it recovers leaves its formula and its inputs
// as a Record. Three kinds of steps make another table: aggregate (one row for each cluster), to_long (one row for
// each group) and levels (a factor in an order that is named). docs/methods/recovering-numbers.md has the formulas.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/named_matrix.hpp"
#include "data/table.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {

/// One step: which method, from which columns, with which options, into which columns.
struct PrepareStep {
  std::string method;                            ///< a name from prepare_methods()
  Arguments columns{};                           ///< argument -> column or expression
  std::map<std::string, std::string> options{};  ///< option -> value
  std::map<std::string, std::string> into{};     ///< output -> column; absent: the output's own name
  std::string rows{};                            ///< condition on the columns; empty: all rows
  bool overwrite = false;                        ///< also change numbers that are given (metafor's replace = "all")
  bool append = true;                            ///< false: the table keeps the new columns only
  /// Sampling covariance of `aggregate`, in memory. Not part of any text form.
  std::shared_ptr<const data::NamedMatrix> v{};
};

/// One row on which a step worked.
struct Recovered {
  std::size_t step = 0;  ///< from 0
  std::size_t row = 0;   ///< of the table that the step made, from 0
  std::string where;     ///< file and line
  Record record;         ///< formula, inputs, intermediate results; what was filled stands last among the steps
  bool imputed = false;  ///< from other rows and not from the numbers of this one
};

/// A table after the steps.
struct Prepared {
  data::Table table;
  std::vector<Recovered> recovered;
  std::vector<std::string> warnings;
};

/// What a method takes and gives, for help texts and error messages.
struct PrepareMethod {
  std::string name, text;
  std::vector<std::string> arguments, options, outputs;
};
std::vector<PrepareMethod> prepare_methods();

/// The steps one after the other, each on the table of the one before. Errors: unknown method, argument, option or
/// output (with the nearest), unknown column, text in a number column, impossible input (a negative SE, min above q1)
/// with its cell.
Expected<Prepared> prepare(const data::Table& table, std::span<const PrepareStep> steps);

/// A step from text: "sd_from_se(se = se1, n = n1, rows = 'arm == 1') -> sd = sd1". Arguments are columns or
/// expressions; options have the same form and are told apart by their names; a name alone after the arrow is the next
/// output. `rows`, `overwrite` and `append` are options of every step.
Expected<PrepareStep> parse_prepare_step(const std::string& text);
/// The step as text again.
std::string prepare_text(const PrepareStep& step);

}  // namespace hedgerow::effect
