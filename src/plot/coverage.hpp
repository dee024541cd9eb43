// Coverage of intervals against the size of the data: a grid of panels on common axes, with Monte Carlo error bars.
#pragma once

#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot {

/// One method in one panel: values per size. NaN leaves a gap.
struct CoverageSeries {
  std::vector<double> coverage;
  std::vector<double> margin;  ///< half the length of the error bar
};

struct CoveragePanel {
  std::vector<CoverageSeries> series;  ///< in the order of CoverageData::series
};

struct CoverageData {
  std::string title;
  double level = 0.95;                ///< the nominal coverage, drawn as a line
  std::vector<std::string> sizes;     ///< labels of the x axis
  std::vector<std::string> series;    ///< names of the methods
  std::vector<std::string> columns;   ///< headings of the columns of panels
  std::vector<std::string> rows;      ///< headings of the rows of panels
  std::vector<CoveragePanel> panels;  ///< row by row
};

struct CoverageOptions {
  double width = 190.0;  ///< of a panel, points
  double height = 165.0;
  double font_size = 9.0;
  std::string x_title = "Number of studies";
};

scene::Scene coverage(const CoverageData& data, const CoverageOptions& options = {});

}  // namespace hedgerow::plot
