// Risk-of-bias (traffic-light) table: studies by domains, a symbol inside each coloured dot, so that colour is never
// alone. Any number of domains in one or more panels; columns carry short codes whose names stand below the table, so
// that no name is cut or turned on its side.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot {

enum class TrafficPalette { cochrane, colour_blind };

/// A word with its symbol: + - x ? ! or blank.
struct TrafficLevel {
  std::string text;
  char symbol = ' ';
  scene::Color cochrane, safe;

  scene::Color color(TrafficPalette palette) const { return palette == TrafficPalette::cochrane ? cochrane : safe; }
};
/// "Yes" +, "Unclear" ?, "No" -.
std::vector<TrafficLevel> yes_no_levels();

struct TrafficItem {
  std::string code;        ///< "D1": heads the column
  std::string name = {};   ///< "Randomisation process": stands below the table
  std::string panel = {};  ///< columns of one panel stand together below its name
};

struct TrafficRow {
  std::string label;
  std::vector<std::optional<std::size_t>> levels;  ///< one per item, index into TrafficData::levels; missing: not given
  std::string score = {};                          ///< "7/10"
};

struct TrafficData {
  std::string title = {};
  std::vector<TrafficItem> items;
  std::vector<TrafficRow> rows;
  std::vector<TrafficLevel> levels = yes_no_levels();
  std::string score_header = {};  ///< empty: no score column
};

struct TrafficOptions {
  TrafficPalette palette = TrafficPalette::colour_blind;
  double font_size = 9.0;
  double max_label_width = 190.0;  ///< points; longer labels of studies end in "…"
};

scene::Scene traffic_light(const TrafficData& data, const TrafficOptions& options = {});

}  // namespace hedgerow::plot
