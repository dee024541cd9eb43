// Leave-one-out results of an analysis by DerSimonian and Laird's estimator, whose sums lose a row in constant time: a
// table of thousands of rows is looked at row by row within milliseconds. What is told of a finding is then refitted by
// the analysis's own estimator (audit/analysis.hpp).
#pragma once

#include <vector>

#include "stats/matrix.hpp"

namespace hedgerow::audit::detail {

struct LeftOut {
  double mean = 0, variance = 0;  ///< of the pooled estimate without the row
  double tau2 = 0;
};

/// One entry per row; needs at least three rows.
std::vector<LeftOut> leave_one_out(const stats::Vector& yi, const stats::Vector& vi);

}  // namespace hedgerow::audit::detail
