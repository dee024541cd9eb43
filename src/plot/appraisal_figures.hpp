// Assessments by an instrument as the data of its figures.
#pragma once

#include "plot/rob_summary.hpp"
#include "plot/traffic_light.hpp"
#include "review/assess.hpp"

namespace hedgerow::plot {

/// Rows are assessments. Columns: the domains and the overall judgement, or the items with the score. Instruments with
/// stars have no table of this kind: their columns show a star as + and none as -.
TrafficData traffic_data(const review::Instrument& instrument, const std::vector<review::Assessment>& assessments);

/// Weights of the assessments; empty if none differs from 1.
std::vector<double> traffic_weights(const std::vector<review::Assessment>& assessments);

}  // namespace hedgerow::plot
