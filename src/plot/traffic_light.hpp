// Risk-of-bias (traffic-light) table: studies by items, a symbol inside each coloured dot, so that colour is
// never alone.
#pragma once

#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot {

/// A judgement and its symbol: "+", "?", "−", or an empty ring for "not given".
enum class Judgement { good, unclear, bad, not_given };

enum class TrafficPalette { cochrane, colour_blind };

struct TrafficRow {
  std::string label;
  std::vector<Judgement> judgements;  ///< one per item; missing ones count as not given
  std::string score = {};             ///< "7/10"
};

struct TrafficData {
  std::string title = {};
  std::vector<std::string> items;
  std::vector<TrafficRow> rows;
  std::string score_header = {};  ///< empty: no score column
  std::string good_text = "Low risk of bias";
  std::string unclear_text = "Unclear risk of bias";
  std::string bad_text = "High risk of bias";
};

struct TrafficOptions {
  TrafficPalette palette = TrafficPalette::colour_blind;
  double font_size = 9.0;
  double max_label_width = 190.0;    ///< points; longer labels end in "…"
  double max_header_height = 150.0;  ///< points; longer item names, which stand upright, end in "…"
};

scene::Scene traffic_light(const TrafficData& data, const TrafficOptions& options = {});

}  // namespace hedgerow::plot
