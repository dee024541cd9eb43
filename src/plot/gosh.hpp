// GOSH plot: estimate against heterogeneity of the model on very many subsets of the studies. Two separate clouds mean
// that one study, or a few, decide the result; the subsets that hold one study can have a colour of their own.
#pragma once

#include <string>
#include <vector>

#include "plot/axis.hpp"
#include "scene/scene.hpp"

namespace hedgerow::plot {

struct GoshData {
  std::string title = {};
  std::vector<double> x, y;            ///< per subset; NaN: no fit
  std::vector<bool> coloured = {};     ///< per subset; empty: none is
  std::string coloured_name = {};      ///< of the study that coloured subsets hold
  double estimate = 0.0, level = 0.0;  ///< of the whole set; NaN for none
};

struct GoshOptions {
  Display display = Display::identity;  ///< of the numbers along x
  std::string x_title = "Estimate";
  std::string y_title = "I² (%)";
  double width = 320.0;  ///< of the panel, points
  double height = 240.0;
  double font_size = 9.0;
};

scene::Scene gosh(const GoshData& data, const GoshOptions& options = {});

}  // namespace hedgerow::plot
