// Baujat plot: what each study contributes to heterogeneity against what it does to the result. Studies far to the
// right or far up are named; in small sets all are.
#pragma once

#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot {

struct BaujatPoint {
  double x = 0.0, y = 0.0;  ///< NaN: listed in the description alone
  std::string label;
};

struct BaujatData {
  std::string title = {};
  std::vector<BaujatPoint> points;
};

struct BaujatOptions {
  std::string x_title = "Contribution to heterogeneity";
  std::string y_title = "Influence on the overall result";
  std::size_t all_named = 15;  ///< up to so many studies all have names
  double width = 300.0;        ///< of the panel, points
  double height = 240.0;
  double font_size = 9.0;
};

scene::Scene baujat(const BaujatData& data, const BaujatOptions& options = {});

}  // namespace hedgerow::plot
