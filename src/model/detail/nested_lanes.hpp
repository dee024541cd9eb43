// The three-level likelihood (~ 1 | study/row) four groups at a time.
//
// Nearly all large multilevel models have one grouping level above the rows. For these the recursion of
// nested_likelihood.hpp is one closing per group, so four groups are kept in the four lanes of a vector. Groups are
// taken in order of size, so that lanes are equally long up to a little padding; a group of more than 64 rows has its
// own rows dealt over the lanes instead. A padding row has a variance of 2^200: its weight vanishes against any other,
// and its part of log |M| is known exactly.
//
// Measured (whole fit, 1,000,000 rows in 200,000 groups, intercept only): 0.25 s by the general recursion, 0.09 s by
// this one. Explicit vector types, because g++ does not vectorise the sums by itself. No fused multiply-add is used, so
// the result is the same on every x86-64 processor.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/detail/nested_state.hpp"

namespace hedgerow::model {

constexpr std::size_t lanes = 4;

/// Rows and groups laid out for the lanes.
struct LaneLayout {
  /// Four groups that are closed together; `split`: each group has steps[lane] steps of its own, one after the other.
  struct Closing {
    std::size_t offset = 0;  ///< into data, in doubles
    std::array<std::uint32_t, lanes> steps{};
    bool split = false;
  };
  std::vector<Closing> closings;
  stats::Vector data;   ///< per step: v of the lanes, then each column of U but the first
  stats::Vector shift;  ///< per closing: each column but the first, by lane
  std::size_t padded = 0;

  bool empty() const { return closings.empty(); }
};

/// Largest number of columns of U for which there is a lane kernel.
constexpr std::size_t largest_lane_order = 6;

/// Empty if the model is not of this form, or some v lies outside 1e-30 .. 1e30 of the unit.
LaneLayout make_lanes(const NestedTree& tree, const stats::Vector& v, const std::vector<stats::Vector>& u,
                      const stats::Vector& shift);

/// Totals at s = (between groups, between rows), both below 1e30.
NestedTotals lane_totals(const LaneLayout& layout, std::size_t q, double s_group, double s_row);

}  // namespace hedgerow::model
