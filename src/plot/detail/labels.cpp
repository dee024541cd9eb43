// Greedy: the most important name chooses first. Good enough for tens of names, and the same data give the same
// picture.
#include "plot/detail/labels.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "scene/metrics.hpp"

namespace hedgerow::plot::detail {
namespace {

using scene::Point;
using scene::Rectangle;

bool overlap(const Rectangle& a, const Rectangle& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool inside(const Rectangle& a, const Rectangle& panel) {
  return a.x >= panel.x && a.y >= panel.y && a.x + a.width <= panel.x + panel.width &&
         a.y + a.height <= panel.y + panel.height;
}

// Right, left, above, below, and the diagonals: unit steps of the centre of the box.
constexpr Point kDirections[] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {-1, -1}, {1, 1}, {-1, 1}};

// The box of a text `distance` points from the edge of its point.
Rectangle box_at(const Point& at, const Point& direction, double width, double height, double distance) {
  const double x = at.x + direction.x * (distance + 0.5 * width), y = at.y + direction.y * (distance + 0.5 * height);
  return {x - 0.5 * width, y - 0.5 * height, width, height};
}

// The point of the box that is nearest to `at`.
Point nearest(const Rectangle& box, const Point& at) {
  return {std::clamp(at.x, box.x, box.x + box.width), std::clamp(at.y, box.y, box.y + box.height)};
}

}  // namespace

std::vector<scene::Mark> place_labels(const std::vector<NamedPoint>& points, double radius, const Rectangle& panel,
                                      const scene::Font& font) {
  std::vector<Rectangle> taken;
  for (const NamedPoint& p : points) taken.push_back({p.at.x - radius, p.at.y - radius, 2.0 * radius, 2.0 * radius});
  const double height = (scene::kAscent + scene::kDescent) * font.size;
  std::vector<scene::Mark> out;
  const auto free_box = [&](const NamedPoint& p, double width) -> std::optional<Rectangle> {
    for (const double distance : {radius + 1.5, radius + 9.0, radius + 18.0, radius + 30.0}) {
      for (const Point& direction : kDirections) {
        const Rectangle box = box_at(p.at, direction, width, height, distance);
        const auto covers = [&](const Rectangle& other) { return overlap(box, other); };
        if (inside(box, panel) && std::none_of(taken.begin(), taken.end(), covers)) return box;
      }
    }
    return std::nullopt;
  };
  for (const NamedPoint& p : points) {
    if (p.label.empty()) continue;
    const auto box = free_box(p, scene::text_width(p.label, font));
    if (!box) continue;
    taken.push_back(*box);
    const Point end = nearest(*box, p.at);
    const double gap = std::hypot(end.x - p.at.x, end.y - p.at.y);
    if (gap > radius + 4.0) {
      const double share = radius / gap;
      const Point start{p.at.x + share * (end.x - p.at.x), p.at.y + share * (end.y - p.at.y)};
      out.push_back(scene::line(start, end, scene::palette::rule, 0.5));
    }
    out.push_back(scene::text({box->x, box->y + scene::kAscent * font.size}, p.label, font));
  }
  return out;
}

}  // namespace hedgerow::plot::detail
