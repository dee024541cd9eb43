// Radial (Galbraith) plot: standardised effects against precision. A study's effect is the slope of the line from the
// origin through its point, read off on the arc; points outside the band of 2 units around the line of the mean are
// outliers, and named.
#pragma once

#include <string>
#include <vector>

#include "plot/axis.hpp"
#include "scene/scene.hpp"

namespace hedgerow::plot {

struct RadialPoint {
  double x = 0.0, y = 0.0;
  std::string label;
};

struct RadialData {
  std::string title = {};
  std::vector<RadialPoint> points;
  double estimate = 0.0, ci_lb = 0.0, ci_ub = 0.0;  ///< slopes
  double offset = 0.0;                              ///< what was taken off the effects (centred plots): the arc adds it
};

struct RadialOptions {
  Display display = Display::identity;  ///< of the numbers at the arc
  double quantile = 1.959963984540054;  ///< half width of the band
  std::string measure = "Effect";       ///< title of the arc
  std::string x_title = "1 / standard error";
  std::string y_title = "Standardised effect";
  std::size_t all_named = 8;  ///< up to so many studies all have names
  double width = 300.0;       ///< of the panel, points
  double height = 240.0;
  double font_size = 9.0;
};

scene::Scene radial(const RadialData& data, const RadialOptions& options = {});

}  // namespace hedgerow::plot
