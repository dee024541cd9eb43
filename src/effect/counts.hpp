// Counts: the events behind measures of 2x2 tables, rates and proportions, for models that are fitted to the counts.
//
//   tables        x1 = ai of n1 = ai + bi (or n1i),  x2 = ci of n2 = ci + di (or n2i)
//   rates         x1i in t1i, x2i in t2i
//   proportions   xi of ni (or xi + mi)
//   single_rates  xi in ti
//
// No constant is added and no row is left out: what the measure does to zero cells is its own affair.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect {

struct RawCounts {
  enum class Kind { none, tables, rates, proportions, single_rates } kind = Kind::none;
  stats::Vector x1, n1;  ///< one per row; NaN where the row does not give them
  stats::Vector x2, n2;  ///< empty with one group
};

/// Counts of every row, by the arguments that the measure was given. Kind `none` where these are no counts of
/// independent groups (means, matched pairs, ...). Errors: as `compute`; events above their number of persons.
Expected<RawCounts> raw_counts(const std::string& measure, const data::Table& table, const Arguments& arguments);

}  // namespace hedgerow::effect
