// The dot of a judgement: a circle with its symbol, the same in tables, bars and legends. The symbols + - x are drawn
// as lines, so that they are centred whatever the font.
#pragma once

#include <optional>

#include "plot/traffic_light.hpp"

namespace hedgerow::plot::detail {

/// Radius of a dot in em.
inline constexpr double kDotRadius = 0.62;

/// The symbol alone, centred; nothing for a blank.
void add_symbol(scene::Point center, char symbol, double font_size, std::vector<scene::Mark>& marks);
/// A filled circle with its symbol; an empty ring without a level.
void add_dot(scene::Point center, const TrafficLevel* level, TrafficPalette palette, double font_size,
             const std::string& tooltip, std::vector<scene::Mark>& marks);

/// Levels that occur, and "Not given" if a place is empty, as dots with their words from `top` down.
struct DotEntry {
  const TrafficLevel* level = nullptr;  ///< null: not given
  std::string text;
};
/// Entries in rows not wider than `width`; gives the height used.
double add_legend(const std::vector<DotEntry>& entries, double left, double top, double width, double font_size,
                  TrafficPalette palette, std::vector<scene::Mark>& marks);

}  // namespace hedgerow::plot::detail
