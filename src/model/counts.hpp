// Counts: the events behind effects, for models that are fitted to them instead of to yi and vi.
//
//   tables       x1 of n1 and x2 of n2 persons          OR RR RD
//   rates        x1 events in n1 and x2 in n2 person-time    IRR IRD
//   proportions  x1 of n1 persons                       PLO
//   single_rates x1 events in n1 person-time            IRLN
#pragma once

#include <span>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::model {

enum class CountKind { none, tables, rates, proportions, single_rates };

/// One entry per row of the data. Counts need not be whole numbers (constants may have been added to them).
struct Counts {
  CountKind kind = CountKind::none;
  stats::Vector x1, n1;  ///< k: events, and persons or person-time
  stats::Vector x2, n2;  ///< k: the same of the second group; empty with one group

  bool empty() const { return kind == CountKind::none; }
  bool two_groups() const { return kind == CountKind::tables || kind == CountKind::rates; }
  Counts subset(std::span<const std::size_t> rows) const;
};

/// Lengths k, finite, x >= 0, n > 0, x <= n where n are persons. An Error names the row by its number from 1.
Checked check_counts(const Counts& counts, std::size_t k);

}  // namespace hedgerow::model
