// The text form of a scene, and short ways to make marks.

#include "scene/scene.hpp"

#include <fmt/core.h>

#include <utility>

#include "base/text.hpp"

namespace hedgerow::scene {
namespace {

std::string points_text(const std::vector<Point>& points) {
  std::string out;
  for (const Point& p : points) out += fmt::format(" {},{}", coordinate(p.x), coordinate(p.y));
  return out;
}

std::string_view anchor_name(Anchor anchor) {
  switch (anchor) {
    case Anchor::start:
      return "start";
    case Anchor::middle:
      return "middle";
    case Anchor::end:
      return "end";
  }
  return "";
}

std::string font_text(const Font& font) {
  return fmt::format("{}{}{}", coordinate(font.size), font.bold ? " bold" : "", font.italic ? " italic" : "");
}

// The part of a dump line that depends on the kind of shape.
struct ShapeText {
  std::string operator()(const Line& s) const { return "line" + points_text({s.from, s.to}); }
  std::string operator()(const Polyline& s) const { return "polyline" + points_text(s.points); }
  std::string operator()(const Polygon& s) const { return "polygon" + points_text(s.points); }
  std::string operator()(const Rectangle& s) const {
    return fmt::format("rectangle {},{} {}x{}", coordinate(s.x), coordinate(s.y), coordinate(s.width),
                       coordinate(s.height));
  }
  std::string operator()(const Circle& s) const {
    return fmt::format("circle {},{} r={}", coordinate(s.center.x), coordinate(s.center.y), coordinate(s.radius));
  }
  std::string operator()(const Text& s) const {
    return fmt::format("text {},{} {} [{}]{} {} \"{}\"", coordinate(s.at.x), coordinate(s.at.y), anchor_name(s.anchor),
                       font_text(s.font), s.rotation == 0.0 ? "" : " rotated " + coordinate(s.rotation), hex(s.color),
                       s.text);
  }
  std::string operator()(const Group&) const { return "group"; }
};

std::string paint_text(const Paint& paint) {
  std::string out;
  if (paint.fill) out += " fill=" + hex(*paint.fill);
  if (paint.stroke) out += fmt::format(" stroke={} {}", hex(*paint.stroke), coordinate(paint.stroke_width));
  if (!paint.dash.empty()) {
    out += " dash=";
    for (double d : paint.dash) out += coordinate(d) + ",";
    out.pop_back();
  }
  if (paint.opacity < 1.0) out += " opacity=" + coordinate(paint.opacity);
  return out;
}

void dump_marks(const std::vector<Mark>& marks, std::size_t depth, std::string& out) {
  for (const Mark& mark : marks) {
    out += std::string(2 * depth, ' ') + std::visit(ShapeText{}, mark.shape);
    if (!std::holds_alternative<Text>(mark.shape)) out += paint_text(mark.paint);
    if (!mark.id.empty()) out += " #" + mark.id;
    if (!mark.css_class.empty()) out += " ." + mark.css_class;
    if (!mark.tooltip.empty()) out += " tooltip=\"" + mark.tooltip + "\"";
    out += '\n';
    if (const auto* group = std::get_if<Group>(&mark.shape)) dump_marks(group->marks, depth + 1, out);
  }
}

}  // namespace

std::string hex(Color color) { return fmt::format("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue); }

std::string coordinate(double value) {
  std::string out = format_fixed(value, 2);
  if (out.find('.') == std::string::npos) return out;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

Mark line(Point from, Point to, Color color, double width, std::vector<double> dash) {
  return Mark{Line{from, to}, Paint{.fill = {}, .stroke = color, .stroke_width = width, .dash = std::move(dash)}};
}

Mark polyline(std::vector<Point> points, Color color, double width, std::vector<double> dash) {
  return Mark{Polyline{std::move(points)},
              Paint{.fill = {}, .stroke = color, .stroke_width = width, .dash = std::move(dash)}};
}

Mark filled(Shape shape, Color color, double opacity) {
  Paint paint;
  paint.fill = color;
  paint.opacity = opacity;
  return Mark{std::move(shape), std::move(paint)};
}

Mark text(Point at, std::string content, const Font& font, Anchor anchor, Color color) {
  return Mark{Text{at, std::move(content), font, anchor, color}};
}

std::string dump(const Scene& scene) {
  std::string out = fmt::format("scene {}x{}\ntitle {}\ndescription {}\n", coordinate(scene.width),
                                coordinate(scene.height), scene.title, scene.description);
  dump_marks(scene.marks, 0, out);
  return out;
}

}  // namespace hedgerow::scene
