// Slips that move a standard deviation by a known factor, and which of them would bring a row among its peers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/detail/spread_view.hpp"

namespace hedgerow::audit::detail {

enum class Slip { none, se_for_sd, ten_times, tenth };

/// What is wrong with a row of a group. `cells`: those that the slip concerns (both groups of people, or one).
struct SlipFound {
  Slip slip = Slip::none;
  double log_ratio = 0;  ///< LR of the best slip (detail/peers.hpp)
  double median = 0;     ///< standard deviation of the peers
  std::vector<SpreadCell> cells;
  double second = 0;  ///< LR of the best other slip

  /// No other slip fits nearly as well.
  bool alone() const { return log_ratio - second > 1.5; }
};

/// How well the rows of a group can be compared; `why_not` is empty if they can.
struct SlipSearch {
  std::string why_not;
  std::vector<SlipFound> rows;  ///< one per row of the group
};
SlipSearch find_slips(const SpreadGroup& group);

/// The standard deviation as it would be without the slip.
double without_slip(Slip slip, const SpreadCell& cell);

}  // namespace hedgerow::audit::detail
