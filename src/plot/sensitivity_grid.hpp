// Sensitivity of a model to an assumed number: estimates with their intervals against it, the variance components and
// their correlations below, the value of the main analysis marked.
#pragma once

#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot {

struct GridCurve {
  std::string name;
  std::vector<double> values;            ///< one per value of the grid; NaN interrupts the curve
  std::vector<double> lower{}, upper{};  ///< interval, drawn as a band; empty for none
};

/// A panel with its own vertical axis.
struct GridPanel {
  std::string title;
  std::vector<GridCurve> curves;  ///< told apart by colour and dashes, and named in the panel if there are several
  bool with_null = false;         ///< the axis holds 0, with a line
};

struct GridData {
  std::string title;
  std::string x_title;                  ///< "Assumed correlation rho"
  std::vector<double> values;           ///< ascending
  double used = 0;                      ///< value of the main analysis; NaN for none
  std::vector<std::string> failures{};  ///< per value why there is no fit; an empty text where there is one
  std::vector<GridPanel> panels;
};

struct GridOptions {
  double width = 320.0;  ///< of a panel, points
  double height = 120.0;
  double font_size = 9.0;
};

scene::Scene sensitivity_grid(const GridData& data, const GridOptions& options = {});

}  // namespace hedgerow::plot
