// Influence plot: one panel per measure of case diagnostics, units along x, influential units filled.
#pragma once

#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot {

struct InfluencePanel {
  std::string title;
  std::vector<double> values;       ///< one per unit; NaN: no point
  std::vector<double> limits = {};  ///< horizontal dashed lines; NaN for none
};

struct InfluenceData {
  std::string title = {};
  std::vector<std::string> labels;  ///< of the units
  std::vector<bool> flagged;        ///< influential units
  std::vector<InfluencePanel> panels;
};

struct InfluenceOptions {
  std::size_t columns = 2;
  double width = 250.0;  ///< of a panel, points
  double height = 80.0;
  double font_size = 8.0;
};

scene::Scene influence(const InfluenceData& data, const InfluenceOptions& options = {});

}  // namespace hedgerow::plot
