// Summary of a risk-of-bias table: for each domain a bar with the share of studies (or of their weight) at each
// judgement. Colours and symbols as in the traffic-light table.
#pragma once

#include "plot/traffic_light.hpp"

namespace hedgerow::plot {

struct SummaryOptions {
  TrafficPalette palette = TrafficPalette::colour_blind;
  double font_size = 9.0;
  double max_label_width = 190.0;  ///< points; longer names of domains are wrapped
  double bar_width = 260.0;        ///< points
};

/// `weights`: one per row, such as the weight in the meta-analysis; empty: every study counts the same.
scene::Scene rob_summary(const TrafficData& data, const std::vector<double>& weights,
                         const SummaryOptions& options = {});

/// Share of each level in an item's bar, then that of "not given"; sums to 1 (or all 0 without rows).
std::vector<double> level_shares(const TrafficData& data, std::size_t item, const std::vector<double>& weights);

}  // namespace hedgerow::plot
