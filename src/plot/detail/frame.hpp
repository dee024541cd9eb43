// A rectangular panel with two axes: what funnel and bubble plots share.
#pragma once

#include <string>
#include <vector>

#include "plot/axis.hpp"
#include "scene/scene.hpp"

namespace hedgerow::plot::detail {

/// Panel, its scales and its fonts. Data are clipped to the panel by the functions below.
struct Frame {
  scene::Rectangle panel;
  Scale x;
  Scale y;
  scene::Font text;
  scene::Font strong;
};

struct AxisTexts {
  std::vector<Tick> ticks;
  std::string title;
};

/// One entry of the legend below a panel.
struct LegendEntry {
  enum class Kind { swatch, dot, circle, line, dashed };
  Kind kind = Kind::swatch;
  scene::Color color;
  std::string label;
};

/// The place for a panel of `width` x `height` points beside tick labels of the y axis and below a title.
struct Sheet {
  Frame frame;
  scene::Scene scene;
  AxisTexts x_axis;
  AxisTexts y_axis;
  std::vector<LegendEntry> legend;
};

struct SheetRequest {
  std::string title;
  double width = 0.0;   ///< of the panel, points
  double height = 0.0;  ///< of the panel, points
  double font_size = 9.0;
  Limits x;
  Limits y;
  bool y_downward = false;  ///< small values on top
  AxisTexts x_axis;
  AxisTexts y_axis;
  std::vector<LegendEntry> legend = {};
};

/// Sizes the page and places the panel; draws the title, but not the axes, which belong above the data.
Sheet make_sheet(const SheetRequest& request);

/// Axes, axis titles and legend; call it after the data.
void finish_sheet(Sheet& sheet);

/// The part of a polygon (in points on the page) inside the panel; may be empty.
std::vector<scene::Point> clip_polygon(std::vector<scene::Point> polygon, const scene::Rectangle& panel);

/// Adds the part of a line from `a` to `b` (page points) that is inside the panel.
void add_clipped_line(Sheet& sheet, scene::Point a, scene::Point b, scene::Color color, double width,
                      std::vector<double> dash = {});

}  // namespace hedgerow::plot::detail
