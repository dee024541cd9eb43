// Bubble plot: effects against one moderator, numeric or a factor with few levels, with the fitted line and its bands.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "plot/axis.hpp"
#include "scene/scene.hpp"

namespace hedgerow::plot {

struct BubblePoint {
  double x = 0.0;  ///< moderator; for a factor the number of its level, from 0
  double yi = 0.0;
  double weight = 1.0;  ///< any unit; the area of the bubble is proportional to it
  std::string label = {};
};

/// The fitted model at one moderator value. Prediction limits may be NaN.
struct BubbleFit {
  double x = 0.0;
  double estimate = 0.0;
  double ci_lb = 0.0;
  double ci_ub = 0.0;
  double pi_lb = std::numeric_limits<double>::quiet_NaN();
  double pi_ub = std::numeric_limits<double>::quiet_NaN();
};

struct BubbleData {
  std::string title = {};
  std::vector<BubblePoint> points;
  std::vector<BubbleFit> fit;            ///< ascending by x; for a factor one entry per level
  std::vector<std::string> levels = {};  ///< names of the factor's levels; empty for a numeric moderator
};

struct BubbleOptions {
  Display display = Display::identity;
  double null_value = 0.0;  ///< horizontal line; NaN for none
  std::string moderator = "Moderator";
  std::string measure = "Effect";
  double width = 340.0;  ///< of the panel, points
  double height = 250.0;
  double font_size = 9.0;
};

scene::Scene bubble(const BubbleData& data, const BubbleOptions& options = {});

}  // namespace hedgerow::plot
