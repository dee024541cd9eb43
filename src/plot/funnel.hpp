// Contour-enhanced funnel plot: effects against their precision, with regions of significance around the null.
//
// Source: Peters et al. (2008) for the contours; Sterne and Egger (2001) for the standard error as vertical axis.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plot/axis.hpp"
#include "scene/scene.hpp"

namespace hedgerow::plot {

struct FunnelPoint {
  double yi = 0.0;
  double sei = 0.0;
  std::string label = {};
  bool imputed = false;  ///< added by trim and fill: drawn open
};

/// yi = intercept + slope * sei, as Egger's regression has it.
struct FunnelLine {
  double intercept = 0.0;
  double slope = 0.0;
};

enum class FunnelAxis { sei, inverse_sei };

struct FunnelData {
  std::string title = {};
  std::vector<FunnelPoint> points;
  double estimate = 0.0;                         ///< pooled; axis of the pseudo-confidence triangle
  std::optional<double> adjusted_estimate = {};  ///< with the imputed points
  std::optional<FunnelLine> regression = {};
};

struct FunnelOptions {
  Display display = Display::identity;
  FunnelAxis axis = FunnelAxis::sei;
  double null_value = 0.0;                            ///< centre of the contours
  std::vector<double> contours = {0.10, 0.05, 0.01};  ///< two-sided p, falling; empty for none
  bool triangle = true;                               ///< pseudo 95 % confidence limits around the estimate
  std::string measure = "Effect";                     ///< title of the x axis
  double width = 330.0;                               ///< of the panel, points
  double height = 250.0;
  double font_size = 9.0;
};

/// The figure. Points without a finite yi and a positive sei are left out and counted in the description.
scene::Scene funnel(const FunnelData& data, const FunnelOptions& options = {});

}  // namespace hedgerow::plot
