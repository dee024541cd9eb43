// Clipping: Sutherland and Hodgman for polygons, Liang and Barsky for lines.
#include "plot/detail/frame.hpp"

#include <algorithm>
#include <cmath>

#include "scene/metrics.hpp"

namespace hedgerow::plot::detail {
namespace {

namespace palette = scene::palette;
using scene::Anchor;
using scene::Point;
using scene::text_width;

constexpr double kMargin = 14.0;

struct LegendPlace {
  double x;
  double line;
};

double entry_width(const LegendEntry& e, const scene::Font& font) {
  return 2.2 * font.size + text_width(e.label, font) + 1.6 * font.size;
}

// Entries flow from left to right and break into lines of `width` points.
std::vector<LegendPlace> flow(const std::vector<LegendEntry>& legend, double width, const scene::Font& font) {
  std::vector<LegendPlace> out;
  double x = 0.0;
  double line = 0.0;
  for (const LegendEntry& e : legend) {
    const double w = entry_width(e, font);
    if (x > 0.0 && x + w > width) {
      x = 0.0;
      line += 1.0;
    }
    out.push_back({x, line});
    x += w;
  }
  return out;
}

double legend_height(const std::vector<LegendEntry>& legend, double width, const scene::Font& font) {
  if (legend.empty()) return 0.0;
  return (flow(legend, width, font).back().line + 1.0) * 1.4 * font.size + 0.6 * font.size;
}

void draw_entry(scene::Scene& scene, const LegendEntry& e, double x, double y, const scene::Font& font) {
  const double middle = y - 0.5 * scene::kCapHeight * font.size;
  const double half = 0.4 * font.size;
  const double center = x + 0.8 * font.size;
  switch (e.kind) {
    case LegendEntry::Kind::swatch: {
      scene::Mark mark =
          scene::filled(scene::Rectangle{center - 1.6 * half, middle - half, 3.2 * half, 2 * half}, e.color);
      mark.paint.stroke = palette::rule;
      mark.paint.stroke_width = 0.5;
      scene.marks.push_back(std::move(mark));
      break;
    }
    case LegendEntry::Kind::dot:
      scene.marks.push_back(scene::filled(scene::Circle{{center, middle}, 0.75 * half}, e.color));
      break;
    case LegendEntry::Kind::circle: {
      scene::Mark mark = scene::filled(scene::Circle{{center, middle}, 0.75 * half}, palette::white);
      mark.paint.stroke = e.color;
      mark.paint.stroke_width = 0.9;
      scene.marks.push_back(std::move(mark));
      break;
    }
    case LegendEntry::Kind::line:
    case LegendEntry::Kind::dashed: {
      std::vector<double> dash;
      if (e.kind == LegendEntry::Kind::dashed) dash = {3.0, 2.0};
      scene.marks.push_back(scene::line({x, middle}, {x + 1.6 * font.size, middle}, e.color, 1.1, dash));
      break;
    }
  }
  scene.marks.push_back(scene::text({x + 2.2 * font.size, y}, e.label, font));
}

// Keeps the side of an axis-parallel edge on which `inside` holds; `cross` gives the point on the edge.
template <class Inside, class Cross>
std::vector<Point> clip_edge(const std::vector<Point>& polygon, Inside inside, Cross cross) {
  std::vector<Point> out;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    if (inside(a)) out.push_back(a);
    if (inside(a) != inside(b)) out.push_back(cross(a, b));
  }
  return out;
}

Point at_x(Point a, Point b, double x) { return {x, a.y + (x - a.x) / (b.x - a.x) * (b.y - a.y)}; }
Point at_y(Point a, Point b, double y) { return {a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x), y}; }

void draw_x_axis(Sheet& sheet) {
  const Frame& f = sheet.frame;
  const double fs = f.text.size;
  const double bottom = f.panel.y + f.panel.height;
  auto& marks = sheet.scene.marks;
  for (const Tick& t : sheet.x_axis.ticks) {
    marks.push_back(scene::line({f.x(t.at), bottom}, {f.x(t.at), bottom + 0.35 * fs}, palette::axis));
    marks.push_back(scene::text({f.x(t.at), bottom + 1.5 * fs}, t.label, f.text, Anchor::middle));
  }
  double y = bottom + 3.1 * fs;
  for (const std::string& part : scene::wrap(sheet.x_axis.title, f.panel.width, f.text)) {
    if (!part.empty()) marks.push_back(scene::text({f.panel.x + 0.5 * f.panel.width, y}, part, f.text, Anchor::middle));
    y += 1.3 * fs;
  }
  y += 0.9 * fs;
  const std::vector<LegendPlace> places = flow(sheet.legend, f.panel.width, f.text);
  for (std::size_t i = 0; i < places.size(); ++i) {
    draw_entry(sheet.scene, sheet.legend[i], f.panel.x + places[i].x, y + places[i].line * 1.4 * fs, f.text);
  }
}

void draw_y_axis(Sheet& sheet) {
  const Frame& f = sheet.frame;
  const double fs = f.text.size;
  auto& marks = sheet.scene.marks;
  for (const Tick& t : sheet.y_axis.ticks) {
    const double y = f.y(t.at);
    marks.push_back(scene::line({f.panel.x - 0.35 * fs, y}, {f.panel.x, y}, palette::axis));
    marks.push_back(
        scene::text({f.panel.x - 0.7 * fs, y + 0.5 * scene::kCapHeight * fs}, t.label, f.text, Anchor::end));
  }
  const std::string shown = scene::ellipsise(sheet.y_axis.title, f.panel.height, f.text);
  if (shown.empty()) return;
  scene::Text title{
      {kMargin + fs, f.panel.y + 0.5 * f.panel.height}, shown, f.text, Anchor::middle, palette::ink, 90.0};
  scene::Mark mark{std::move(title)};
  if (shown != sheet.y_axis.title) mark.tooltip = sheet.y_axis.title;
  marks.push_back(std::move(mark));
}

}  // namespace

Sheet make_sheet(const SheetRequest& request) {
  Sheet sheet;
  Frame& f = sheet.frame;
  const double fs = request.font_size;
  f.text.size = fs;
  f.strong = {.size = 1.2 * fs, .bold = true, .italic = false};
  sheet.legend = request.legend;
  double width = request.width;
  for (const LegendEntry& e : sheet.legend) width = std::max(width, entry_width(e, f.text));
  sheet.x_axis.title = request.x_axis.title;
  sheet.y_axis.title = request.y_axis.title;
  double labels = 0.0;
  for (const Tick& t : request.y_axis.ticks) labels = std::max(labels, text_width(t.label, f.text));
  const double left = kMargin + 2.0 * fs + labels + 0.7 * fs;
  sheet.scene.width = left + width + 1.2 * kMargin;
  const std::vector<std::string> title =
      request.title.empty() ? std::vector<std::string>{}
                            : scene::wrap(request.title, sheet.scene.width - 2.0 * kMargin, f.strong, 4);
  double y = kMargin;
  for (const std::string& part : title) {
    sheet.scene.marks.push_back(scene::text({kMargin, y + scene::kAscent * f.strong.size}, part, f.strong));
    y += 1.3 * f.strong.size;
  }
  if (!title.empty()) y += 0.6 * fs;
  f.panel = {left, y, width, request.height};
  f.x = {request.x.lower, request.x.upper, left, left + width};
  const double bottom = y + request.height;
  f.y = {request.y.lower, request.y.upper, request.y_downward ? y : bottom, request.y_downward ? bottom : y};
  sheet.x_axis.ticks = without_collisions(request.x_axis.ticks, f.x, f.text, true, kMargin);
  sheet.y_axis.ticks = without_collisions(request.y_axis.ticks, f.y, f.text, false, 0.6 * fs);
  const auto title_lines = static_cast<double>(scene::wrap(sheet.x_axis.title, width, f.text).size());
  sheet.scene.height =
      bottom + (2.3 + 1.3 * title_lines) * fs + legend_height(sheet.legend, width, f.text) + 0.6 * kMargin;
  return sheet;
}

void finish_sheet(Sheet& sheet) {
  scene::Mark border{sheet.frame.panel};
  border.paint.stroke = palette::axis;
  border.paint.stroke_width = 0.75;
  sheet.scene.marks.push_back(std::move(border));
  draw_x_axis(sheet);
  draw_y_axis(sheet);
}

std::vector<Point> clip_polygon(std::vector<Point> polygon, const scene::Rectangle& panel) {
  const double x0 = panel.x;
  const double x1 = panel.x + panel.width;
  const double y0 = panel.y;
  const double y1 = panel.y + panel.height;
  polygon = clip_edge(
      polygon, [&](Point p) { return p.x >= x0; }, [&](Point a, Point b) { return at_x(a, b, x0); });
  polygon = clip_edge(
      polygon, [&](Point p) { return p.x <= x1; }, [&](Point a, Point b) { return at_x(a, b, x1); });
  polygon = clip_edge(
      polygon, [&](Point p) { return p.y >= y0; }, [&](Point a, Point b) { return at_y(a, b, y0); });
  return clip_edge(
      polygon, [&](Point p) { return p.y <= y1; }, [&](Point a, Point b) { return at_y(a, b, y1); });
}

void add_clipped_line(Sheet& sheet, Point a, Point b, scene::Color color, double width, std::vector<double> dash) {
  const scene::Rectangle& p = sheet.frame.panel;
  double from = 0.0;
  double to = 1.0;
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const auto cut = [&](double direction, double distance) {
    if (direction == 0.0) {
      if (distance < 0.0) to = -1.0;
    } else if (direction < 0.0) {
      from = std::max(from, distance / direction);
    } else {
      to = std::min(to, distance / direction);
    }
  };
  cut(-dx, a.x - p.x);
  cut(dx, p.x + p.width - a.x);
  cut(-dy, a.y - p.y);
  cut(dy, p.y + p.height - a.y);
  if (!(from < to)) return;
  sheet.scene.marks.push_back(
      scene::line({a.x + from * dx, a.y + from * dy}, {a.x + to * dx, a.y + to * dy}, color, width, std::move(dash)));
}

}  // namespace hedgerow::plot::detail
