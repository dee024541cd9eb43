// Names beside points, where there is room: none covers another name or a point, and none leaves the panel.
#pragma once

#include <string>
#include <vector>

#include "scene/scene.hpp"

namespace hedgerow::plot::detail {

struct NamedPoint {
  scene::Point at;    ///< on the page
  std::string label;  ///< empty: the point is only in the way
};

/// Texts for the points with a label, in the order of importance that the caller gives: each takes the first free of
/// eight places around its point, then the same further away with a line to its point; without a free place it stays
/// without a name (its tooltip has it).
std::vector<scene::Mark> place_labels(const std::vector<NamedPoint>& points, double radius,
                                      const scene::Rectangle& panel, const scene::Font& font);

}  // namespace hedgerow::plot::detail
