// Writing a scene as SVG: every mark becomes one element, in order; nothing is measured here.

#include "scene/svg.hpp"

#include <fmt/core.h>

#include <string_view>

#include "base/markup.hpp"
#include "scene/detail/utf8.hpp"

namespace hedgerow::scene {
namespace {

constexpr std::string_view kFontFamily = "Liberation Sans, Arial, Helvetica, sans-serif";

// Line breaks are no content of one line of text.
std::string escape(std::string_view raw) {
  std::string clean = detail::clean_utf8(raw);
  for (char& c : clean)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  return escape_markup(clean);
}

std::string attribute(std::string_view name, std::string_view value) { return fmt::format(" {}=\"{}\"", name, value); }

std::string number(std::string_view name, double value) { return attribute(name, coordinate(value)); }

std::string point_list(const std::vector<Point>& points) {
  std::string out;
  for (const Point& p : points) {
    out += fmt::format("{}{},{}", out.empty() ? "" : " ", coordinate(p.x), coordinate(p.y));
  }
  return attribute("points", out);
}

std::string paint_attributes(const Paint& paint) {
  std::string out = attribute("fill", paint.fill ? hex(*paint.fill) : "none");
  if (paint.stroke) out += attribute("stroke", hex(*paint.stroke)) + number("stroke-width", paint.stroke_width);
  if (!paint.dash.empty()) {
    std::string dashes;
    for (double d : paint.dash) dashes += (dashes.empty() ? "" : " ") + coordinate(d);
    out += attribute("stroke-dasharray", dashes);
  }
  if (paint.opacity < 1.0) out += number("opacity", paint.opacity);
  return out;
}

std::string text_attributes(const Text& s) {
  std::string out = number("x", s.at.x) + number("y", s.at.y) + number("font-size", s.font.size);
  if (s.font.bold) out += attribute("font-weight", "bold");
  if (s.font.italic) out += attribute("font-style", "italic");
  if (s.anchor != Anchor::start) out += attribute("text-anchor", s.anchor == Anchor::middle ? "middle" : "end");
  out += attribute("fill", hex(s.color));
  if (s.rotation != 0.0) {
    out += attribute("transform",
                     fmt::format("rotate({} {} {})", coordinate(-s.rotation), coordinate(s.at.x), coordinate(s.at.y)));
  }
  return out;
}

// Element name and geometry of each shape; text and groups carry their content apart.
struct Geometry {
  std::string operator()(const Line& s) const {
    return "line" + number("x1", s.from.x) + number("y1", s.from.y) + number("x2", s.to.x) + number("y2", s.to.y);
  }
  std::string operator()(const Polyline& s) const { return "polyline" + point_list(s.points); }
  std::string operator()(const Polygon& s) const { return "polygon" + point_list(s.points); }
  std::string operator()(const Rectangle& s) const {
    return "rect" + number("x", s.x) + number("y", s.y) + number("width", s.width) + number("height", s.height);
  }
  std::string operator()(const Circle& s) const {
    return "circle" + number("cx", s.center.x) + number("cy", s.center.y) + number("r", s.radius);
  }
  std::string operator()(const Text& s) const { return "text" + text_attributes(s); }
  std::string operator()(const Group&) const { return "g"; }
};

class Writer {
 public:
  explicit Writer(std::string id_prefix) : id_prefix_(std::move(id_prefix)) {}

  void marks(const std::vector<Mark>& list, std::size_t depth) {
    for (const Mark& m : list) mark(m, depth);
  }

  std::string take() { return std::move(out_); }

 private:
  void mark(const Mark& m, std::size_t depth) {
    const std::string indent(2 * depth, ' ');
    const std::string geometry = std::visit(Geometry{}, m.shape);
    const std::string element = geometry.substr(0, geometry.find(' '));
    const auto* group = std::get_if<Group>(&m.shape);
    const auto* text = std::get_if<Text>(&m.shape);
    out_ += indent + "<" + geometry;
    if (!group && !text) out_ += paint_attributes(m.paint);
    if (!m.id.empty()) out_ += attribute("id", escape(id_prefix_ + m.id));
    if (!m.css_class.empty()) out_ += attribute("class", escape(m.css_class));
    const std::string tooltip = m.tooltip.empty() ? "" : "<title>" + escape(m.tooltip) + "</title>";
    if (group) {
      out_ += ">" + tooltip + "\n";
      marks(group->marks, depth + 1);
      out_ += indent + "</g>\n";
    } else if (text) {
      out_ += ">" + tooltip + escape(text->text) + "</text>\n";
    } else if (!tooltip.empty()) {
      out_ += ">" + tooltip + "</" + element + ">\n";
    } else {
      out_ += "/>\n";
    }
  }

  std::string out_;
  std::string id_prefix_;
};

std::string document(const Scene& scene, const std::string& id_prefix) {
  const std::string w = coordinate(scene.width);
  const std::string h = coordinate(scene.height);
  const std::string title_id = escape(id_prefix) + "title";
  const std::string desc_id = escape(id_prefix) + "desc";
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}pt\" height=\"{1}pt\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
      "aria-labelledby=\"{2} {3}\" font-family=\"{4}\">\n",
      w, h, title_id, desc_id, kFontFamily);
  out += fmt::format("  <title id=\"{}\">{}</title>\n", title_id, escape(scene.title));
  out += fmt::format("  <desc id=\"{}\">{}</desc>\n", desc_id, escape(scene.description));
  out += fmt::format("  <rect x=\"0\" y=\"0\" width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>\n", w, h);
  Writer writer(id_prefix);
  writer.marks(scene.marks, 1);
  return out + writer.take() + "</svg>\n";
}

}  // namespace

std::string svg(const Scene& scene) { return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document(scene, ""); }

std::string svg_for_html(const Scene& scene, const std::string& id_prefix) { return document(scene, id_prefix); }

}  // namespace hedgerow::scene
