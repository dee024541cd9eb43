// For tests: do the texts of a scene overlap each other, and is everything inside the page?
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scene/metrics.hpp"

namespace hedgerow::plot::detail {

/// Every pair of texts whose boxes share more than rounding, and every text beyond the page, as sentences.
inline std::vector<std::string> layout_problems(const scene::Scene& scene) {
  constexpr double kSlack = 0.05;  // points
  std::vector<std::string> out;
  std::vector<scene::PlacedText> texts = scene::placed_texts(scene);
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.box.y < b.box.y; });
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const scene::Rectangle& a = texts[i].box;
    if (!(a.x >= 0.0 && a.y >= 0.0 && a.x + a.width <= scene.width && a.y + a.height <= scene.height)) {
      out.push_back(fmt::format("'{}' at {:.1f},{:.1f} leaves the page", texts[i].text, a.x, a.y));
    }
    for (std::size_t j = i + 1; j < texts.size() && texts[j].box.y < a.y + a.height - kSlack; ++j) {
      const scene::Rectangle& b = texts[j].box;
      if (a.x + a.width > b.x + kSlack && b.x + b.width > a.x + kSlack) {
        out.push_back(fmt::format("'{}' and '{}' overlap at y = {:.1f}", texts[i].text, texts[j].text, b.y));
      }
    }
  }
  return out;
}

/// Every finite mark inside the page; NaN and infinity are outside.
inline bool all_inside(const std::vector<scene::Mark>& marks, double width, double height) {
  const auto ok = [&](double x, double y) {
    return x >= -0.01 && y >= -0.01 && x <= width + 0.01 && y <= height + 0.01;
  };
  const auto all = [&](const std::vector<scene::Point>& points) {
    return std::all_of(points.begin(), points.end(), [&](const scene::Point& p) { return ok(p.x, p.y); });
  };
  return std::all_of(marks.begin(), marks.end(), [&](const scene::Mark& mark) {
    if (const auto* s = std::get_if<scene::Line>(&mark.shape)) return all({s->from, s->to});
    if (const auto* s = std::get_if<scene::Polyline>(&mark.shape)) return all(s->points);
    if (const auto* s = std::get_if<scene::Polygon>(&mark.shape)) return all(s->points);
    if (const auto* s = std::get_if<scene::Rectangle>(&mark.shape)) {
      return ok(s->x, s->y) && ok(s->x + s->width, s->y + s->height);
    }
    if (const auto* s = std::get_if<scene::Circle>(&mark.shape)) {
      return ok(s->center.x - s->radius, s->center.y - s->radius) &&
             ok(s->center.x + s->radius, s->center.y + s->radius);
    }
    if (const auto* s = std::get_if<scene::Group>(&mark.shape)) return all_inside(s->marks, width, height);
    return true;
  });
}

}  // namespace hedgerow::plot::detail
